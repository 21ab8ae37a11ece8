"""Our commands as Typer sees them: for help, completion, and lines that `words.read` leaves alone."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from pipegen.cli.commands import COMMANDS, load
from pipegen.cli.words import Slot, slots
from pipegen.errors import Diagnostic, PipegenError, suggest

_HELP = {"help_option_names": ["-h", "--help"]}
_UsageError: Any = typer.BadParameter.__bases__[0]  # of click, or of the copy of it inside Typer


def parse(words: Sequence[str]) -> Callable[[], object]:
    """What a line calls; help and completion have been printed when this returns."""
    try:
        found = root().main(args=list(words) or ["--help"], prog_name="pipegen", standalone_mode=False)
    except _UsageError as error:
        raise PipegenError(_mistake(error)) from None
    if callable(found):
        return partial(found)
    return partial(sys.exit, found)


def _mistake(error: Any) -> Diagnostic:
    """What Typer found wrong with a line that looked right to us, or with what stands before a command."""
    name = getattr(error, "option_name", "")
    if type(error).__name__ == "NoSuchOption":
        known = [one for parameter in error.ctx.command.params for one in parameter.opts]
        return Diagnostic("PG185", f"'pipegen' has no option '{name}'", None, suggest(name, known))
    said = error.format_message().removeprefix("Value error, ").rstrip(".")
    hint = f"{error.ctx.command_path if error.ctx else 'pipegen'} --help says what it takes"
    return Diagnostic("PG186", said[:1].lower() + said[1:], None, hint)


class Group(TyperGroup):
    """A group that lists its commands with their whole summaries."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summary(ctx, name)) for name in self.list_commands(ctx)])

    def summary(self, ctx: Any, name: str) -> str:
        found: Any = self.get_command(ctx, name)
        return str(found.help).partition("\n")[0]


class LazyGroup(Group):
    """The commands by name and summary; one is imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return command(cmd_name) if cmd_name in COMMANDS else None

    def summary(self, ctx: Any, name: str) -> str:
        return COMMANDS[name][1]


def root() -> Any:
    """The whole command line."""
    app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, context_settings=_HELP)

    @app.callback()
    def pipegen(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
        ] = False,
    ) -> None:
        """Write a pipeline once, as typed Python steps; compile it to what your orchestrator runs."""

    return get_command(app)


def command(name: str) -> Any:
    """One command; one with several functions is a group of its own."""
    functions = load(name)
    app = typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=_HELP)
    if isinstance(functions, Mapping):
        app.callback(cls=Group, help=COMMANDS[name][1])(lambda: None)
        for part, function in functions.items():
            app.command(part, context_settings=_HELP)(_translated(function))
    elif name == "exec":
        settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
        app.command(context_settings=settings)(functions)
    else:
        app.command(context_settings=_HELP)(_translated(functions))
    made = get_command(app)
    made.name = name
    parameters: list[Any] = made.params
    for one in parameters:
        if one.nargs == -1:  # help shall say <str> for each, not <list[str]> for all
            one.display_type = lambda ctx: "<str>"
    return made


def _translated(function: Callable[..., object]) -> Callable[..., object]:
    """The function with its parameters as Typer wants them annotated; called only once all is parsed."""

    @wraps(function)
    def called(**given: object) -> Callable[[], object]:
        return partial(function, **given)

    parameters = [_parameter(slot) for slot in slots(function)]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def _parameter(slot: Slot) -> inspect.Parameter:
    kind: Any = list[slot.kind] if slot.many else slot.kind  # type: ignore[name-defined]
    if slot.default is None and not slot.required:
        kind = kind | None
    word = slot.word
    info: Any = (
        typer.Option(*word.names, help=word.help, metavar=slot.shown, show_default=False)
        if word.names
        else typer.Argument(help=word.help, metavar=slot.shown, show_default=False)
    )
    default = inspect.Parameter.empty if slot.required else slot.default
    return inspect.Parameter(
        slot.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _version(wanted: bool) -> None:
    if wanted:
        from pipegen import __version__

        typer.echo(f"pipegen {__version__}")
        raise typer.Exit
