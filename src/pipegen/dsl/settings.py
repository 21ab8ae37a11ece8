"""Settings: a step's run-time parameters, read from environment variables by whoever runs the step."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from pipegen.dsl.fields import MISSING, Node, fields
from pipegen.dsl.type_names import type_name
from pipegen.dsl.wording import type_text
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Json, Setting


class Settings(BaseModel):
    """Subclass it with typed fields; annotate a step's `settings` with the subclass."""

    __pipegen_settings__: ClassVar[bool] = True
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        validate_default=True,
        defer_build=True,  # a module with ten steps pays for the one that runs
        hide_input_in_errors=True,  # what does not validate may be a secret
    )


def describe(settings_type: type, *, schema: bool) -> tuple[tuple[Setting, ...], dict[str, Json] | None]:
    """A settings class as data: every leaf by its dotted name, and its JSON Schema when asked."""
    nodes = settings_tree(settings_type)
    found = tuple(_setting(leaf) for node in nodes for leaf in node.leaves())
    return found, _schema(settings_type, nodes) if schema else None


def settings_tree(settings_type: type) -> tuple[Node, ...]:
    """The fields of a settings class; PipegenError when pydantic cannot build it or names clash."""
    assert issubclass(settings_type, BaseModel)
    try:
        settings_type.model_rebuild()
    except Exception as error:  # an annotation may be anything, and so may what it raises
        raise PipegenError(
            Diagnostic(
                "PG305",
                f"the settings class '{settings_type.__name__}' cannot be used: {_reason(settings_type, error)}",
                hint="a field's type must be one that pydantic knows, imported for real",
            )
        ) from None
    nodes = fields(settings_type)
    _refuse_shared_variables(settings_type, nodes)
    return nodes


def _reason(settings_type: type[BaseModel], error: Exception) -> str:
    """The field to blame, which pydantic does not name."""
    from pydantic import TypeAdapter

    for name, info in settings_type.model_fields.items():
        try:
            TypeAdapter[object](info.annotation)  # type: ignore[arg-type]
        except Exception:  # as above
            return f"pydantic cannot read the type of its field '{name}', {type_name(info.annotation)}"
    return str(error).strip().splitlines()[0]


def _refuse_shared_variables(settings_type: type, nodes: Iterable[Node]) -> None:
    seen: dict[str, Node] = {}
    problems = []
    for node in (one for top in nodes for one in top.walk()):
        other = seen.setdefault(node.variable, node)
        if other is not node:
            message = (
                f"fields '{other.name}' and '{node.name}' of '{settings_type.__name__}' "
                f"would both be read from ...__{node.variable}"
            )
            problems.append(Diagnostic("PG306", message, hint="rename one of them"))
    if problems:
        raise PipegenError(*problems)


def _setting(leaf: Node) -> Setting:
    secret = leaf.secret
    default = None if secret or leaf.required else jsonable(leaf.default)
    words = " ".join((leaf.info.description or "").split())
    return Setting(leaf.name, type_text(leaf.info), leaf.required, default, secret, words)


def jsonable(value: Any) -> Json:
    """A default as JSON with one form only: sets are sorted, what JSON cannot say is text or nothing."""
    if isinstance(value, Enum):
        return jsonable(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, BaseModel):
        return {name: jsonable(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(jsonable(key)): jsonable(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((jsonable(one) for one in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [jsonable(one) for one in value]
    return _by_pydantic(value)


def _by_pydantic(value: Any) -> Json:
    from dataclasses import fields as dataclass_fields
    from dataclasses import is_dataclass

    from pydantic_core import PydanticSerializationError, to_jsonable_python

    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: jsonable(getattr(value, one.name)) for one in dataclass_fields(value)}
    try:
        found: Json = to_jsonable_python(value)
    except (PydanticSerializationError, ValueError):
        return None
    return found


def _schema(settings_type: type[BaseModel], nodes: Iterable[Node]) -> dict[str, Json]:
    from pydantic.errors import PydanticInvalidForJsonSchema

    try:
        schema = settings_type.model_json_schema()
    except PydanticInvalidForJsonSchema:  # a type that only Python can say: name the fields, leave them open
        schema = {"type": "object", "properties": {node.path[-1]: {} for node in nodes}}
    _tidy(schema)
    for leaf in (one for node in nodes for one in node.leaves()):
        if leaf.secret:
            _forget_default(schema, leaf.path)
    return schema


def _tidy(schema: object) -> None:
    """The default of a set has no order of its own, and would differ; JSON has no number for infinity."""
    if isinstance(schema, dict):
        for key in [key for key, value in schema.items() if _is_no_json_number(value)]:
            del schema[key]
        default = schema.get("default")
        forms = (schema, *schema.get("anyOf", ()))
        if isinstance(default, list) and any("uniqueItems" in one for one in forms):
            schema["default"] = sorted(default, key=repr)
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        _tidy(inner)


def _is_no_json_number(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _forget_default(schema: dict[str, Any], path: tuple[str, ...]) -> None:
    """Drop the default of a secret, and those of the objects around it, which hold it too."""
    here = schema
    for name in path:
        inner = here.get("properties", {}).get(name, MISSING)
        if inner is MISSING:
            return
        if inner.get("default") is not None:
            del inner["default"]
        here = _target(inner, schema)


def _target(inner: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The object that a property describes, behind `$ref` and `anyOf`."""
    for one in (inner, *inner.get("anyOf", ()), *inner.get("allOf", ())):
        if "$ref" in one:
            found: dict[str, Any] = schema.get("$defs", {}).get(one["$ref"].rpartition("/")[2], {})
            return found
    return inner
