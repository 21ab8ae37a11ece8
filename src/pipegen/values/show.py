"""The merged values for a reader: where each came from, and all of them as plain data."""

from __future__ import annotations

import json

from pipegen.errors import Origin
from pipegen.ir import Json
from pipegen.values.nodes import Listing, Node, Scalar, Table, leaves, scalar_data


def rows(node: Node) -> list[tuple[str, str, Origin]]:
    """Each value with its dotted path, its text and the place it was written."""
    return [(path, _text(leaf), leaf.origin) for path, leaf in leaves(node) if path]


def plain(node: Node) -> Json:
    """The values as data that keeps all of their text: 1.10 is "1.10" here, not the number 1.1."""
    if isinstance(node, Table):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    read = scalar_data(node)
    return read if read is None or json.dumps(read) == node.text else node.text


def _text(node: Node) -> str:
    if isinstance(node, Table):
        return "{}"
    if isinstance(node, Listing):
        return "[]"
    typed = not isinstance(scalar_data(Scalar(node.text, node.origin)), str)
    if (typed and not node.plain) or node.text != node.text.strip() or "\n" in node.text:
        return json.dumps(node.text, ensure_ascii=False)
    return node.text or "null"
