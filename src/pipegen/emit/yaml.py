"""The only writer of YAML: block style, order as given, one way to write each thing, no anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipegen.emit.document import Block, Commented, Flow, Noted, Yaml, shape
from pipegen.emit.scalars import Scalars, comment, in_flow, literal, number
from pipegen.emit.unfit import UnfitError, refuse_unfit

__all__ = ["Block", "Commented", "Flow", "Noted", "Yaml", "dump", "dump_fragment", "inline"]

_LEAVES = frozenset((str, int, float, bool, type(None)))
_LONGEST_KEY = 1000  # readers look 1024 characters ahead for the colon; longer keys take the form "? key"


def dump(document: Yaml, header: Sequence[str] = ()) -> str:
    """A whole YAML file, with `header` as comment lines at its top."""
    writer = _Writer()
    for line in header:
        writer.lines += comment(line)
    return _written(writer, document, "")


def dump_fragment(value: Yaml, indent: int) -> str:
    """The entries of a mapping or the items of a list, to be put into a file at an indentation."""
    if not isinstance(value, Flow) and shape(value) != "leaf" and not value:
        return ""
    return _written(_Writer(), value, " " * indent)


def inline(value: Yaml) -> str:
    """A value on one line, safe wherever a YAML value may stand."""
    writer = _Writer()
    try:
        return writer.flow(value)
    except (ValueError, RecursionError) as problem:
        refuse_unfit(value, problem)
        raise


def _written(writer: _Writer, document: Yaml, pad: str) -> str:
    try:
        writer.top(document, pad)
    except (ValueError, RecursionError) as problem:
        refuse_unfit(document, problem)
        raise
    return "\n".join(writer.lines) + "\n"


class _Writer:
    """Lines as they come; `lead` is what already stands on a line, `pad` the indentation below it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.scalars = Scalars()

    def top(self, value: Any, pad: str) -> None:
        value = self.uncommented(value, pad)
        kind = shape(value) if value else "leaf"
        if kind == "mapping":
            self.entries(value, pad, pad)
        elif kind == "list":
            self.items(value, pad, pad)
        else:
            self.lines.append(pad + self.leaf(value, pad + "  "))

    def entries(self, mapping: Mapping[Any, Any], lead: str, pad: str) -> None:
        for key, value in mapping.items():
            if type(value) is Commented:
                value = self.uncommented(value, lead)
            self.below(value, self.label(key, lead, pad), pad)
            lead = pad

    def items(self, values: Sequence[Any], lead: str, pad: str) -> None:
        deeper = pad + "  "
        for value in values:
            if type(value) is Commented:
                value = self.uncommented(value, lead)
            if type(value) in _LEAVES or not value or (kind := shape(value)) == "leaf":
                self.lines.append(f"{lead}- {self.leaf(value, deeper)}")
            elif kind == "mapping":
                self.entries(value, lead + "- ", deeper)
            else:
                self.items(value, lead + "- ", deeper)
            lead = pad

    def below(self, value: Any, lead: str, pad: str) -> None:
        """What a key stands for: beside it, or indented under it."""
        if type(value) in _LEAVES or not value or (kind := shape(value)) == "leaf":
            self.lines.append(f"{lead} {self.leaf(value, pad + '  ')}")
            return
        self.lines.append(lead)
        pad += "  "
        if kind == "mapping":
            self.entries(value, pad, pad)
        else:
            self.items(value, pad, pad)

    def uncommented(self, value: Any, lead: str) -> Any:
        """The value inside; its comment goes above the line that begins with `lead`."""
        while type(value) is Commented:
            self.lines += comment(value.text, lead[: len(lead) - len(lead.lstrip())])
            value = value.wrapped
        return value

    def label(self, key: object, lead: str, pad: str) -> str:
        text = self.key(key)
        return f"{lead}{text}:" if len(text) <= _LONGEST_KEY else f"{lead}? {text}\n{pad}:"

    def key(self, key: object) -> str:
        if isinstance(key, str):
            return self.scalars[str.__str__(key)]
        if isinstance(key, int) and not isinstance(key, bool):
            return int.__repr__(key)
        raise UnfitError

    def leaf(self, value: Any, pad: str) -> str:
        """What has no entries of its own; only lines of text take more than one line."""
        if isinstance(value, str):
            text = str.__str__(value)
            return ("\n" in text and literal(text, pad)) or self.scalars[text]
        if isinstance(value, Block):
            return literal(value.wrapped, pad) or self.scalars[value.wrapped]
        if isinstance(value, Noted):
            return f"{self.flow(value.wrapped)} {' '.join(comment(' '.join(value.text.split())))}"
        return self.flow(value)

    def flow(self, value: Any) -> str:
        if isinstance(value, Flow | Commented | Noted | Block):
            return self.flow(value.wrapped)
        if isinstance(value, str):
            return in_flow(self.scalars[str.__str__(value)])
        kind = shape(value)
        if kind == "mapping":
            return "{" + ", ".join(map(self.flow_entry, value.items())) + "}"
        if kind == "list":
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return _atom(value)

    def flow_entry(self, entry: tuple[object, Any]) -> str:
        key = in_flow(self.key(entry[0]))
        label = f"{key}:" if len(key) <= _LONGEST_KEY else f"? {key} :"
        return f"{label} {self.flow(entry[1])}"


def _atom(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return number(value)
    raise UnfitError
