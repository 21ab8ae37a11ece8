"""What tasks have in common becomes a template; what differs between them becomes its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipegen.backends.argo.artifacts import IN, OUT, Artifacts
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.runtime.words import encoded
from pipegen.units import seconds

RETRIES, SECONDS = "<retries>", "<seconds>"  # marks in the body of a template, for slots


@dataclass(frozen=True, slots=True)
class Port:
    """One artifact that a task reads: its input, its place in it, how that is fed, and how it gets here."""

    number: int
    place: int
    feed: str
    wired: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A task as a template sees it: `key` is what must be the same, `slots` what may differ."""

    task: str
    key: str
    ports: tuple[Port, ...]
    slots: Mapping[str, str]
    body: Data = field(default_factory=dict)
    container: Data = field(default_factory=dict)
    words: tuple[str, ...] = ()
    optional: bool = False


def slots_of(pipeline: Pipeline, task: Task, names: Mapping[str, str]) -> dict[str, str]:
    """The texts of a task that may become parameters of a template."""
    found = {"run": encoded(pipeline.steps[task.step].entrypoint), "name": encoded(task.name)}
    place = 0
    for number, one in enumerate(task.inputs):
        found[f"n{number}"] = one.name
        for source in one.sources:
            found[f"i{place}"] = names[source]
            place += 1
    retry, timeout = task.options.retry, task.options.timeout
    if retry is not None and retry.limit > 0:
        found["retries"] = str(retry.limit)
    if timeout is not None:
        found["seconds"] = str(whole_seconds(timeout))
    return found


def whole_seconds(text: str) -> int:
    """A limit in the whole seconds that Argo counts in; never none at all."""
    return max(1, round(seconds(text)))


def ports_of(task: Task, wired: frozenset[str]) -> tuple[Port, ...]:
    return tuple(
        Port(number, place, one.feed, source in wired)
        for number, one in enumerate(task.inputs)
        for place, source in enumerate(one.sources)
    )


class TemplateOf:
    """One template and the tasks that use it."""

    def __init__(self, name: str, shapes: Sequence[Shape], artifacts: Artifacts) -> None:
        self.name = name
        self.shapes = shapes
        self.artifacts = artifacts
        first = shapes[0].slots
        self.literal = dict(first)
        self.open = [slot for slot in first if any(one.slots[slot] != first[slot] for one in shapes)]
        if "name" in self.open and all(one.slots["name"] == one.task for one in shapes):
            self.open.remove("name")
            self.literal["name"] = "{{tasks.name}}"

    def text(self, slot: str) -> str:
        return f"{{{{inputs.parameters.{slot}}}}}" if slot in self.open else self.literal[slot]

    def arguments(self, shape: Shape) -> Data:
        """What a DAG task passes to the template."""
        found: Data = {}
        needed = [slot for slot in self.open if slot in self._used()]
        if needed:
            found["parameters"] = [{"name": slot, "value": shape.slots[slot]} for slot in needed]
        wired = [number for number, port in enumerate(shape.ports) if port.wired]
        if wired:
            found["artifacts"] = [
                {
                    "name": f"i{number}",
                    "from": f"{{{{tasks.{shape.slots[f'i{number}']}.outputs.artifacts.out}}}}",
                }
                for number in wired
            ]
        return {"arguments": found} if found else {}

    def _used(self) -> set[str]:
        """The slots that the template reads; the source of a wired input is known to its caller alone."""
        wired = {f"i{number}" for number, port in enumerate(self.shapes[0].ports) if port.wired}
        return set(self.open) - wired

    def data(self) -> Data:
        return {"name": self.name, **self.inline()}

    def inline(self) -> Data:
        """The template without its name."""
        shape = self.shapes[0]
        inputs: Data = {}
        needed = [slot for slot in self.open if slot in self._used()]
        if needed:
            inputs["parameters"] = [{"name": slot} for slot in needed]
        if not self.artifacts.on_volume and shape.ports:
            inputs["artifacts"] = list(self._artifacts(shape))
        found: Data = {"inputs": inputs} if inputs else {}
        found |= {key: self._filled(value) for key, value in shape.body.items()}
        found["container"] = {**shape.container, "args": self.args(shape)}
        return found

    def _filled(self, value: Yaml) -> Yaml:
        """A part of the body with its marks replaced."""
        if isinstance(value, Mapping):
            return {str(key): self._filled(one) for key, one in value.items()}
        if value == SECONDS:
            return int(self.literal["seconds"]) if "seconds" not in self.open else self.text("seconds")
        return self.text("retries") if value == RETRIES else value

    def _artifacts(self, shape: Shape) -> Iterator[Yaml]:
        for number, (port, path) in enumerate(zip(shape.ports, self._paths(shape), strict=True)):
            source = None if port.wired else self.text(f"i{number}")
            yield self.artifacts.input(f"i{number}", path, source, shape.optional)

    def _paths(self, shape: Shape) -> Iterator[str]:
        for place, port in enumerate(shape.ports):
            if self.artifacts.on_volume:
                yield self.artifacts.folder(self.text(f"i{place}"))
            else:
                yield f"{IN}/{self.text(f'n{port.number}')}" + (
                    "" if port.feed == "one" else f"/{port.place}"
                )

    def args(self, shape: Shape) -> list[Yaml]:
        """The words of `pipegen exec`."""
        words = ["exec", self.text("run"), "--name", self.text("name")]
        fed: dict[int, str] = {}
        for port, path in zip(shape.ports, self._paths(shape), strict=True):
            words += ["--in", f"{self.text(f'n{port.number}')}={path}"]
            fed[port.number] = port.feed
        for number, feed in fed.items():
            words += [] if feed == "one" else [f"--{feed}", self.text(f"n{number}")]
            words += ["--optional", self.text(f"n{number}")] if shape.optional else []
        words += shape.words
        return [*words, "--out", self.artifacts.folder("{{tasks.name}}") if self.artifacts.on_volume else OUT]
