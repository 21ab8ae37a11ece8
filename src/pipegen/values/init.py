"""A first values.yaml: every key there is, as a comment with what it is for, ready to be uncommented."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipegen.errors import Diagnostic, Origin
from pipegen.values.forms import (
    Choice,
    Field,
    Flag,
    Form,
    Items,
    Keyed,
    Maybe,
    Number,
    OneOf,
    Record,
    Text,
    fields_of,
)
from pipegen.values.nodes import Scalar, scalar_data
from pipegen.values.unset import UNSET

_INTRO = """\
# Values: where and on what pipelines run, read at generate time. Nothing here is needed; each key
# stands below with its default or an example. To use one, remove the '# ' before it and before the
# keys that it stands under; one with a second '# ' takes the place of others beside it. What a step
# does is set by environment variables at run time instead.

"""
_SIMPLE = re.compile(r"\w([\w./:@-]*[\w/])?")
_NOT_PLAIN = frozenset(("yes", "no", "on", "off", "y", "n"))  # true or false to some readers
_EXAMPLE_KEYS = {"pipelines": "my-pipeline", "steps": "my-step", "parameters": "my-parameter"}
_Parts = dict[str, tuple[list[str], list[str]]]  # by key: what it is for, and the key with all below it


def initial(sections: Mapping[str, type], schema_url: str = "") -> str:
    """A commented values.yaml: valid as it is, and with a '# ' removed from all lines after the intro.

    A key that does not go with the others has a second '# ', which stays then.
    """
    from pipegen.values.model import Document

    editor = f"# yaml-language-server: $schema={schema_url}\n" if schema_url else ""
    lines = [*_record(Document, "", (), sections), *_sections(sections)]
    # A comment at the left edge begins a new part.
    lines = [line for one in lines for line in (("", one) if one.startswith("#") else (one,))][1:]
    return editor + _INTRO + _commented(lines)


def initial_section(cls: type) -> str:
    """The commented keys of one backend's config, for a file of its own."""
    return _commented(_record(cls, "", ()))


def _commented(lines: Iterable[str]) -> str:
    return "".join(f"# {line}\n" if line else "\n" for line in lines)


def _sections(sections: Mapping[str, type]) -> Iterator[str]:
    for name, cls in sections.items():
        doc = (cls.__doc__ or "").partition("\n")[0]
        # A dataclass without a docstring is given its signature.
        yield from comment(f"Backend '{name}'. " + ("" if doc.startswith(f"{cls.__name__}(") else doc), "")
        yield f"{name}:" if fields_of(cls) else f"{name}: {{}}"
        yield from _record(cls, "  ", ())


def _record(
    cls: type, pad: str, around: tuple[type, ...], sections: Mapping[str, type] | None = None
) -> Iterator[str]:
    parts: _Parts = {}
    for field in fields_of(cls):
        entry = list(_entry(field, pad, (*around, cls)))
        if field.name == "pipelines" and sections:
            about = "A backend's section for this pipeline, over the one at the top."
            entry += [*comment(about, pad + "    "), *(f"{pad}    {name}: {{}}" for name in sections)]
        parts[field.name] = (list(comment(field.doc.text, pad)), entry)
    excluded = _excluded(cls, parts, pad)
    for name, (about_it, entry) in parts.items():
        yield from about_it
        if name in excluded:
            yield from comment(f"Not beside the others here: {excluded[name]}.", pad)
            entry = [f"{pad}# {line.removeprefix(pad)}" for line in entry]
        yield from entry


def _excluded(cls: type, parts: _Parts, pad: str) -> dict[str, str]:
    """The keys that do not go with the others, and why: what the config itself says against all of them."""
    if not hasattr(cls, "validate"):
        return {}
    from pipegen.values.nodes import Table
    from pipegen.values.reading import parse
    from pipegen.values.shape import build

    found: dict[str, str] = {}
    while True:
        lines = [line.removeprefix(pad) for name in parts if name not in found for line in parts[name][1]]
        table, report = parse("\n".join(lines), ""), list[Diagnostic]()
        assert isinstance(table, Table)
        build(cls, table, "", report)
        said = [one.message.partition(": ") for one in report if one.code == "PG234"]
        wrong = {key[1:-1]: problem for key, _, problem in said if key[1:-1] in table.entries}
        if not wrong:
            return found
        found |= wrong


def comment(text: str, pad: str) -> Iterator[str]:
    for line in textwrap.wrap(text, width=max(40, 96 - len(pad))):
        yield f"{pad}# {line}"


def _entry(field: Field, pad: str, around: tuple[type, ...]) -> Iterator[str]:
    value = _shown(field)
    inside, key = _inside(field.form), ""
    if isinstance(inside, Keyed):
        examples = (one.example for one in inside.key.kinds if one.example)
        key = _EXAMPLE_KEYS.get(field.name) or next(examples, "my-key")
        inside = _inside(inside.value)
    if value is not UNSET or not isinstance(inside, Record) or inside.cls in around:
        yield f"{pad}{field.name}: {flow(_sample(field.form) if value is UNSET else value)}"
        return
    yield f"{pad}{field.name}:"
    if key:
        pad += "  "
        yield f"{pad}{key}:"
    yield from _record(inside.cls, pad + "  ", around)


def _shown(field: Field) -> Any:
    """The default where it says something, or else the example; UNSET when there is neither."""
    if isinstance(field.default, (bool, int, float, str)):
        return field.default
    if isinstance(field.default, (list, tuple, dict)) and field.default:
        return field.default
    return field.doc.example


def _inside(form: Form) -> Form:
    """The mapping in a form that may also be null or something else."""
    if isinstance(form, Maybe):
        return _inside(form.form)
    if isinstance(form, OneOf):
        return next((one for one in form.forms if isinstance(one, Record)), form.forms[0])
    return form


def _sample(form: Form) -> Any:
    """Something that fits the form."""
    match form:
        case Maybe(Text(kinds)) if kinds and kinds[0].example:
            return kinds[0].example
        case Text(kinds):
            return kinds[0].example if kinds else "text"
        case Number(_, limits):
            return next((limit.ge for limit in limits if limit.ge is not None), 1)
        case Flag():
            return False
        case Choice(options):
            return options[0]
        case Items():
            return []
        case Keyed() | Record():
            return {}
        case OneOf(forms):
            return _sample(forms[0])
        case _:
            return None


def flow(value: Any) -> str:
    """A value on one line of YAML, read the same by every reader."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        bare = isinstance(scalar_data(Scalar(value, Origin(""))), str) and value.lower() not in _NOT_PLAIN
        return value if bare and _SIMPLE.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
