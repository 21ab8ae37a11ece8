"""What is installed: backends, their configs, and whether a file fits them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipegen import plugins, registry
from pipegen.app.gathering import Gathered
from pipegen.backend import FEATURES, Backend
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Json

if TYPE_CHECKING:
    from pipegen.values.nodes import Table


def backends() -> list[dict[str, Json]]:
    """Every installed backend: its name, what it makes, where it comes from; a broken one says why."""
    return [
        _described(name, reference)
        for name, reference in sorted(plugins.entry_points(registry.BACKENDS).items())
    ]


def every_backend() -> Iterator[Backend]:
    """The installed backends that can be loaded; one that is broken must not spoil the others."""
    quiet = Gathered()
    for name in registry.names():
        found = quiet.attempt(registry.backend, name)
        if found is not None:
            yield found


def _described(name: str, reference: str) -> dict[str, Json]:
    try:
        return {"name": name, "summary": registry.backend(name).summary, "from": reference, "works": True}
    except PipegenError as error:
        return {"name": name, "summary": error.diagnostics[0].message, "from": reference, "works": False}


def capabilities() -> dict[str, dict[str, dict[str, str]]]:
    """For each feature and backend: native, carried or refused, and how or why."""
    known = list(every_backend())
    return {
        feature: {
            one.name: {"how": one.can.of(feature).how, "note": one.can.of(feature).note} for one in known
        }
        for feature in FEATURES
    }


def config_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a backend's config, as it stands in a file of its own with its `type`."""
    from pipegen.values.schema import schema_of

    schema = schema_of(registry.backend(name).config)
    schema["properties"] = {
        "type": {"const": name, "description": "Which backend this is for."},
        **schema["properties"],
    }
    return schema


def values_schema(names: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON Schema of values.yaml with the sections of the named backends, or of all."""
    from pipegen.values.schema import schema

    return schema(configs(names), registry.names())


def configs(names: Sequence[str] = ()) -> dict[str, type]:
    """The config classes of the named backends, or of all that work."""
    chosen = [registry.backend(name) for name in names] or every_backend()
    return {one.name: one.config for one in chosen}


def sketch(name: str) -> str:
    """A config file for one backend: its `type`, and every key as a comment with what it does."""
    from pipegen.values.init import initial_section

    return f"type: {name}\n{initial_section(registry.backend(name).config)}"


def validate(path: Path, name: str | None) -> tuple[str, ...]:
    """The backends whose config a file was checked against; PipegenError lists what does not fit."""
    from pipegen.values.reading import read

    node = read(path, Path.cwd())
    if "type" in node.entries or name is not None:
        return (_validate_one(node, path, name),)
    from pipegen.values.document import read_values

    sections = configs()
    read_values(node, sections, registry.names())
    return tuple(one for one in sections if one in node.entries) or tuple(sections)


def _validate_one(node: Table, path: Path, name: str | None) -> str:
    from pipegen.values.nodes import Table
    from pipegen.values.shape import build

    given = node.entries.get("type")
    stated = getattr(given.value, "text", None) if given is not None else None
    origin = given.key if given is not None else Origin(path.name)
    if name is not None and stated is not None and stated != name:
        raise PipegenError(
            Diagnostic(
                "PG183", f"the file is for '{stated}', not for '{name}'", origin, "leave out --backend"
            )
        )
    if given is not None and not isinstance(stated, str):
        hint = f"for example type: {registry.names()[0]}"
        raise PipegenError(Diagnostic("PG222", "'type' takes the name of a backend", origin, hint))
    chosen = name or stated
    if not isinstance(chosen, str) or chosen not in registry.names():
        hint = suggest(str(chosen), registry.names())
        raise PipegenError(Diagnostic("PG181", f"there is no backend '{chosen}'", origin, hint))
    rest = Table({key: entry for key, entry in node.entries.items() if key != "type"}, node.origin)
    backend: Backend = registry.backend(chosen)
    found: list[Diagnostic] = []
    build(backend.config, rest, "", found)
    if found:
        raise PipegenError(*found)
    return chosen
