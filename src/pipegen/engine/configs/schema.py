"""The JSON Schema of configs, for editors: a file may say numbers and booleans as text, and null for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from pipegen.engine.configs.finding import KINDS, PROCESSORS, RUNNERS, STORES
from pipegen.engine.configs.section import RunConfig
from pipegen.values.schema import DIALECT

Schema = dict[str, Any]
_LOOSER: dict[str, Schema] = {
    "string": {"type": ["string", "number", "boolean"]},
    "integer": {"type": ["integer", "string"]},
    "number": {"type": ["number", "string"]},
    "boolean": {"type": ["boolean", "string"]},
    "array": {"type": ["array", "null"]},
    "object": {"type": ["object", "null"]},
}


def config_schema(group: str, name: str, model: type[BaseModel]) -> Schema:
    """The schema of a config in a file of its own, with its `type`."""
    found = _of(model, "")
    about = f"Which {KINDS[group].noun} this is for."
    found["properties"] = {"type": {"const": name, "description": about}, **found.get("properties", {})}
    return {"$schema": DIALECT, **found}


def run_schema(installed: Mapping[str, Mapping[str, type[BaseModel]]]) -> tuple[Schema, Schema]:
    """The schema of the section `run`, and the definitions that it refers to.

    `installed` has, for each group, the configs of its plugins. Files are merged, so none of them is complete.
    """
    section = _of(RunConfig, "run.")
    definitions: Schema = {}
    part = {
        group: {"anyOf": [{"enum": [*configs, None]}, *_parts(group, configs, definitions)]}
        for group, configs in installed.items()
    }
    properties = section["properties"]
    for key, group in (("runner", RUNNERS), ("store", STORES)):
        properties[key] = part[group] | _about(properties[key])
    properties["processors"] = {"type": ["array", "null"], "items": part[PROCESSORS]} | _about(
        properties["processors"]
    )
    return section, definitions


def _parts(group: str, configs: Mapping[str, type[BaseModel]], definitions: Schema) -> Iterable[Schema]:
    for name, model in configs.items():
        mark = f"run.{KINDS[group].kind}.{name}"
        found = _of(model, f"{mark}.")
        definitions |= found.pop("$defs", {})
        found.pop("required", None)
        found["properties"] = {"type": {"const": name}, **found.get("properties", {})}
        definitions[mark] = found
        yield {"$ref": f"#/$defs/{mark}"}


def _of(model: type[BaseModel], prefix: str) -> Schema:
    found = model.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}")
    definitions = {f"{prefix}{name}": _loosened(one) for name, one in found.pop("$defs", {}).items()}
    loose: Schema = _loosened(found)
    return loose | ({"$defs": definitions} if definitions else {})


def _about(schema: Schema) -> Schema:
    return {key: schema[key] for key in ("description", "examples") if key in schema}


def _loosened(schema: Any) -> Any:
    """What values take over: a number in quotes, a number for a text, a key with nothing after it."""
    if not isinstance(schema, dict):
        return schema
    found = {key: value for key, value in schema.items() if key != "title"}
    if found.get("default", "") is None:
        del found["default"]
    kind = found.get("type")
    if (
        isinstance(kind, str)
        and kind in _LOOSER
        and not ({"pattern", "format", "const", "enum"} & set(found))
    ):
        found |= _LOOSER[kind]
    if "patternProperties" in found:  # keys of a kind, and no others
        found.setdefault("additionalProperties", False)
    for key in ("properties", "patternProperties"):
        if key in found:
            found[key] = {name: _loosened(one) for name, one in found[key].items()}
    for key in ("items", "additionalProperties", "propertyNames"):
        if key in found:
            found[key] = _loosened(found[key])
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        if key in found:
            found[key] = [_loosened(one) for one in found[key]]
    return found
