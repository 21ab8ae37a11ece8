"""The only writer of XML: elements from names, attributes and text, each escaped in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NewType

from pipegen.graph.lettering import clean

Xml = NewType("Xml", str)
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def text(content: str) -> Xml:
    return Xml(clean(content).translate(_TEXT))


def element(name: str, *children: Xml, **attributes: str | int) -> Xml:
    """One element; `class_` is `class`, and `aria_label` is `aria-label`."""
    shown = "".join(f' {_spelled(key)}="{_value(value)}"' for key, value in attributes.items())
    content = "".join(children)
    return Xml(f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>")


def joined(parts: Iterable[Xml], between: str = "\n") -> Xml:
    return Xml(between.join(parts))


def _spelled(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | int) -> str:
    return clean(value).translate(_VALUE) if isinstance(value, str) else str(value)
