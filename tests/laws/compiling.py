"""Compile a pipeline with any installed backend, and read what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from dag_reading import document

from pipegen import registry
from pipegen.backend import FEATURES, Backend, Context
from pipegen.checks import check, unsupported
from pipegen.errors import PipegenError, refuse
from pipegen.ir import Pipeline
from pipegen.values.document import read_values
from pipegen.values.nodes import Table
from pipegen.values.reading import parse

BACKENDS = registry.names()
CONTEXT = Context("0.0.0", "pipegen generate flow.py --backend toy", known=("flow.py:p",))
Texts = dict[str, str]


def lacks(backend: Backend) -> tuple[str, ...]:
    """The features that a backend refuses."""
    return tuple(one for one in FEATURES if backend.can.of(one).how == "refused")


def ignoring(backend: Backend | str) -> str:
    """Values that leave out whatever a backend cannot express."""
    made = registry.backend(backend) if isinstance(backend, str) else backend
    return f"{made.name}:\n  ignore: {json.dumps(lacks(made))}\n"


def compiled(pipeline: Pipeline, backend: Backend | str, values: str = "", *, ignore: bool = False) -> Texts:
    """What `generate` would write, by path; PipegenError lists all that is refused.

    With `ignore`, features that the backend cannot express are left out, as values may ask for.
    """
    made = registry.backend(backend) if isinstance(backend, str) else backend
    node = parse(values + (ignoring(made) if ignore else ""), "values.yaml")
    read = read_values(node if isinstance(node, Table) else Table(), {made.name: made.config}, (made.name,))
    config = read.section(made.name, pipeline.name)
    refuse([*check(pipeline), *unsupported(pipeline, made.name, made.can, config.ignore)])
    files = made.lower(pipeline, config, CONTEXT)
    return {file.path: file.text for file in files}


def compiled_or_refused(pipeline: Pipeline, backend: Backend | str) -> Texts | None:
    """None when the backend says that it cannot, in words."""
    try:
        return compiled(pipeline, backend, ignore=True)
    except PipegenError as error:
        assert all(one.code and one.message for one in error.diagnostics)
        return None


def documents(texts: Mapping[str, str]) -> list[Any]:
    """What stands in the files, parsed; a file of Python is read as Airflow reads it."""
    return [
        one
        for path, text in texts.items()
        for one in ([document(text)] if path.endswith(".py") else yaml.load_all(text, yaml.CSafeLoader))
        if one is not None
    ]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every scalar and every key of a document, with the path to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield path, key
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value
