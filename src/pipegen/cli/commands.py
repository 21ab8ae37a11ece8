"""The list of commands; a command's module is imported when it is called, not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

COMMANDS: dict[str, tuple[str, str]] = {
    "generate": ("pipegen.cli.generate", "Compile a pipeline to what an orchestrator runs."),
    "check": ("pipegen.cli.check", "Say all that is wrong, as far as can be known without running."),
    "diff": ("pipegen.cli.diff", "Say in words what changed: in files, by values, since a revision."),
    "run": ("pipegen.cli.run", "Run a pipeline on this machine."),
    "runs": ("pipegen.cli.runs", "List, show and clean up what was run on this machine."),
    "exec": ("pipegen.cli.exec", "Run one task; what every manifest calls."),
    "apply": ("pipegen.cli.apply", "Bring a pipeline's objects into a Kubernetes cluster."),
    "drift": ("pipegen.cli.drift", "Say how the objects in a cluster differ from what is generated."),
    "targets": ("pipegen.cli.targets", "Say what each backend makes of what a pipeline uses."),
    "inspect": ("pipegen.cli.inspect", "Show the steps and tasks of a pipeline."),
    "graph": ("pipegen.cli.graph", "Draw a pipeline: text, Mermaid, DOT, SVG or a page."),
    "env": ("pipegen.cli.env", "List the variables a pipeline reads, or check them."),
    "values": ("pipegen.cli.values", "Write, show and describe values.yaml."),
    "backends": ("pipegen.cli.backends", "List, describe and validate what is installed."),
    "export": ("pipegen.cli.export", "Write a pipeline as JSON, which every command reads."),
    "init": ("pipegen.cli.init", "Start a project, a step, a Dockerfile or a CI job."),
    "explain": (
        "pipegen.cli.explain",
        "Say what an error code means, or where a generated value comes from.",
    ),
    "fingerprint": ("pipegen.cli.fingerprint", "Write what each task's settings are, for DVC to compare."),
}

Command = Callable[..., Any]


def load(name: str) -> Command | Mapping[str, Command]:
    """The function of a command, or its functions by name; both stand in the module as `command`."""
    found: Command | Mapping[str, Command] = import_module(COMMANDS[name][0]).command
    return found
