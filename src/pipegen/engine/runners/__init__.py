"""Where a task's command runs: the contract of a runner, and the runners that come with pipegen."""
