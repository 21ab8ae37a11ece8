"""The list of commands; a command's module is imported when it is called, not before."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS: dict[str, tuple[str, str]] = {
    "generate": ("pipegen.cli.generate", "Compile a pipeline to what an orchestrator runs."),
    "check": ("pipegen.cli.check", "Say all that is wrong, as far as can be known without running."),
    "exec": ("pipegen.cli.exec", "Run one task; what every manifest calls."),
    "inspect": ("pipegen.cli.inspect", "Show the steps and tasks of a pipeline."),
    "graph": ("pipegen.cli.graph", "Draw a pipeline: text, Mermaid, DOT, SVG or a page."),
    "env": ("pipegen.cli.env", "List the variables a pipeline reads, or check them."),
    "values": ("pipegen.cli.values", "Write, show and describe values.yaml."),
    "backends": ("pipegen.cli.backends", "List, describe and validate what is installed."),
    "export": ("pipegen.cli.export", "Write a pipeline as JSON, which every command reads."),
    "init": ("pipegen.cli.init", "Start a project, a step, a Dockerfile or a CI job."),
    "explain": ("pipegen.cli.explain", "Say what an error code means."),
    "fingerprint": ("pipegen.cli.fingerprint", "Write what a task's settings are, for DVC to compare."),
}


def load(name: str) -> Any:
    """One command, imported now."""
    command = get_command(import_module(COMMANDS[name][0]).app)
    command.name = name
    return command


def find(words: Sequence[str]) -> tuple[Any, str, list[str]]:
    """The command that a line calls, how it is called, and its own words; the list itself for anything else."""
    if words and words[0] in COMMANDS:  # spares Typer the list, and pydantic with it
        return load(words[0]), f"pipegen {words[0]}", list(words[1:])
    return get_command(app), "pipegen", list(words)


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and summary alone."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        return load(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from pipegen.errors import suggest

            ctx.fail(f"there is no command '{args[0]}'; {suggest(args[0], COMMANDS) or 'see pipegen --help'}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=True,
)


def _version(wanted: bool) -> None:
    if wanted:
        from pipegen import __version__

        typer.echo(f"pipegen {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Write a pipeline once, as typed Python steps; compile it to what your orchestrator runs."""
