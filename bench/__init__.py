"""How much CPU and memory pipegen takes, measured over whole processes: `make bench`."""
