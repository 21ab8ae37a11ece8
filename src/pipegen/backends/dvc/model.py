"""The shape of a dvc.yaml, as far as pipegen writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from pipegen.emit.yaml import Yaml
from pipegen.frozen import frozen


@frozen
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
            flags["remote"] = literal(self.remote)
        return {literal(self.path): flags} if flags else literal(self.path)


@frozen
class Stage:
    """One command, what it reads and what it makes."""

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
        yield "cmd", self._command()
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
        if self.frozen:
            yield "frozen", True
        if self.always_changed:
            yield "always_changed", True

    def _command(self) -> Yaml:
        """DVC runs each line of a text by itself, but each item of a list as a whole."""
        command = literal(self.cmd)
        return command if command.isprintable() or len(command.splitlines()) == 1 else [command]


@frozen
class Plot:
    """A file that `dvc plots` draws, and how."""

    path: str
    x: str | None = None
    y: tuple[str, ...] = ()
    title: str | None = None
    x_label: str | None = None
    y_label: str | None = None
    template: str | None = None

    def data(self) -> Yaml:
        how: dict[str, Yaml] = {}
        for key in ("x", "y", "title", "x_label", "y_label", "template"):
            value = getattr(self, key)
            if value:
                how[key] = _literals(value)
        return {literal(self.path): how} if how else literal(self.path)


@frozen
class DvcFile:
    """The parts of a dvc.yaml that belong to one pipeline."""

    stages: tuple[Stage, ...]
    metrics: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()

    def sections(self) -> dict[str, Yaml]:
        """The top-level keys of the file; the empty ones are left out."""
        found: dict[str, Yaml] = {"stages": {stage.name: stage.data() for stage in self.stages}}
        if self.metrics:
            found["metrics"] = [literal(path) for path in self.metrics]
        if self.plots:
            found["plots"] = [plot.data() for plot in self.plots]
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
