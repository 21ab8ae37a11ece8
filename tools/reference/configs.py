"""The page about configs of runners, post-processors and stores, from the models that they are checked against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from pipegen import registry
from pipegen.app.installed import Kind, things
from pipegen.engine.configs.meaning import alternatives, models
from pipegen.engine.configs.section import RunConfig
from pipegen.engine.configs.sketch import plain
from reference.tables import code, table

INTRO = """\
# Runners, post-processors and stores

What `pipegen run` works with. Each has a config: a YAML or JSON file with its name under `type`, or a part of
the section `run` in [values.yaml](values.md). Unknown keys are refused. `pipegen backends list` shows what is
installed, `pipegen backends create NAME` writes a first file with all of these as comments, and
`pipegen backends schema NAME` prints the JSON Schema that editors use. How to choose:
[Where tasks run](../howto/runners.md).

"""
_HEADINGS: dict[Kind, str] = {"runner": "Runners", "processor": "Post-processors", "store": "Stores"}
_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    Any: "anything",
}


def page() -> str:
    return INTRO + "".join(_sections())


def _sections() -> Iterator[str]:
    yield f"## `{registry.RUN}`\n\n{_about(RunConfig)}\n\n{_table(RunConfig)}"
    for kind, heading in _HEADINGS.items():
        yield f"\n## {heading}\n"
        for one in things(kind):
            found = one.load()
            yield f"\n### `{one.name}`\n\n{found.summary[:1].upper()}{found.summary[1:]}. {_about(found.config)}\n"
            yield from _tables(found.config)


def _tables(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """The table of a model, and of those inside of it."""
    if model.model_fields:
        yield f"\n{_table(model)}"
    for key, field in model.model_fields.items():
        for inner in _inside(field.annotation):
            yield f"\n#### `{path}{key}`\n\n{_about(inner)}\n"
            yield from _tables(inner, f"{path}{key}.")


def _inside(wanted: Any) -> list[type[BaseModel]]:
    deeper = [
        inner for one in alternatives(wanted) for inner in get_args(one) if get_origin(one) is not Literal
    ]
    return [*models(wanted), *(model for one in deeper for model in _inside(one))]


def _about(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _table(model: type[BaseModel]) -> str:
    return table(
        ("key", "takes", "default", "what for"), [_row(key, one) for key, one in model.model_fields.items()]
    )


def _row(key: str, field: FieldInfo) -> tuple[str, str, str, str]:
    default = None if field.is_required() else plain(field.get_default(call_default_factory=True))
    shown = (
        "required" if field.is_required() else "" if default in (None, "", [], {}) else code(_text(default))
    )
    example = f" For example {code(_text(plain(field.examples[0])))}." if field.examples else ""
    return code(key), takes(field.annotation), shown, (field.description or "") + example


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def takes(wanted: Any) -> str:
    """What a field takes, in words."""
    found = (_takes(one) for one in alternatives(wanted) if one is not type(None))
    return ", or ".join(dict.fromkeys(found))


def _takes(one: Any) -> str:
    origin, arguments = get_origin(one), get_args(one)
    if origin is Literal:
        return ", ".join(code(str(word)) for word in arguments)
    if isinstance(one, type) and issubclass(one, Enum):
        return ", ".join(code(str(word.value)) for word in one)
    if origin is not None and len(arguments) == 2 and arguments[1] is not ...:
        return f"mapping of names to {takes(arguments[1])}"
    if origin is not None:
        return f"list of {takes(arguments[0])}"
    if one in (SecretStr,):
        return "text"
    return _WORDS.get(one, "mapping" if models(one) else "text")
