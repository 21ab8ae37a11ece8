"""The JSON Schema of exported pipelines, read off the IR's own types."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal

from pipegen.ir import Draft
from pipegen.ir_json import FORMAT, is_json_alias

_SCALARS: dict[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def schema() -> dict[str, Any]:
    """Draft 2020-12; strict, as reading is."""
    definitions: dict[str, Any] = {}
    document = _record(Draft, definitions)
    document["properties"] = {
        "pipegen": {"const": FORMAT, "description": "The number of this format."},
        **document["properties"],
    }
    document["required"] = ["pipegen", *document["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A pipegen pipeline",
        **document,
        "$defs": definitions,
    }


def _record(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    described = (cls.__doc__ or "").partition("\n")[0]
    return {
        "type": "object",
        "description": described,
        "properties": {one.name: _form(hints[one.name], definitions) for one in fields(cls)},
        "required": [
            one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING
        ],
        "additionalProperties": False,
    }


def _form(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {} if is_json_alias(args) else {"anyOf": [_form(one, definitions) for one in args]}
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _record(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if origin is tuple:
        if args[-1] is Ellipsis:
            return {"type": "array", "items": _form(args[0], definitions)}
        items = [_form(one, definitions) for one in args]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {"type": "object", "additionalProperties": _form(args[1], definitions)}
    if origin is Literal:
        return {"enum": list(args)}
    return {"type": _SCALARS[hint]} if hint in _SCALARS else {}
