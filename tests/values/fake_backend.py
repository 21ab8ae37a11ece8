"""A made-up backend's config with a field of every kind, and short ways to read values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.errors import PipegenError
from pipegen.ir import Json
from pipegen.values.document import Values, read_values
from pipegen.values.kinds import (
    Cron,
    DnsLabel,
    Doc,
    Duration,
    EnvName,
    ImageRef,
    Pattern,
    Quantity,
    Range,
    RelativePath,
    TimeZone,
)
from pipegen.values.nodes import Node, Table
from pipegen.values.reading import parse


@dataclass(frozen=True)
class Mount:
    """A volume in a pod."""

    name: Annotated[str, DnsLabel(20), Doc("The volume.")]
    path: Annotated[str, RelativePath()] = "data"
    size: Annotated[str | None, Quantity()] = None


@dataclass(frozen=True)
class FakeConfig:
    """Writes files for a made-up engine."""

    folder: Annotated[str, RelativePath(), Doc("Where the file goes.")] = "."
    namespace: Annotated[str | None, DnsLabel(), Doc("The namespace.", "team-a")] = None
    image: Annotated[str | None, ImageRef()] = None
    every: Annotated[str | None, Cron()] = None
    zone: Annotated[str, TimeZone()] = "UTC"
    wait: Annotated[str, Duration()] = "30s"
    cpu: Annotated[str | None, Quantity()] = None
    replicas: Annotated[int, Range(1, 9), Doc("How many.")] = 1
    ratio: Annotated[float, Range(ge=0)] = 0.5
    debug: bool = False
    mode: Literal["fast", "safe"] = "safe"
    port: Literal[80, 443] | None = None
    tag: str | None = None
    color: Annotated[str | None, Pattern("#[0-9a-f]{6}", "a color such as '#00ff00'")] = None
    env: Mapping[Annotated[str, EnvName()], str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    mounts: list[Mount] = field(default_factory=list)
    mount: str | Mount | None = None
    amount: int | str = 0
    extra: Mapping[str, Json] = field(default_factory=dict)

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.debug and self.mode == "fast":
            yield "mode", "debugging is not fast; use 'safe'"


def node(text: str) -> Node:
    """The node of a YAML text in v.yaml."""
    found = parse(text, "v.yaml")
    return Table() if found is None else found


def values(text: str, **sections: type) -> Values:
    """A values file that was read; 'fake' is a backend unless others are named."""
    table = node(text)
    assert isinstance(table, Table)
    return read_values(table, sections or {"fake": FakeConfig}, {"dvc", "argo"})


def refused(make: object, *arguments: object) -> list[str]:
    """What a call is refused with, a line for each diagnostic; nothing when it passes."""
    assert callable(make)
    try:
        make(*arguments)
    except PipegenError as wrong:
        return [str(one).replace("error[", "[") for one in wrong.diagnostics]
    return []
