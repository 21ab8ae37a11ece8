"""The JSON Schema of a values file, for editors and for `values schema`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pipegen.values.forms import (
    Choice,
    Field,
    Flag,
    Form,
    Free,
    Items,
    Keyed,
    Maybe,
    Number,
    OneOf,
    Record,
    Text,
    fields_of,
)
from pipegen.values.unset import UNSET

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WHOLE = r"^[-+]?(0|[1-9]\d*)$"
_NUMBER = r"^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?$"
_FLAG = "^(" + "|".join(
    word for one in ("true", "false", "yes", "no", "on", "off") for word in (one, one.title(), one.upper())
) + ")$"  # fmt: skip


def schema(sections: Mapping[str, type], known: Collection[str] = ()) -> dict[str, Any]:
    """The schema of a values file with the sections of these backends; those only known take anything."""
    from pipegen.values.model import Document, PipelineValues

    writer = _Writer()
    top = writer.table(Document)
    # Files are merged, and a pipeline's section with the one at the top: none of them need be complete.
    anything = {name: True for name in sorted(known) if name not in sections}
    backends = {name: writer.record(cls, partial=True) for name, cls in sections.items()} | anything
    top["properties"] |= backends
    writer.definitions[writer.names[PipelineValues, False]]["properties"] |= backends
    return {"$schema": DIALECT, "title": "pipegen values", **top, "$defs": writer.definitions}


def schema_of(cls: type) -> dict[str, Any]:
    """The schema of one config dataclass by itself."""
    writer = _Writer()
    return {"$schema": DIALECT, **writer.table(cls), "$defs": writer.definitions}


class _Writer:
    """Writes forms as schemas; each dataclass becomes one definition."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.names: dict[tuple[type, bool], str] = {}

    def record(self, cls: type, *, partial: bool = False) -> dict[str, Any]:
        name = self.names.get((cls, partial))
        if name is None:
            name = self.names[cls, partial] = self.free_name(cls.__name__)
            self.definitions[name] = {}  # taken, also while the class refers to itself
            self.definitions[name].update(self.table(cls, partial=partial))
        return {"$ref": f"#/$defs/{name}"}

    def free_name(self, name: str) -> str:
        count, free = 1, name
        while free in self.definitions:
            count += 1
            free = f"{name}{count}"
        return free

    def table(self, cls: type, *, partial: bool = False) -> dict[str, Any]:
        known = fields_of(cls)
        written: dict[str, Any] = {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {field.name: self.field(field, partial) for field in known},
        }
        required = [field.name for field in known if field.required and not partial]
        return written | ({"required": required} if required else {})

    def field(self, field: Field, partial: bool) -> dict[str, Any]:
        written = self.form(field.form, partial)
        if field.doc.text:
            written["description"] = field.doc.text
        if field.doc.example is not UNSET and field.doc.example != {}:
            written["examples"] = [field.doc.example]
        if isinstance(field.default, (bool, int, float, str)):
            written["default"] = field.default
        elif isinstance(field.default, (list, tuple)) and all(isinstance(one, str) for one in field.default):
            written["default"] = list(field.default)
        return written

    def form(self, form: Form, partial: bool = False) -> dict[str, Any]:
        match form:
            case Text():
                return _text(form)
            case Number():
                kind, pattern = ("integer", _WHOLE) if form.whole else ("number", _NUMBER)
                limits = {name: limit for one in form.limits for name, limit in one.schema.items()}
                return {"type": [kind, "string"], "pattern": pattern, **limits}
            case Flag():
                return {"type": ["boolean", "string"], "pattern": _FLAG}
            case Choice(options):
                words = [
                    word for one in options for word in ([one] if isinstance(one, str) else [one, str(one)])
                ]
                return {"enum": words}
            case Items(item):
                return {"type": ["array", "null"], "items": self.form(item)}
            case Keyed(key, value):
                names = {"propertyNames": _text(key)} if key.kinds else {}
                return {
                    "type": ["object", "null"],
                    "additionalProperties": self.form(value, partial),
                    **names,
                }
            case Record(cls):
                return self.record(cls, partial=partial)
            case Maybe(inner):
                return _or_null(self.form(inner, partial))
            case OneOf(forms):
                return {"anyOf": [self.form(one, partial) for one in forms]}
            case Free():
                return {}


def _text(form: Text) -> dict[str, Any]:
    """Text without a kind takes numbers and booleans too: their text is kept."""
    parts = [dict(kind.schema) for kind in form.kinds]
    if not parts:
        return {"type": ["string", "number", "boolean"]}
    return parts[0] if len(parts) == 1 else {"allOf": parts}


def _or_null(written: dict[str, Any]) -> dict[str, Any]:
    if "type" in written:
        kinds = written["type"] if isinstance(written["type"], list) else [written["type"]]
        return {**written, "type": [*kinds, *({"null"} - set(kinds))]}
    if "enum" in written:
        return {"enum": [*written["enum"], None]}
    return {"anyOf": [*written.get("anyOf", [written]), {"type": "null"}]} if written else written
