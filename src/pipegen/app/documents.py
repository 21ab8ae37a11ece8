"""What changed inside of generated documents, by place, whatever backend wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.emit.files import Change

ONLY_COMMENTS = "only comments or the way it is written changed"
_AROUND = 1  # words of a long text that are shown before what differs


@dataclass(frozen=True, slots=True)
class Edit:
    """One value that changed in a document, at one or more places."""

    file: str
    places: tuple[str, ...]
    before: str | None
    after: str | None

    @property
    def sentence(self) -> str:
        """The change in words."""
        values = f"{_shown(self.before)} -> {_shown(self.after)}"
        if not self.places:
            return self.after or self.before or ""
        if len(self.places) == 1:
            return f"{self.places[0]}: {values}"
        what = self.places[0].rpartition(".")[2]
        return f"{what} changed at {len(self.places)} places ({_where(self.places)}): {values}"


def edits(change: Change) -> tuple[Edit, ...]:
    """What a change does to a document, equal edits together."""
    before, after = _read(change.before or ""), _read(change.after)
    if before is None or after is None:
        return (Edit(change.path, (), None, "changed, and is not YAML or JSON"),)
    groups: dict[tuple[str, str | None, str | None], list[str]] = {}
    for path, old, new in _differences(before, after, ""):
        key = path.rpartition(".")[2]
        groups.setdefault((key, *_short(old, new)), []).append(path)
    found = tuple(Edit(change.path, tuple(paths), *key[1:]) for key, paths in groups.items())
    return found or (Edit(change.path, (), None, ONLY_COMMENTS),)


def _read(text: str) -> Any:
    """The documents of a file; their names, where they have any, tell them apart."""
    import yaml

    try:
        found = list(yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found[0] if len(found) == 1 else found


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, str | None, str | None]]:
    old, new = _by_name(old), _by_name(new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            selector = str(key) if str(key).startswith("[") else f".{key}"
            yield from _differences(old.get(key), new.get(key), (path + selector).removeprefix("."))
    elif old != new:
        yield path, _text(old), _text(new)


def _by_name(value: Any) -> Any:
    """A list of named things as a mapping, so that what is added does not move the others."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        names = [one.get("name") for one in value]
        if all(isinstance(one, str) for one in names) and len(set(names)) == len(names):
            return {f"[name={name}]": one for name, one in zip(names, value, strict=True)}
        return {f"[{n}]": one for n, one in enumerate(value)}
    return value


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)  # a command
    if isinstance(value, Mapping) and "name" in value:
        value = {key: one for key, one in value.items() if key == "name"}
    return json.dumps(value, ensure_ascii=False, default=str)


def _short(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Two texts without the words that they begin and end with alike."""
    if old is None or new is None:
        return old, new
    one, other = old.split(" "), new.split(" ")
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    first = max(start - _AROUND, 0)
    return " ".join(one[first : len(one) - end]), " ".join(other[first : len(other) - end])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words at the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _where(places: Sequence[str], most: int = 6) -> str:
    """The parts in which paths differ, where that is one part of each."""
    parts = [one.split(".") for one in places]
    if len({len(one) for one in parts}) == 1:
        columns = [column for column in zip(*parts, strict=True) if len(set(column)) > 1]
        if len(columns) == 1:
            names = [_name(one) for one in columns[0]]
            more = f" and {len(names) - most} more" if len(names) > most else ""
            return ", ".join(names[:most]) + more
    return f"{places[0]} and {len(places) - 1} more"


def _name(part: str) -> str:
    return part.rpartition("[name=")[2].rstrip("]") if "[name=" in part else part


def _shown(text: str | None) -> str:
    return "none" if text is None else text if text and text.isprintable() else json.dumps(text)
