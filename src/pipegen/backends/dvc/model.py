"""The shape of a dvc.yaml, as far as pipegen writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipegen.emit.yaml import Yaml


@dataclass(frozen=True, slots=True)
class Out:
    """What a stage produces, and the flags that differ from DVC's defaults."""

    path: str
    cache: bool = True
    push: bool = True
    persist: bool = False
    remote: str | None = None

    def data(self) -> Yaml:
        flags: dict[str, Yaml] = {
            key: False for key, value in (("cache", self.cache), ("push", self.push)) if not value
        }
        if self.persist:
            flags["persist"] = True
        if self.remote is not None:
            flags["remote"] = self.remote
        return {literal(self.path): flags} if flags else literal(self.path)


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    cmd: str
    desc: str = ""
    wdir: str = "."
    deps: tuple[str, ...] = ()
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outs: tuple[Out, ...] = ()
    meta: Mapping[str, Yaml] = field(default_factory=dict)
    frozen: bool = False
    always_changed: bool = False

    def data(self) -> dict[str, Yaml]:
        return dict(self._fields())

    def _fields(self) -> Iterator[tuple[str, Yaml]]:
        if self.desc:
            yield "desc", literal(self.desc)
        yield "cmd", literal(self.cmd)
        if self.wdir != ".":
            yield "wdir", literal(self.wdir)
        if self.deps:
            yield "deps", [literal(path) for path in self.deps]
        if self.params:
            yield (
                "params",
                [{literal(file): [literal(key) for key in keys]} for file, keys in self.params.items()],
            )
        if self.outs:
            yield "outs", [out.data() for out in self.outs]
        if self.meta:
            yield "meta", _literals(self.meta)
        for flag in ("frozen", "always_changed"):
            if getattr(self, flag):
                yield flag, True


@dataclass(frozen=True, slots=True)
class DvcFile:
    """The parts of a dvc.yaml that belong to one pipeline."""

    stages: tuple[Stage, ...]
    metrics: tuple[str, ...] = ()
    plots: tuple[str, ...] = ()

    def sections(self) -> dict[str, Yaml]:
        """The top-level keys of the file; the empty ones are left out."""
        found: dict[str, Yaml] = {"stages": {stage.name: stage.data() for stage in self.stages}}
        for key, paths in (("metrics", self.metrics), ("plots", self.plots)):
            if paths:
                found[key] = [literal(path) for path in paths]
        return found


def literal(text: str) -> str:
    """Text in which DVC finds nothing to fill in."""
    return text.replace("${", "\\${") if "${" in text else text


def _literals(value: Yaml) -> Yaml:
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        return {literal(str(key)): _literals(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_literals(one) for one in value]
    return value
