"""What happens to the results of a run: the contract of a post-processor, and those that come with pipegen."""
