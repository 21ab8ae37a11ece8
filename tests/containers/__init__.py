"""Generated pods, run by a real container engine: see `engine` for how to use it elsewhere."""
