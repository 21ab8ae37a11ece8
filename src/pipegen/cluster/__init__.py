"""A Kubernetes cluster: how it is reached, what is in it, and what it says to our objects."""
