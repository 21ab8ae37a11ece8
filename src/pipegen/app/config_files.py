"""Config files of what is installed: begun, described by a schema, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipegen import registry
from pipegen.app.installed import GROUPS, Kind, Thing, configs, thing, things
from pipegen.errors import Diagnostic, Origin, PipegenError, refuse

if TYPE_CHECKING:
    from pipegen.values.nodes import Table


def config_schema(name: str, kind: Kind | None = None) -> dict[str, Any]:
    """The JSON Schema of a config, as it stands in a file of its own with its `type`."""
    one = thing(name, kind)
    if one.kind != "backend":
        from pipegen.engine.configs.schema import config_schema as of_model

        return of_model(GROUPS[one.kind], name, one.load().config)
    from pipegen.values.schema import schema_of

    schema = schema_of(one.load().config)
    schema["properties"] = {
        "type": {"const": name, "description": "Which backend this is for."},
        **schema["properties"],
    }
    return schema


def values_schema(names: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON Schema of values.yaml with the sections of the named backends, or of all, and of `pipegen run`."""
    from pipegen.engine.configs.schema import run_schema
    from pipegen.values.schema import schema

    made = schema(configs(names), registry.sections())
    section, definitions = run_schema({GROUPS[kind]: _models(kind) for kind in GROUPS if kind != "backend"})
    definitions[registry.RUN] = section
    for table in (made, made["$defs"]["PipelineValues"]):
        table["properties"][registry.RUN] = {"$ref": f"#/$defs/{registry.RUN}"}
    made["$defs"] |= definitions
    return made


def _models(kind: Kind) -> dict[str, Any]:
    """The configs of those that work."""
    from pipegen.app.gathering import Gathered

    quiet = Gathered()
    loaded = {one.name: quiet.attempt(one.load) for one in things(kind)}
    return {name: one.config for name, one in loaded.items() if one is not None}


def sketch(name: str, kind: Kind | None = None) -> str:
    """A config file: its `type`, and every key as a comment with what it does."""
    one = thing(name, kind)
    config = one.load().config
    if one.kind != "backend":
        from pipegen.engine.configs.sketch import sketch as of_model

        return of_model(name, config)
    from pipegen.values.init import initial_section

    return f"type: {name}\n{initial_section(config)}"


def validate(path: Path, name: str | None = None, kind: Kind | None = None) -> tuple[str, ...]:
    """What a file was checked against; PipegenError lists what does not fit."""
    from pipegen.values.reading import read

    root = Path.cwd()
    node = read(path, root)
    if "type" in node.entries or name is not None or kind is not None:
        return (_validate_one(node, path, name, kind),)
    from pipegen.app.gathering import Gathered
    from pipegen.values.document import read_values

    sections = configs()
    gathered = Gathered()
    gathered.attempt(read_values, node, sections, registry.sections())
    if registry.RUN in node.entries or "pipelines" in node.entries:
        from pipegen.engine.configs.section import check

        gathered.found += check(node, root)
    gathered.refuse()
    known = (*sections, registry.RUN)
    return tuple(one for one in known if one in node.entries) or tuple(sections)


def _validate_one(node: Table, path: Path, name: str | None, kind: Kind | None) -> str:
    one = _meant(node, path, name, kind)
    rest = node._replace(entries={key: entry for key, entry in node.entries.items() if key != "type"})
    config = one.load().config
    if one.kind == "backend":
        from pipegen.values.shape import build

        found: list[Diagnostic] = []
        build(config, rest, "", found)
        refuse(found)
    else:
        from pipegen.engine.configs.loading import validated

        validated(config, rest, "", Path.cwd())
    return one.name


def _meant(node: Table, path: Path, name: str | None, kind: Kind | None) -> Thing:
    """What a file is for: its `type`, the command line, or both where they agree."""
    given = node.entries.get("type")
    stated = getattr(given.value, "text", None) if given is not None else None
    origin = given.key if given is not None else Origin(path.name)
    if name is not None and stated is not None and stated != name:
        message = f"the file is for '{stated}', not for '{name}'"
        raise PipegenError(Diagnostic("PG183", message, origin, "leave out --backend"))
    if given is not None and not isinstance(stated, str):
        hint = f"one of {', '.join(dict.fromkeys(one.name for one in things(kind)))}"
        raise PipegenError(Diagnostic("PG222", "'type' takes the name of what is installed", origin, hint))
    chosen = name or stated
    if chosen is None:
        hint = f"add 'type', one of {', '.join(dict.fromkeys(one.name for one in things(kind)))}"
        raise PipegenError(Diagnostic("PG722", "the config does not say what it is for", origin, hint))
    return thing(chosen, kind, origin)
