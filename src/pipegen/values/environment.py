"""`${NAME}` in values: refused, because values are read at generate time, unless somebody asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipegen.errors import Diagnostic
from pipegen.values.nodes import Entry, Listing, Node, Scalar, Table, is_null

_REFERENCE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}")


def settled(table: Table, environ: Mapping[str, str] | None, found: list[Diagnostic]) -> Table:
    """The mapping with every `${NAME}` filled in from environ, or refused when that is None."""
    entries = {key: Entry(at, _node(value, environ, found)) for key, (at, value) in table.entries.items()}
    return table._replace(entries=entries)


def _node(node: Node, environ: Mapping[str, str] | None, found: list[Diagnostic]) -> Node:
    if isinstance(node, Scalar):
        return _scalar(node, environ, found) if "${" in node.text else node
    if isinstance(node, Listing):
        return node._replace(items=tuple(_node(item, environ, found) for item in node.items))
    return settled(node, environ, found)


def _scalar(node: Scalar, environ: Mapping[str, str] | None, found: list[Diagnostic]) -> Scalar:
    def fill(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        if name is None:
            return "${"  # $${ is how to write it
        value = (environ or {}).get(name)
        if environ is None:
            found.append(_refused(match[0], node))
        elif value is None and operator is None:
            hint = f"set it, or give it a default: '${{{name}:-...}}'"
            found.append(
                Diagnostic("PG214", f"the environment variable '{name}' is not set", node.origin, hint)
            )
        elif value is None or (operator == ":-" and not value):
            return str(default or "")
        return value or ""

    filled = node._replace(text=_REFERENCE.sub(fill, node.text))
    # Empty after filling in is an empty text, not the null that somebody wrote.
    return filled._replace(plain=False) if is_null(filled) else filled


def _refused(reference: str, node: Scalar) -> Diagnostic:
    message = f"'{reference}' names an environment variable, but values are read at generate time"
    hint = f"write the value, ask for it with --expand-env, or write '${reference}' for the text itself"
    return Diagnostic("PG213", message, node.origin, hint)
