"""The page about values.yaml, from the dataclasses that it is checked against."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipegen import registry
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
from pipegen.values.kinds import Pattern
from pipegen.values.model import Document
from pipegen.values.unset import UNSET
from reference.tables import code, table

INTRO = """\
# Values

What `values.yaml` may say. It is read when files are generated; what a step does is set by
[environment variables](variables.md) when it runs. Unknown keys are refused. `pipegen values init` writes
a file with all of these as comments, `pipegen values schema` prints the JSON Schema that editors use.

Several files (`-f base.yaml -f prod.yaml`) and `--set` are laid over each other: mappings key by key,
anything else as a whole. For one task, the strongest first: `pipelines.NAME.steps`, `steps`, what the code
of the step asks for, `pipelines.NAME.defaults`, `defaults`. In `steps` a task's name is stronger than its
step's slug.

Besides the keys below, each backend has a section under its own name, at the top and under
`pipelines.NAME`.
"""


def page() -> str:
    sections = {"values.yaml": Document} | {name: registry.backend(name).config for name in registry.names()}
    return INTRO + "".join(text for title, cls in sections.items() for text in _sections(title, cls))


def _sections(title: str, top: type) -> Iterator[str]:
    """A table for each dataclass that can be reached, the outermost first."""
    seen: dict[type, str] = {top: title}
    waiting = [top]
    while waiting:
        cls = waiting.pop(0)
        place = seen[cls]
        heading = f"## `{place}`" if cls is top else f"### `{place}`"
        yield f"\n{heading}\n\n{(cls.__doc__ or '').strip()}\n\n"
        yield _table([_row(one) for one in fields_of(cls)])
        for one in fields_of(cls):
            for inner, inside in _records(
                one.form, f"{place}.{one.name}" if cls is not Document else one.name
            ):
                if inner not in seen:
                    seen[inner] = inside
                    waiting.append(inner)


def _table(rows: list[tuple[str, str, str, str]]) -> str:
    """The rows, without the column of defaults where no key has one."""
    if any(default for _, _, default, _ in rows):
        return table(("key", "takes", "default", "what for"), rows)
    return table(("key", "takes", "what for"), [(key, takes, about) for key, takes, _, about in rows])


def _row(field: Field) -> tuple[str, str, str, str]:
    example = field.doc.example
    shown = f" For example {code(_text(example))}." if example is not UNSET and example != {} else ""
    return code(field.name), _takes(field.form), _default(field), field.doc.text + shown


def _default(field: Field) -> str:
    if field.required:
        return "required"
    if field.default is UNSET or field.default is None or field.default in ("", (), {}):
        return ""
    plain = isinstance(field.default, (bool, int, float, str, list, tuple))
    return code(_text(field.default)) if plain else ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _records(form: Form, place: str) -> Iterator[tuple[type, str]]:
    match form:
        case Record(cls):
            yield cls, place
        case Maybe(inner) | Items(inner, _):
            yield from _records(inner, place)
        case Keyed(_, inner):
            yield from _records(inner, f"{place}.NAME")
        case OneOf(forms):
            for one in forms:
                yield from _records(one, place)


def _takes(form: Form) -> str:
    match form:
        case Text(kinds):
            return _kind(kinds[0]) if kinds else "text"
        case Number(whole, _):
            return "whole number" if whole else "number"
        case Flag():
            return "true or false"
        case Choice(options):
            return ", ".join(code(str(one)) for one in options)
        case Items(item):
            several = _several(item)
            return f"list of {several}" if several else f"list, each {_takes(item)}"
        case Keyed(_, Free()):
            return "mapping"
        case Keyed(_, value):
            several = _several(value)
            return f"{several} by name" if several else f"mapping, each {_takes(value)}"
        case Record():
            return "mapping"
        case Free():
            return "anything"
        case Maybe(inner):
            return f"{_takes(inner)}, or null"
        case OneOf(forms):
            return ", or ".join(map(_takes, forms))


def _several(form: Form) -> str:
    """The plural, where there is a short one."""
    match form:
        case Text(()):
            return "texts"
        case Record() | Keyed():
            return "mappings"
        case _:
            return ""


def _kind(kind: object) -> str:
    if isinstance(kind, Pattern):
        return kind.what.partition(":")[0]
    first = (type(kind).__doc__ or "text").partition("\n")[0].partition(":")[0].rstrip(".")
    return first[:1].lower() + first[1:]
