"""What a dvc.yaml is made of, as far as adding to it needs to know: sections, entries, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pipegen.frozen import frozen

Event = tuple[str, ...]  # what the parser saw, without its place
Kind = Literal["entries", "nothing", "other"]


@frozen
class Entry:
    """A stage, or an item of a list; two are equal when a reader of YAML cannot tell them apart."""

    name: str
    start: int
    events: tuple[Event, ...]


@frozen
class Section:
    """A top-level key and what is below it: `column` is where entries begin, `value` where a value stands."""

    key: str
    kind: Kind
    start: int
    column: int
    value: tuple[int, int]
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]


class NoOutlineError(Exception):
    """The text is no mapping of sections; `index` is where that shows, when it is known."""

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.index = index


def outline(text: str) -> tuple[Section, ...]:
    """The sections of a dvc.yaml, in order."""
    events = [event for event in _parsed(text) if not _kind(event).startswith(("Stream", "Document"))]
    if not events:
        return ()
    root = events[0]
    if len(_nodes(events)) > 1:
        raise NoOutlineError("it holds several documents")
    if _kind(root) != "MappingStart":
        raise NoOutlineError("it is not a mapping of sections", root.start_mark.index)
    if root.flow_style:
        raise NoOutlineError(
            "its sections stand in '{ }'; write them below each other", root.start_mark.index
        )
    inner = _nodes(events[1:-1])
    return tuple(_section(key, value) for key, value in zip(inner[::2], inner[1::2], strict=True))


def _parsed(text: str) -> list[Any]:
    import yaml  # only when a dvc.yaml is shared

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return list(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not valid YAML"
        raise NoOutlineError(reason, mark.index if mark else None) from None


def _section(key: Sequence[Any], value: Sequence[Any]) -> Section:
    head = value[0]
    kind = _kind_of(value)
    return Section(
        key=getattr(key[0], "value", ""),
        kind=kind,
        start=key[0].start_mark.index,
        column=head.start_mark.column,
        value=(head.start_mark.index, value[-1].end_mark.index),
        entries=tuple(_entries(value)) if kind == "entries" else (),
        events=(*map(_plain, key), *map(_plain, value[:1] if kind == "entries" else value)),
    )


def _kind_of(value: Sequence[Any]) -> Kind:
    head = value[0]
    if _kind(head) == "Alias" or head.anchor or head.tag:
        return "other"
    if _kind(head) == "Scalar":
        return "nothing" if not head.style and head.value in ("", "null", "~") else "other"
    if len(value) == 2:
        return "nothing"  # {} or []
    return "other" if head.flow_style else "entries"


def _entries(value: Sequence[Any]) -> Iterator[Entry]:
    nodes = _nodes(value[1:-1])
    step = 2 if _kind(value[0]) == "MappingStart" else 1
    for number in range(0, len(nodes), step):
        events = [event for node in nodes[number : number + step] for event in node]
        name = getattr(events[0], "value", "")
        yield Entry(name, events[0].start_mark.index, tuple(map(_plain, events)))


def _nodes(events: Sequence[Any]) -> list[list[Any]]:
    """The events of each node by itself."""
    found: list[list[Any]] = []
    depth = 0
    for event in events:
        if depth == 0:
            found.append([])
        found[-1].append(event)
        kind = _kind(event)
        depth += kind.endswith("Start") - kind.endswith("End")
    return found


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _plain(event: Any) -> Event:
    marks = (getattr(event, name, None) for name in ("anchor", "tag", "value", "style", "flow_style"))
    return (_kind(event), *map(repr, marks))
