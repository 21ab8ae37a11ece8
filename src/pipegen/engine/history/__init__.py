"""Where runs are remembered: the contract of a store, and the stores that come with pipegen."""
