"""The local engine: the same tasks on one machine, in parallel, cached, with a history that outlives the run."""
