"""Diagnostics as text: what is wrong, the user's line with a caret, and what to do."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pipegen.cli.paint import Paint, cells, part, visible
from pipegen.errors import Diagnostic, Origin, in_order
from pipegen.frozen import frozen

_MOST_RELATED = 6
_MOST_DECORATORS = 3
_MAY_HOLD_SECRETS = {"PG140", "PG194", "PG309"}  # of a line that holds one, a Secret, a file of variables
_COLOR = re.compile(r"\x1b\[[\d;]*m")
_PASSWORD = re.compile(r"(?<=://)([^\s:/@'\"]*:)([^\s/@'\"]+)(?=@)")  # of an address, in the line of a file
_LONG = re.compile(r"'([^'\n]{60})[^'\n]{30,}([^'\n]{20})'")


def show(diagnostics: Iterable[Diagnostic], root: Path | None = None) -> None:
    """Print diagnostics to stderr, in their order, and how many there are when there are several."""
    found = in_order(diagnostics)
    view = View(Paint.of(sys.stderr), root or Path.cwd())
    for one in found:
        print("\n".join(view.lines(one)), file=sys.stderr)
    counted = {kind: sum(one.severity == kind for one in found) for kind in ("error", "warning")}
    if len(found) > 1:
        said = ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counted.items() if n)
        print(view.paint("dim", f"{said}; `pipegen explain CODE` says more about a code"), file=sys.stderr)


@frozen
class View:
    """How diagnostics are shown: with which colours, and where the files are that they name."""

    paint: Paint
    root: Path

    def lines(self, one: Diagnostic) -> Iterator[str]:
        place = self.paint("place", f"{self.place(one.origin)}: ") if one.origin else ""
        kind = self.paint(one.severity, f"{one.severity}[{one.code}]")
        yield from self.wrapped(f"{place}{kind}: ", one.message)
        if one.origin and one.code not in _MAY_HOLD_SECRETS:
            yield from self.source(one.origin)
        before = one.origin
        for related in one.related[:_MOST_RELATED]:
            yield from self.wrapped(f"  {self.paint('place', self.place(related.origin))}: ", related.note)
            if related.origin != before:
                yield from (f"  {line}" for line in self.source(related.origin))
            before = related.origin
        if len(one.related) > _MOST_RELATED:
            yield f"  and {len(one.related) - _MOST_RELATED} more places"
        if one.hint:
            room = max(self.paint.width - 8, 30)
            hint = textwrap.wrap(_short(one.hint), room, break_long_words=False, break_on_hyphens=False)
            yield f"  {self.paint('hint', 'hint')}: " + "\n        ".join(hint)

    def wrapped(self, before: str, message: str) -> list[str]:
        """A message broken between words, on a terminal; whoever searches a file wants one line."""
        taken = cells(_COLOR.sub("", before))
        if not self.paint.terminal or taken > self.paint.width - 20:
            return [before + _short(message)]
        first, *more = textwrap.wrap(
            "." * taken + _short(message),
            self.paint.width,
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )
        return [before + first[taken:], *more]

    def place(self, origin: Origin) -> str:
        """A place as an editor or terminal opens it from the current folder."""
        found = self.find(origin.file)
        file = os.path.relpath(found) if found else origin.file
        return visible(str(Origin(file, origin.line, origin.column)))

    def find(self, file: str) -> Path | None:
        """The file that an origin names: in the project, or in the nearest folder up that has it."""
        here = Path.cwd()
        for folder in (self.root, here, *here.parents):
            try:
                if (folder / file).is_file():
                    return folder / file
            except (OSError, ValueError):
                return None
        return None

    def source(self, origin: Origin) -> Iterator[str]:
        """The line that an origin names, cut to fit, with a caret below it where the column is known."""
        found = self.find(origin.file) if origin.line else None
        for number, line in _lines(found, origin.line) if found else ():
            margin = f"{number:>5} | "
            column = min(origin.column, len(line) + 1)
            at = cells(_spread(line[: max(column - 1, 0)]))
            text, at = _cut(_spread(line), at, max(self.paint.width - len(margin) - 2, 30))
            yield self.paint("dim", margin) + text
            if column:
                yield self.paint("dim", "      | ") + " " * at + self.paint("error", "^")
                return


def _lines(path: Path, number: int) -> Iterator[tuple[int, str]]:
    """A line with its number; a decorator with what it decorates."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            for count, text in enumerate(islice(file, number - 1, number + _MOST_DECORATORS), start=number):
                if text.strip():
                    yield count, _PASSWORD.sub(lambda found: found[1] + "*" * len(found[2]), text.rstrip())
                if not text.lstrip().startswith("@"):
                    return
    except OSError:
        return


def _spread(text: str) -> str:
    return visible(text.expandtabs(4))


def _cut(text: str, at: int, room: int) -> tuple[str, int]:
    """As much of a line as there is room for, around the column that matters."""
    if cells(text) <= room:
        return text, at
    start = max(0, at - room * 2 // 3)
    if start == 0:
        return f"{part(text, 0, room - 1)}…", at
    end = "…" if start + room < cells(text) else ""
    return f"…{part(text, start + 1, room - 1 - len(end))}{end}", at - start


def _short(text: str) -> str:
    """A message in which no name runs over several lines."""
    return _LONG.sub(r"'\1…\2'", visible(text))
