"""The fields of a settings class as a tree: nested models branch, everything else is a leaf."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from pipegen.names import suffix

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

MISSING: Any = object()
_TEXT = (str, bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True)
class Node:
    """One field: where it is, what pydantic calls it, and what it holds."""

    path: tuple[str, ...]
    key: str
    info: FieldInfo
    model: type[BaseModel] | None
    children: tuple[Node, ...]
    required: bool
    default: Any

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """What follows the prefix in the variable's name: `API__URL`."""
        return suffix(self.name)

    @property
    def secret(self) -> bool:
        return holds_secret(self.info.annotation)

    @property
    def parses_itself(self) -> bool:
        """`pydantic.Json[T]` wants the text of JSON, whatever T is."""
        from pydantic import Json

        return any(mark is Json or isinstance(mark, Json) for mark in self.info.metadata)

    def walk(self) -> Iterator[Node]:
        """Itself, then everything below, in the order written."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Node]:
        return (node for node in self.walk() if node.model is None)


def fields(model: type[BaseModel]) -> tuple[Node, ...]:
    """The fields of a settings class, in the order written."""
    return _children(model, (), (model,), True, MISSING)


def _children(
    model: type[BaseModel], path: tuple[str, ...], seen: tuple[type, ...], required: bool, whole: Any
) -> tuple[Node, ...]:
    return tuple(
        _node(model, info, (*path, name), seen, required, whole) for name, info in model.model_fields.items()
    )


def _node(
    owner: type[BaseModel],
    info: FieldInfo,
    path: tuple[str, ...],
    seen: tuple[type, ...],
    required: bool,
    whole: Any,
) -> Node:
    """`whole` is the default of the model around it: an instance, None, or MISSING when it has none."""
    required = required and info.is_required()
    default = _default(info) if whole is MISSING else getattr(whole, path[-1], None)
    model = nested(info.annotation)
    if model in seen:  # a model inside itself has no end of leaves: it is given as JSON
        model = None
    children: tuple[Node, ...] = ()
    if model is not None:
        inner = MISSING if required or info.default_factory is model else default
        children = _children(model, path, (*seen, model), required, inner)
    return Node(path, _key(owner, path[-1], info), info, model, children, required, default)


def _default(info: FieldInfo) -> Any:
    """The default as written. A factory is not called (it may ask the clock) unless it is plainly empty."""
    if info.default_factory is not None:
        empty = info.default_factory in (list, dict, set, tuple, frozenset, str)
        return info.default_factory() if empty else None  # type: ignore[call-arg]
    return None if info.is_required() else info.default


def _key(owner: type[BaseModel], name: str, info: FieldInfo) -> str:
    config = owner.model_config
    if config.get("populate_by_name") or config.get("validate_by_name"):
        return name
    alias = info.validation_alias
    choices = getattr(alias, "choices", None) or [alias]
    return next((one for one in choices if isinstance(one, str)), name)


def nested(annotation: object) -> type[BaseModel] | None:
    """The model in `Model` or `Model | None`, whose fields have variables of their own."""
    from pydantic import BaseModel, RootModel

    found = [one for one in members(annotation) if one is not type(None)]
    if len(found) != 1 or not isinstance(found[0], type) or typing.get_origin(found[0]) is not None:
        return None
    one = found[0]
    return one if issubclass(one, BaseModel) and not issubclass(one, RootModel) else None


def bare(annotation: object) -> object:
    """A type without Annotated, type aliases and NewType around it."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__  # type: ignore[attr-defined]
        elif type(typing.get_origin(annotation)).__name__ == "TypeAliasType":  # Alias[int]
            annotation = typing.get_origin(annotation).__value__  # type: ignore[union-attr]
        else:
            return annotation


def members(annotation: object) -> tuple[object, ...]:
    """The types that a union offers, or the one type that it is."""
    kind = bare(annotation)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return tuple(one for arg in typing.get_args(kind) for one in members(arg))
    return (type(None),) if kind is None else (kind,)


def is_complex(kind: object) -> bool:
    """Whether a value of this type is written as JSON rather than as plain text."""
    from collections.abc import Collection

    from pydantic import BaseModel, Secret

    origin = typing.get_origin(kind) or kind
    if isinstance(origin, type) and issubclass(origin, Secret):
        return any(is_complex(one) for arg in typing.get_args(kind) for one in members(arg))
    if not isinstance(origin, type) or issubclass(origin, (Enum, *_TEXT)):
        return False
    if typing.is_typeddict(origin) or issubclass(origin, BaseModel) or dataclasses.is_dataclass(origin):
        return True
    if getattr(origin, "__module__", "").startswith("pydantic"):  # SecretStr has a length, and is text
        return False
    return issubclass(origin, (list, tuple, set, frozenset, dict, deque, Collection)) or _iterates(origin)


def _iterates(origin: type) -> bool:
    from collections.abc import Iterable

    return origin.__module__ in ("collections.abc", "typing") and issubclass(origin, Iterable)


def holds_secret(annotation: object) -> bool:
    """Whether a secret type is anywhere inside, in the fields of models and dataclasses too."""
    seen: set[int] = set()
    waiting = [annotation]
    while waiting:
        kind = bare(waiting.pop())
        if id(kind) in seen:
            continue
        seen.add(id(kind))
        origin = typing.get_origin(kind) or kind
        if isinstance(origin, type) and _is_secret(origin):
            return True
        waiting += typing.get_args(kind)
        if isinstance(origin, type):
            waiting += _inner_types(origin)
    return False


def _is_secret(kind: type) -> bool:
    from pydantic import Secret, SecretBytes, SecretStr

    return issubclass(kind, (Secret, SecretStr, SecretBytes))


def _inner_types(kind: type) -> list[object]:
    from pydantic import BaseModel

    if issubclass(kind, BaseModel):
        return [info.annotation for info in kind.model_fields.values()]
    if dataclasses.is_dataclass(kind) or typing.is_typeddict(kind) or hasattr(kind, "_fields"):
        try:
            return list(typing.get_type_hints(kind, include_extras=True).values())
        except (NameError, TypeError):  # pydantic names the unresolved type when it builds the class
            return []
    return []
