"""What is installed: backends, runners, post-processors and stores, their configs, and whether a file fits them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pipegen import plugins, registry
from pipegen.app.gathering import Gathered
from pipegen.backend import FEATURES, Backend
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Json

Kind = Literal["backend", "runner", "processor", "store"]
# The groups of engine/configs/finding.py, which loads pydantic: whoever generates must not pay for that.
GROUPS: dict[Kind, str] = {
    "backend": registry.BACKENDS,
    "runner": "pipegen.runners",
    "processor": "pipegen.processors",
    "store": "pipegen.stores",
}


class Thing(NamedTuple):
    """Something that is installed: what kind of thing, its name, and where its code is."""

    kind: Kind
    name: str
    reference: str

    def load(self) -> Any:
        """The plugin itself; PipegenError when it does not work."""
        if self.kind == "backend":
            return registry.backend(self.name)
        from pipegen.engine.configs.finding import plugin

        return plugin(GROUPS[self.kind], self.name)


def things(kind: Kind | None = None) -> list[Thing]:
    """Everything that is installed, or everything of a kind, in order."""
    return [
        Thing(one, name, reference)
        for one, group in GROUPS.items()
        if kind in (None, one)
        for name, reference in plugins.entry_points(group).items()
    ]


def thing(name: str, kind: Kind | None = None, origin: Origin | None = None) -> Thing:
    """The one that goes by a name; PipegenError when none does, or things of several kinds do."""
    known = things(kind)
    found = [one for one in known if one.name == name]
    if not found:
        noun = "backend, runner, post-processor or store"
        if kind is not None:
            noun = "post-processor" if kind == "processor" else kind
        code = "PG181" if kind in (None, "backend") else "PG720"
        hint = suggest(name, {one.name for one in known}) or "`pipegen backends list` shows what there is"
        raise PipegenError(Diagnostic(code, f"there is no {noun} '{name}'", origin, hint))
    if len(found) > 1:
        kinds = [one.kind for one in found]
        message = f"'{name}' is the name of a {' and of a '.join(kinds)}"
        raise PipegenError(
            Diagnostic("PG723", message, origin, " or ".join(f"--kind {one}" for one in kinds))
        )
    return found[0]


def listed(kind: Kind | None = None) -> list[dict[str, Json]]:
    """What is installed: its kind, its name, what it is, where it comes from; a broken one says why."""
    return [_described(one) for one in things(kind)]


def _described(one: Thing) -> dict[str, Json]:
    about: dict[str, Json] = {"kind": one.kind, "name": one.name}
    try:
        return {**about, "summary": one.load().summary, "from": one.reference, "works": True}
    except PipegenError as error:
        return {**about, "summary": error.diagnostics[0].message, "from": one.reference, "works": False}


def every_backend() -> Iterator[Backend]:
    """The installed backends that can be loaded; one that is broken must not spoil the others."""
    quiet = Gathered()
    for name in registry.names():
        found = quiet.attempt(registry.backend, name)
        if found is not None:
            yield found


def capabilities() -> dict[str, dict[str, dict[str, str]]]:
    """For each feature and backend: native, carried or refused, and how or why."""
    known = list(every_backend())
    return {
        feature: {
            one.name: {"how": one.can.of(feature).how, "note": one.can.of(feature).note} for one in known
        }
        for feature in FEATURES
    }


def configs(names: Sequence[str] = ()) -> dict[str, type]:
    """The config classes of the named backends, or of all that work."""
    chosen = [registry.backend(name) for name in names] or every_backend()
    return {one.name: one.config for one in chosen}
