"""A values file once read: what it says for tasks, for pipelines, and for each backend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, field, fields
from typing import TYPE_CHECKING, Any

from pipegen.errors import Diagnostic, Origin, refuse
from pipegen.frozen import frozen
from pipegen.values.nodes import Node, Table, find, is_null, merge

if TYPE_CHECKING:
    from pipegen.values.model import Document, PipelineValues, TaskValues

_NOT_YET = ("PG221", "PG234")  # what a pipeline's own section may still put right


@frozen
class Values:
    """Everything that was configured. Without a values file it says nothing and costs nothing."""

    node: Table = field(default_factory=Table)
    sections: Mapping[str, type] = field(default_factory=dict)  # the config class of each backend
    defaults: TaskValues | None = None
    steps: Mapping[str, TaskValues] = field(default_factory=dict)
    pipelines: Mapping[str, PipelineValues] = field(default_factory=dict)

    def section(self, backend: str, pipeline: str) -> Any:
        """A backend's config for a pipeline: its section at the top, with the pipeline's own one over it."""
        found: list[Diagnostic] = []
        config = _section(self, backend, pipeline, found)
        refuse(found)
        return config

    def origin(self, *keys: str) -> Origin | None:
        """Where a key was written, such as `origin("dvc", "remote")`; None when it was not."""
        entry = find(self.node, *keys)
        return entry.key if entry is not None else None


def read_values(node: Table, sections: Mapping[str, type], known: Collection[str] = ()) -> Values:
    """Check a merged values file. Sections of backends that are `known` but not in `sections` pass unread."""
    if not node.entries:
        return Values(node, sections)
    names = (*sections, *known)
    found: list[Diagnostic] = []
    document = _document(node, names, found) if any(key not in names for key in node.entries) else None
    values = Values(node, sections)
    for backend in sections:
        _check_section(values, backend, found)
    refuse(found)
    if document is None:
        return values
    return Values(node, sections, document.defaults, document.steps, document.pipelines)


def _document(node: Table, names: Collection[str], found: list[Diagnostic]) -> Document | None:
    """What is said beside the backends' own sections; only who says something pays for its model."""
    from pipegen.values.model import Document, PipelineValues
    from pipegen.values.shape import build

    return build(Document, node, "", found, {Document: names, PipelineValues: names})


def _check_section(values: Values, backend: str, found: list[Diagnostic]) -> None:
    on_top: list[Diagnostic] = []
    _section(values, backend, None, on_top)
    found += (one for one in on_top if one.code not in _NOT_YET)
    pipelines = find(values.node, "pipelines")
    named = pipelines.value.entries if pipelines is not None and isinstance(pipelines.value, Table) else {}
    for pipeline in named:
        if find(values.node, "pipelines", pipeline, backend) is not None:
            _section(values, backend, pipeline, found)


def _section(values: Values, backend: str, pipeline: str | None, found: list[Diagnostic]) -> object:
    cls = values.sections[backend]
    node = _section_node(values.node, backend, pipeline)
    if node is None and not hasattr(cls, "validate") and not _required(cls):
        return cls()
    from pipegen.values.shape import build

    return build(cls, Table() if node is None else node, backend, found)


def _section_node(node: Table, backend: str, pipeline: str | None) -> Node | None:
    """The section at the top with the pipeline's over it; one with nothing in it says nothing."""
    places = [(backend,), ("pipelines", pipeline, backend)] if pipeline is not None else [(backend,)]
    entries = [entry for keys in places if (entry := find(node, *keys)) is not None]
    said = [entry.value for entry in entries if not is_null(entry.value)]
    return merge(*said) if len(said) == 2 else said[0] if said else None


def _required(cls: type) -> bool:
    return any(one.init and one.default is MISSING and one.default_factory is MISSING for one in fields(cls))
