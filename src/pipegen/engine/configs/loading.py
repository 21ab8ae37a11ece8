"""A config from wherever it is said: a file, a mapping, a section of values, single settings, or defaults."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipegen.engine.configs.complaints import complaints
from pipegen.engine.configs.finding import KINDS, STORES, names, plugin
from pipegen.engine.configs.meaning import meaning
from pipegen.errors import Diagnostic, Origin, PipegenError, refuse
from pipegen.values.nodes import Entry, Listing, Node, Scalar, Table, is_null, leaves, merge_tables
from pipegen.values.shape import named, told

TYPE = "type"
NO_FILE = Origin("config")
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Configured:
    """A plugin and the config it is to work with."""

    name: str
    plugin: Any
    config: Any


def load(
    group: str,
    name: str | None = None,
    given: Path | Mapping[str, Any] | Table | None = None,
    *,
    sets: Sequence[str] = (),
    option: str = "--set",
    path: str = "",
    expand_env: bool = False,
    root: Path | None = None,
) -> Configured:
    """The plugin that a name or the `type` of a config names, with its config.

    `sets` are texts `key=value` over what is given, from a command line's `option`. `path` is where the
    config stands in a values file. Paths in the config start at `root`. PipegenError lists all that is wrong.
    """
    table = over(_table(given, root, expand_env), sets, option)
    return configured(group, name, table, path, root)


def configured(
    group: str, name: str | None, table: Table, path: str = "", root: Path | None = None
) -> Configured:
    """The plugin and its config from nodes that are merged already."""
    chosen, origin = chosen_type(group, name, table, path)
    found = plugin(group, chosen, origin)
    return Configured(chosen, found, validated(found.config, without_type(table), path, root))


def validated(model: type[Model], table: Table, path: str = "", root: Path | None = None) -> Model:
    """A model from nodes; PipegenError lists everything that is wrong, each with its place."""
    found = {one.origin: one for one in _null_characters(table, path)}
    try:
        made = model.model_validate(meaning(table, model), context={"root": root or Path.cwd()})
    except ValidationError as error:
        more = (one for one in complaints(error, model, table, path) if one.origin not in found)
        raise PipegenError(*found.values(), *more) from None
    refuse(found.values())
    return made


def _null_characters(table: Table, path: str) -> Iterator[Diagnostic]:
    """No variable, path or word of a command can hold one, and every program fails at it in its own way."""
    for place, node in leaves(table, path):
        if isinstance(node, Scalar) and "\0" in node.text:
            yield Diagnostic("PG233", f"'{place}' holds a null character", node.origin, "remove it")


def chosen_type(group: str, name: str | None, table: Table, path: str = "") -> tuple[str, Origin | None]:
    """What a config is for, and where that is said: its `type`, which agrees with the name where both are."""
    noun = KINDS[group].noun
    entry = table.entries.get(TYPE)
    if entry is None:
        if name is None:
            message = f"{named(path) if path else 'the config'} does not say which {noun} it is for"
            place = table.origin if table.origin != NO_FILE else None
            hint = f"add 'type', one of {', '.join(names(group))}"
            raise PipegenError(Diagnostic("PG722", message, place, hint))
        return name, None
    node = entry.value
    if not isinstance(node, Scalar) or is_null(node):
        message = f"'type' takes the name of a {noun}, but {told(node)} is given"
        hint = f"one of {', '.join(names(group))}"
        raise PipegenError(Diagnostic("PG222", message, node.origin, hint))
    if group == STORES and ":" in node.text:  # which may hold a password
        message = f"{named(path) if path else 'the config'} has an address where the name of a store belongs"
        hint = f"write the address under 'url', beside 'type', one of {', '.join(names(group))}"
        raise PipegenError(Diagnostic("PG720", message, node.origin, hint))
    if name is not None and node.text != name:
        message = f"the config is for '{node.text}', not for '{name}'"
        hint = f"leave out '{name}', or change the type"
        raise PipegenError(Diagnostic("PG183", message, node.origin, hint))
    return node.text, node.origin


def without_type(table: Table) -> Table:
    return table._replace(entries={key: entry for key, entry in table.entries.items() if key != TYPE})


def over(table: Table, sets: Sequence[str], option: str) -> Table:
    """Single settings of a command line over a config."""
    from pipegen.values.layers import setting

    found: list[Diagnostic] = []
    for text in sets:
        try:
            table = merge_tables(table, setting(text, option))
        except PipegenError as wrong:
            found += wrong.diagnostics
    refuse(found)
    return table


def _table(given: Path | Mapping[str, Any] | Table | None, root: Path | None, expand_env: bool) -> Table:
    if isinstance(given, Path):
        return read_config(given, root, expand_env=expand_env)
    if given is None or isinstance(given, Table):
        return given or Table(origin=NO_FILE)
    node = node_of(given, NO_FILE)
    assert isinstance(node, Table)
    return node


def read_config(path: Path, root: Path | None = None, *, expand_env: bool = False) -> Table:
    """The top-level mapping of a YAML or JSON file; `${NAME}` in it is dealt with as in values."""
    from pipegen.values.environment import settled
    from pipegen.values.reading import read

    found: list[Diagnostic] = []
    table = settled(read(path, root or Path.cwd(), "the config"), os.environ if expand_env else None, found)
    refuse(found)
    return table


def node_of(value: Any, origin: Origin) -> Node:
    """Plain data as nodes, as if it had been written in a file."""
    if isinstance(value, Mapping):
        return Table({str(key): Entry(origin, node_of(one, origin)) for key, one in value.items()}, origin)
    if isinstance(value, (list, tuple, set, frozenset)):
        return Listing(tuple(node_of(one, origin) for one in value), origin)
    if value is None or isinstance(value, (bool, int, float)):
        return Scalar("null" if value is None else str(value).lower(), origin)
    return Scalar(str(value), origin, plain=False)
