"""What commands print: data to stdout, talk to stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipegen.app.generating import Plan
from pipegen.cli.paint import Paint
from pipegen.emit.files import Change, unified
from pipegen.errors import Diagnostic, PipegenError, refuse


def data(value: object) -> None:
    """JSON for a program."""
    from pipegen.emit.json import dump

    sys.stdout.write(dump(value))  # type: ignore[arg-type]


def text(value: str) -> None:
    sys.stdout.write(value if value.endswith("\n") else value + "\n")


def talk(message: str) -> None:
    print(message, file=sys.stderr)


def warnings(diagnostics: Sequence[Diagnostic], root: Path) -> None:
    if diagnostics:
        from pipegen.cli.render import show

        show(diagnostics, root)


def one_of(flags: Mapping[str, bool]) -> None:
    given = [name for name, on in flags.items() if on]
    if len(given) > 1:
        raise PipegenError(
            Diagnostic("PG189", f"{' and '.join(given)} cannot go together", None, "choose one")
        )


def needs(flags: Mapping[str, bool], other: str, given: bool) -> None:
    """Options that say how another is done are nothing without it."""
    refuse(
        Diagnostic("PG189", f"{name} does nothing without {other}", None, f"add {other}, or leave it out")
        for name, on in flags.items()
        if on and not given
    )


def there(option: str, folder: Path | None) -> None:
    """A folder that is to be used, and not made."""
    if folder is not None and not folder.is_dir():
        what = "a file" if folder.exists() else "not there"
        raise PipegenError(
            Diagnostic(
                "PG186", f"'{option}' takes a folder, and '{folder}' is {what}", None, "check the path"
            )
        )


def files(changes: Sequence[Change]) -> None:
    """The generated files; of several, each begins with a line that names it."""
    for one in changes:
        if len(changes) > 1:
            separator = "---  #" if one.path.endswith((".yaml", ".yml")) else "# ---"
            sys.stdout.write(f"{separator} {one.path}\n")
        sys.stdout.write(one.after)


_DIFF = {"+++": "place", "---": "place", "+": "new", "-": "gone", "@": "dim"}


def difference(changes: Sequence[Change], command: str) -> None:
    """What would change, as a unified diff."""
    stale = [one for one in changes if one.kind != "same"]
    shown(changes)
    if not stale:
        talk(f"{count(len(changes), 'file')} up to date")
    elif command:
        paths = ", ".join(one.path for one in stale)
        talk(f"{count(len(stale), 'file')} stale: {paths}; to renew: {command}")


def shown(changes: Sequence[Change]) -> None:
    """A unified diff, in colours where there are any."""
    paint = Paint.of(sys.stdout)
    for line in unified(changes).splitlines(keepends=True):
        kind = next((kind for start, kind in _DIFF.items() if line.startswith(start)), None)
        sys.stdout.write(paint(kind, line.rstrip("\n")) + "\n" if kind else line)


def written(plan: Plan) -> None:
    """One line a file that changed, one line in all when none did."""
    for one in plan.changes:
        if one.kind != "same":
            talk(f"{'wrote' if one.kind == 'new' else 'updated'} {plan.shown(one.path)}")
    if not plan.stale:
        talk(f"{count(len(plan.changes), 'file')} up to date")


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> None:
    """Rows in columns, or one under the other where the terminal is too narrow."""
    from pipegen.cli.tables import lines

    for line in lines(rows, head, Paint.of(sys.stdout)):
        print(line)


def width() -> int:
    """The columns of the terminal that stdout is, or a common width."""
    return Paint.of(sys.stdout).width


def wrapped(value: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(value, min(width(), 100)))
