"""Sets in a fixed order: Python's own changes with the hash seed, and with it the bytes of an artifact."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from pipegen.runtime.codecs.contract import CodecError

_SECRET_HINT = "read it from the settings of each step that needs it"


class _OrderedSet(set[Any]):
    """A set that is walked in the order of its text."""

    def __iter__(self) -> Iterator[Any]:
        return iter(_sorted(list(super().__iter__())))


class _OrderedFrozenSet(frozenset[Any]):
    """A frozenset that is walked in the order of its text."""

    def __iter__(self) -> Iterator[Any]:
        return iter(_sorted(list(super().__iter__())))


def ordered(value: Any) -> Any:
    """The value itself, or a copy in which every set is walked in order; secrets are refused on the way."""
    if value is None or isinstance(value, (str, int, float, bytes)):
        return value
    if isinstance(value, frozenset):
        return _OrderedFrozenSet(ordered(one) for one in value)
    if isinstance(value, set):
        return _OrderedSet(ordered(one) for one in value)
    if isinstance(value, dict):
        return _dict(value)
    if isinstance(value, (list, tuple, deque)):
        return _sequence(value)
    if hasattr(type(value), "__pydantic_core_schema__") or (
        is_dataclass(value) and not isinstance(value, type)
    ):
        return _record(value)
    _refuse_secret(value)
    return value


def _sorted(items: list[Any]) -> list[Any]:
    kinds = {type(one) for one in items}
    if kinds in ({int}, {str}, {bytes}):
        return sorted(items)
    from pydantic_core import to_json

    return sorted(items, key=lambda one: to_json(one, inf_nan_mode="constants"))


def _dict(value: dict[Any, Any]) -> dict[Any, Any]:
    changed = {key: new for key, old in value.items() if (new := ordered(old)) is not old}
    return {**value, **changed} if changed else value


def _sequence(value: Any) -> Any:
    items = [ordered(one) for one in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    cls = type(value)
    return cls._make(items) if hasattr(cls, "_make") else cls(items)


def _record(value: Any) -> Any:
    """A copy of a model or dataclass, made without running its validators, when something in it changed."""
    _refuse_secret(value)
    inside = dict(vars(value)) if hasattr(value, "__dict__") else {}
    if is_dataclass(value):
        inside |= {one.name: getattr(value, one.name) for one in fields(value) if hasattr(value, one.name)}
    written = {name: old for name, old in inside.items() if not _excluded(value, name)}
    changed = {name: new for name, old in written.items() if (new := ordered(old)) is not old}
    extra = getattr(value, "__pydantic_extra__", None)
    new_extra = ordered(extra)
    if not changed and new_extra is extra:
        return value
    twin = copy.copy(value)
    for name, new in changed.items():
        object.__setattr__(twin, name, new)
    if new_extra is not extra:
        object.__setattr__(twin, "__pydantic_extra__", new_extra)
    return twin


def _excluded(value: object, name: str) -> bool:
    field = getattr(type(value), "__pydantic_fields__", {}).get(name)
    return bool(getattr(field, "exclude", False))


def _refuse_secret(value: object) -> None:
    from pydantic import Secret, SecretBytes, SecretStr

    if isinstance(value, (Secret, SecretStr, SecretBytes)):
        raise CodecError(f"it holds a secret ({type(value).__name__})", code="PG324", hint=_SECRET_HINT)
