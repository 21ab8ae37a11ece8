"""Where exactly something stands in the user's file, found by reading it; only a mistake pays for this."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pipegen.errors import Origin


def option_place(origin: Origin, key: str) -> Origin:
    """Where an option is written: in the class around an origin, or in the call at it."""
    tree = _parsed(origin.file)
    for node in _innermost_first(tree, origin.line) if tree else ():
        for found in _written(node, key):
            return _at(origin.file, found)
    return origin


def class_place(file: str, name: str) -> Origin:
    """Where a class is written."""
    tree = _parsed(file)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ClassDef) and node.name == name:
            return Origin(file, node.lineno, node.col_offset + len("class ") + 1)
    return Origin(file)


def _parsed(file: str) -> ast.Module | None:
    try:
        return ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None


def _innermost_first(tree: ast.Module, line: int) -> Iterator[ast.AST]:
    """The calls and classes that a line is part of, the smallest first."""
    around = [
        (node.end_lineno - node.lineno, -node.lineno, node)
        for node in ast.walk(tree)
        if isinstance(node, (ast.ClassDef, ast.Call))
        and node.end_lineno is not None
        and node.lineno <= line <= node.end_lineno
    ]
    yield from (node for _, _, node in sorted(around, key=lambda one: one[:2]))


def _written(node: ast.AST, key: str) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        yield from (one.value for one in node.keywords if one.arg == key)
    elif isinstance(node, ast.ClassDef):
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                yield from (one for one in statement.targets if isinstance(one, ast.Name) and one.id == key)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                yield from (statement.target,) if statement.target.id == key else ()


def _at(file: str, found: ast.expr) -> Origin:
    """The column in characters; the parser counts bytes."""
    line = Path(file).read_bytes().splitlines()[found.lineno - 1]
    return Origin(file, found.lineno, len(line[: found.col_offset].decode("utf-8", "replace")) + 1)
