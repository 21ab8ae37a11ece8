"""Typed configs of runners, post-processors and stores: pydantic models, read from files, values or mappings.

`load(RUNNERS, "docker", Path("docker.yaml"))` gives a plugin with its config, `run_settings` all that the
section `run` of values and a command line say.
"""

from __future__ import annotations

from pipegen.engine.configs.finding import KINDS, PROCESSORS, RUNNERS, STORES
from pipegen.engine.configs.loading import Configured, load
from pipegen.engine.configs.model import Config, EnvName, Folder, Matching, NamedText, path_problem
from pipegen.engine.configs.section import Given, RunSettings, run_settings

__all__ = [
    "KINDS",
    "PROCESSORS",
    "RUNNERS",
    "STORES",
    "Config",
    "Configured",
    "EnvName",
    "Folder",
    "Given",
    "Matching",
    "NamedText",
    "RunSettings",
    "load",
    "path_problem",
    "run_settings",
]
