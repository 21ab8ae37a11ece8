"""A first config file: every key as a comment, with what it is for, and its default or an example."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pipegen.engine.configs.meaning import alternatives
from pipegen.engine.configs.section import NAME, RunConfig
from pipegen.values.init import comment, flow


def sketch(name: str, model: type[BaseModel]) -> str:
    """A config file for a plugin: what it cannot do without is there, the rest stands as comments."""
    lines = [f"type: {name}"]
    usual: tuple[str, ...] = getattr(model, "usual", ())
    for key, field in model.model_fields.items():
        needed = field.is_required() or key in usual
        written = [*comment(field.description or "", ""), _line(key, field)]
        lines += written if needed else [f"# {line}" for line in written]
    return "\n".join(lines) + "\n"


def sketched_section() -> str:
    """The section `run` for a first values file, all of it comments."""
    about = (RunConfig.__doc__ or "").partition("\n")[0]
    lines = [*comment(about, ""), f"{NAME}:", *_fields(RunConfig, "  ")]
    return "\n" + "".join(f"# {line}\n" for line in lines)


def _fields(model: type[BaseModel], pad: str) -> Iterator[str]:
    for key, field in model.model_fields.items():
        yield from comment(field.description or "", pad)
        yield pad + _line(key, field)


def _line(key: str, field: FieldInfo) -> str:
    return f"{key}: {flow(shown(field))}"


def shown(field: FieldInfo) -> Any:
    """The default where it says something, or else an example, or else something of the right kind."""
    default = plain(field.get_default(call_default_factory=True)) if not field.is_required() else None
    if default not in (None, [], {}, ""):
        return default
    if field.examples:
        return plain(field.examples[0])
    return default if not field.is_required() else _sample(field)


def plain(value: Any) -> Any:
    """A default as a file would have it; a secret is not shown."""
    if value is PydanticUndefined or isinstance(value, SecretStr):
        return None
    if isinstance(value, BaseModel):
        return {key: plain(getattr(value, key)) for key in type(value).model_fields}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)


_SAMPLES: dict[Any, Any] = {bool: False, int: 1, float: 1.0, str: "text", Path: "path"}


def _sample(field: FieldInfo) -> Any:
    first = alternatives(field.annotation)[0]
    if get_origin(first) is Literal:
        return get_args(first)[0]
    if get_origin(first) in (list, tuple, set):
        return []
    return {} if get_origin(first) is dict else _SAMPLES.get(first, "text")
