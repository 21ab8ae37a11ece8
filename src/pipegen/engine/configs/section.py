"""The section `run` of values: with which runner, post-processors and store the local engine works.

run:
  runner: {type: docker, image: "app:1.0"}
  processors: [{type: archive, path: out.zip}]
  store: sqlite
  workers: 4
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from pipegen.engine.configs.finding import PROCESSORS, RUNNERS, STORES
from pipegen.engine.configs.loading import TYPE, Configured, configured, over, read_config, validated
from pipegen.engine.configs.model import Config
from pipegen.errors import Diagnostic, Origin, PipegenError, refuse
from pipegen.values.nodes import Entry, Listing, Node, Scalar, Table, find, is_null, merge, merge_tables
from pipegen.values.shape import told

if TYPE_CHECKING:
    from pipegen.values.document import Values

T = TypeVar("T")
NAME = "run"
DEFAULT_RUNNER = "local"
_NOT_YET = ("PG221", "PG234", "PG722")  # what a pipeline's own section may still put right
_Part = str | dict[str, Any]  # a name alone, or a mapping with it under `type`


class RunConfig(Config):
    """How `pipegen run` executes pipelines on this machine. Files that are generated do not depend on it."""

    runner: _Part | None = Field(
        None,
        description="Where tasks run: a runner under `type`, with its config.",
        examples=[{"type": "local"}],
    )
    processors: list[_Part] = Field(
        [],
        description="What is done after a run, in order: post-processors under `type`, with their configs.",
        examples=[[{"type": "noop"}]],
    )
    store: _Part | None = Field(
        None,
        description="Where runs are remembered: a store under `type`, with its config.",
        examples=[{"type": "sqlite"}],
    )
    workers: int | None = Field(
        None, ge=1, description="How many tasks run at once; without it, one for each processor.", examples=[4]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What a command line says; it is stronger than values. Its post-processors come after theirs."""

    runner: str | None = None
    runner_config: Path | None = None
    runner_sets: Sequence[str] = ()
    processor_configs: Sequence[Path] = ()
    expand_env: bool = False


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run works with. A store and workers are None where nobody said anything."""

    runner: Configured
    processors: tuple[Configured, ...] = ()
    store: Configured | None = None
    workers: int | None = None


def run_settings(
    values: Values | None, pipeline: str | None, given: Given | None = None, root: Path | None = None
) -> RunSettings:
    """The section `run` of values for a pipeline, with what the command line says over it."""
    section = section_node(values.node, pipeline) if values is not None else None
    return _settings(section, given or Given(), root)


def check(node: Table, root: Path | None = None) -> Iterator[Diagnostic]:
    """What is wrong with the sections `run` of merged values, at the top and of each pipeline."""
    pipelines = find(node, "pipelines")
    named = pipelines.value.entries if pipelines is not None and isinstance(pipelines.value, Table) else {}
    own = [name for name in named if find(node, "pipelines", name, NAME) is not None]
    for name in (None, *own):
        section = section_node(node, name)
        if section is not None:
            try:
                _settings(section, Given(), root)
            except PipegenError as error:
                later = _NOT_YET if name is None and own else ()
                yield from (one for one in error.diagnostics if one.code not in later)


def section_node(node: Table, pipeline: str | None) -> Node | None:
    """The section at the top with the pipeline's own over it."""
    places = [(NAME,), *([("pipelines", pipeline, NAME)] if pipeline is not None else [])]
    said = [entry.value for keys in places if (entry := find(node, *keys)) and not is_null(entry.value)]
    return merge(*said) if len(said) == 2 else said[0] if said else None


def _settings(section: Node | None, given: Given, root: Path | None) -> RunSettings:
    found: list[Diagnostic] = []
    parts = _Parts.of(section, root, found)
    runner = _attempt(found, partial(_runner, parts.runner, given, root))
    processors = [
        _attempt(found, partial(_part, PROCESSORS, path, one, root)) for path, one in parts.processors
    ]
    files = given.processor_configs
    processors += [_attempt(found, partial(_from_file, one, given.expand_env, root)) for one in files]
    store = parts.store and _attempt(found, partial(_part, STORES, f"{NAME}.store", parts.store, root))
    refuse(found)
    assert runner is not None
    return RunSettings(runner, tuple(filter(None, processors)), store, parts.workers)


@dataclass(frozen=True, slots=True)
class _Parts:
    """A section taken apart, its configs still as they were written."""

    runner: Table | None = None
    processors: tuple[tuple[str, Table], ...] = ()
    store: Table | None = None
    workers: int | None = None

    @classmethod
    def of(cls, section: Node | None, root: Path | None, found: list[Diagnostic]) -> _Parts:
        """What is wrong with the section itself is noted, and does not hide what is wrong inside."""
        if section is None:
            return cls()
        if not isinstance(section, Table):
            message = f"'{NAME}' takes a mapping, but {told(section)} is given"
            found.append(Diagnostic("PG222", message, section.origin))
            return cls()
        config = _attempt(found, partial(validated, RunConfig, section, NAME, root))
        listed = section.entries["processors"].value if "processors" in section.entries else None
        items = [_item(one) for one in listed.items] if isinstance(listed, Listing) else []
        processors = [(f"{NAME}.processors[{n}]", one) for n, one in enumerate(items) if one is not None]
        workers = config.workers if config is not None else None
        return cls(_named(section, "runner"), tuple(processors), _named(section, "store"), workers)


def _named(section: Table, key: str) -> Table | None:
    entry = section.entries.get(key)
    return None if entry is None else _table(entry.value)


def _table(node: Node) -> Table | None:
    """A name alone stands for a mapping with nothing but its type; None for what is neither."""
    if isinstance(node, Scalar) and not is_null(node):
        return Table({TYPE: Entry(node.origin, node)}, node.origin)
    return node if isinstance(node, Table) else None


def _item(node: Node) -> Table | None:
    """A dash with nothing behind it is no post-processor, where a key with nothing behind it says nothing."""
    return Table(origin=node.origin) if is_null(node) else _table(node)


def _part(group: str, path: str, table: Table, root: Path | None) -> Configured:
    return configured(group, None, table, path, root)


def _from_file(file: Path, expand_env: bool, root: Path | None) -> Configured:
    return configured(PROCESSORS, None, read_config(file, expand_env=expand_env), "", root)


def _runner(own: Table | None, given: Given, root: Path | None) -> Configured:
    """The runner of values, unless the command line names another; a file and single settings go over it."""
    file = read_config(given.runner_config, expand_env=given.expand_env) if given.runner_config else None
    single = over(Table(), given.runner_sets, "--runner-set")
    wanted = given.runner or _type(single) or (_type(file) if file is not None else None)
    if own is not None and wanted not in (None, _type(own)):
        own = None
    name = given.runner
    if name is None and own is None and file is None and _type(single) is None:
        name = DEFAULT_RUNNER
    table = file if own is None else own if file is None else merge_tables(own, file)
    table = table or Table(origin=Origin(f"--runner {name}"))
    table = merge_tables(table, single) if single.entries else table
    return configured(RUNNERS, name, table, "" if own is None else f"{NAME}.runner", root)


def _type(table: Table) -> str | None:
    entry = table.entries.get(TYPE)
    return entry.value.text if entry is not None and isinstance(entry.value, Scalar) else None


def _attempt(found: list[Diagnostic], call: Callable[[], T]) -> T | None:
    try:
        return call()
    except PipegenError as wrong:
        found += wrong.diagnostics
        return None
