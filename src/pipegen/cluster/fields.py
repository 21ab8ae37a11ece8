"""Fields of an object as an API server names them: `spec.containers[0].image`, `.spec.env[name="A"]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
_PART = re.compile(r'\[(\d+)\]|\[name="([^"]*)"\]|\[([^\]]*)\]|\.?([^.\[]+)')


def parsed(field: str) -> Path:
    """The keys and numbers that lead to a field; an item that goes by its name is `[name=fetch]`."""
    return tuple(_parts(field)) if field != "<nil>" else ()


def _parts(field: str) -> Iterator[str | int]:
    for found in _PART.finditer(field):
        number, name, key, plain = found.groups()
        yield int(number) if number is not None else f"[name={name}]" if name is not None else key or plain


def known(data: Any, path: Path) -> Path:
    """As much of a path as an object has, with items by number: what a cluster added is not in a file."""
    found: list[str | int] = []
    for part in path:
        if isinstance(data, list) and isinstance(part, str):
            part = next((n for n, one in enumerate(data) if _is_called(one, part)), -1)
        if not _has(data, part):
            break
        data = data[part]
        found.append(part)
    return tuple(found)


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and 0 <= part < len(data)
    return isinstance(data, Mapping) and part in data


def _is_called(item: Any, part: str) -> bool:
    return isinstance(item, Mapping) and f"[name={item.get('name')}]" == part


def shown(path: Path) -> str:
    """A path as `pipegen explain FILE PATH` takes it."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")
