"""What commands print: data to stdout, talk to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipegen.app.generating import Plan
from pipegen.cli.render import Paint, show, visible
from pipegen.emit.files import Change, unified
from pipegen.emit.json import dump
from pipegen.errors import Diagnostic, PipegenError


def data(value: object) -> None:
    """JSON for a program."""
    sys.stdout.write(dump(value))  # type: ignore[arg-type]


def text(value: str) -> None:
    sys.stdout.write(value if value.endswith("\n") else value + "\n")


def talk(message: str) -> None:
    print(message, file=sys.stderr)


def warnings(diagnostics: Iterable[Diagnostic], root: Path) -> None:
    show(diagnostics, root)


def one_of(flags: Mapping[str, bool]) -> None:
    given = [name for name, on in flags.items() if on]
    if len(given) > 1:
        raise PipegenError(
            Diagnostic("PG189", f"{' and '.join(given)} cannot go together", None, "choose one")
        )


def files(changes: Sequence[Change]) -> None:
    """The generated files; their names are said when there are several."""
    for one in changes:
        if len(changes) > 1:
            talk(f"--- {one.path}")
        sys.stdout.write(one.after)


def difference(changes: Sequence[Change], command: str) -> None:
    stale = [one for one in changes if one.kind != "same"]
    paint = Paint.of(sys.stdout)
    for line in unified(changes).splitlines(keepends=True):
        kind = (
            "error"
            if line.startswith("-")
            else "hint"
            if line.startswith("+")
            else "dim"
            if line.startswith("@")
            else ""
        )
        sys.stdout.write(paint(kind, line.rstrip("\n")) + "\n" if kind else line)
    if not stale:
        talk(f"{count(len(changes), 'file')} up to date")
    elif command:
        talk(
            f"{count(len(stale), 'file')} stale: {', '.join(one.path for one in stale)}; to renew: {command}"
        )


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
    """Columns as wide as they need to be; the last one is wrapped to the terminal."""
    import textwrap

    paint = Paint.of(sys.stdout)
    shown = [[visible(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in shown) for i in range(len(head))]
    left = sum(widths[:-1]) + 2 * (len(head) - 1)
    room = max(paint.width - left, 24)
    for number, row in enumerate(shown):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True))
        last = textwrap.wrap(row[-1], room, break_long_words=False, break_on_hyphens=False) or [""]
        lines = [f"{cells}  {last[0]}".rstrip(), *(" " * left + more for more in last[1:])]
        for line in lines:
            print(paint("place", line) if number == 0 else line)


def width() -> int:
    """The columns of the terminal that stdout is, or a common width."""
    return Paint.of(sys.stdout).width


def wrapped(value: str) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(value, min(width(), 100)))
