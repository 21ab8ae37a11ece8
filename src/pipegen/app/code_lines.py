"""The very line on which code says something, where a pipeline only knows of which class or call it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pipegen.errors import Origin


def line_of(root: Path, places: tuple[Origin | None, ...], word: str) -> Origin | None:
    """Where a class or a call at one of the places has `word = ...`; else the first place."""
    for place in places:
        found = next(_said(root, place, word), None) if place is not None and word else None
        if found is not None:
            return found
    return next((one for one in places if one is not None), None)


def _said(root: Path, place: Origin, word: str) -> Iterator[Origin]:
    for node in _at(root, place):
        for value in _values(node, word):
            yield Origin(place.file, value.lineno, value.col_offset + 1)


def _at(root: Path, place: Origin) -> Iterator[ast.AST]:
    """The class, function or call that a line is part of."""
    try:
        tree = ast.parse((root / place.file).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, SyntaxError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            first = min((one.lineno for one in node.decorator_list), default=node.lineno)
            if first <= place.line <= (node.end_lineno or 0):
                yield node
        elif isinstance(node, ast.Call) and node.lineno <= place.line <= (node.end_lineno or 0):
            yield node


def _values(node: ast.AST, word: str) -> Iterator[ast.expr | ast.keyword | ast.stmt]:
    if isinstance(node, ast.Call):
        yield from (one for one in node.keywords if one.arg == word)
    elif isinstance(node, ast.ClassDef):
        for one in node.body:
            targets = one.targets if isinstance(one, ast.Assign) else []
            if isinstance(one, ast.AnnAssign) and one.value is not None:
                targets = [one.target]
            if any(isinstance(target, ast.Name) and target.id == word for target in targets):
                yield one
    elif isinstance(node, ast.FunctionDef):
        for each in node.decorator_list:
            yield from _values(each, word)
