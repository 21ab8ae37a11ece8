"""The page about what `import pipegen` offers, from its docstrings and signatures."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pipegen
from reference.tables import code, table

INTRO = """\
# Python

What `import pipegen` offers. [Writing steps](dsl.md) shows it in use.
"""


def page() -> str:
    return INTRO + "".join(_section(name) for name in pipegen.__all__)


def _section(name: str) -> str:
    value = getattr(pipegen, name)
    doc = inspect.cleandoc(value.__doc__ or "")
    return "\n".join([f"\n## {name}\n", doc, "", *_signature(name, value)])


def _signature(name: str, value: object) -> Iterator[str]:
    if is_dataclass(value):
        rows = [(code(one.name), code(_plain(one.type)), code(repr(one.default))) for one in fields(value)]
        yield table(("field", "type", "default"), rows)
    elif name in ("Pipeline", "Parameter", "workdir"):
        function = value.__init__ if isinstance(value, type) else value  # type: ignore[misc]
        rows = [
            (code(_starred(one)), code(_plain(one.annotation)), _default(one))
            for one in inspect.signature(function).parameters.values()  # type: ignore[arg-type]
            if one.name != "self"
        ]
        if rows:
            yield table(("parameter", "type", "default"), rows)


def _starred(one: inspect.Parameter) -> str:
    return f"*{one.name}" if one.kind is one.VAR_POSITIONAL else one.name


def _plain(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _default(one: inspect.Parameter) -> str:
    return "" if one.default is one.empty else code(repr(one.default))
