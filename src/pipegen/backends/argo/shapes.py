"""What tasks have in common becomes a template; what differs between them becomes its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipegen.backends.argo.artifacts import IN, OUT, Artifacts
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline, Task
from pipegen.units import seconds


@dataclass(frozen=True, slots=True)
class Shape:
    """A task as a template sees it: `key` is what must be the same, `slots` what may differ."""

    task: str
    key: str
    ports: tuple[tuple[int, int, str], ...]  # for each source: its input, its place in it, how it is fed
    slots: Mapping[str, str]
    body: Data = field(default_factory=dict)
    container: Data = field(default_factory=dict)
    optional: bool = False


def slots_of(pipeline: Pipeline, task: Task, names: Mapping[str, str]) -> dict[str, str]:
    """The texts of a task that may become parameters of a template."""
    found = {"run": pipeline.steps[task.step].entrypoint, "name": task.name}
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
        found["seconds"] = f"{max(1, round(seconds(timeout)))}"
    return found


def ports_of(task: Task) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (number, place, one.feed)
        for number, one in enumerate(task.inputs)
        for place in range(len(one.sources))
    )


class TemplateOf:
    """One template and the tasks that use it."""

    def __init__(self, name: str, shapes: Sequence[Shape], artifacts: Artifacts) -> None:
        self.name = name
        self.shapes = shapes
        self.artifacts = artifacts
        first = shapes[0].slots
        self.open = [slot for slot in first if any(one.slots[slot] != first[slot] for one in shapes)]
        if "name" in self.open and all(one.slots["name"] == one.task for one in shapes):
            self.open.remove("name")
            self.literal = {**first, "name": "{{tasks.name}}"}
        else:
            self.literal = {**first, "name": encoded(first["name"])}

    def text(self, slot: str) -> str:
        return f"{{{{inputs.parameters.{slot}}}}}" if slot in self.open else self.literal[slot]

    def arguments(self, shape: Shape) -> Data:
        """What a DAG task passes to the template."""
        if not self.open:
            return {}
        values: list[Yaml] = [
            {"name": slot, "value": encoded(shape.slots[slot]) if slot == "name" else shape.slots[slot]}
            for slot in self.open
        ]
        return {"arguments": {"parameters": values}}

    def data(self) -> Data:
        shape = self.shapes[0]
        inputs: Data = {}
        if self.open:
            inputs["parameters"] = [{"name": slot} for slot in self.open]
        if not self.artifacts.on_volume and shape.ports:
            inputs["artifacts"] = list(self._artifacts(shape))
        found: Data = {"name": self.name}
        if inputs:
            found["inputs"] = inputs
        found |= {key: self._filled(value) for key, value in shape.body.items()}
        found["container"] = {**shape.container, "args": self.args(shape)}
        return found

    def _filled(self, value: Yaml) -> Yaml:
        """A part of the body with its marks `<retries>` and `<seconds>` replaced."""
        if isinstance(value, Mapping):
            return {str(key): self._filled(one) for key, one in value.items()}
        if value == "<seconds>":
            return int(self.literal["seconds"]) if "seconds" not in self.open else self.text("seconds")
        return self.text("retries") if value == "<retries>" else value

    def _artifacts(self, shape: Shape) -> Iterator[Yaml]:
        for number, path in enumerate(self._paths(shape)):
            found: Data = {
                "name": f"i{number}",
                "path": path,
                **self.artifacts.place(self.text(f"i{number}")),
            }
            yield {**found, "optional": True} if shape.optional else found

    def _paths(self, shape: Shape) -> Iterator[str]:
        for place, (number, part, feed) in enumerate(shape.ports):
            if self.artifacts.on_volume:
                yield self.artifacts.folder(self.text(f"i{place}"))
            else:
                yield f"{IN}/{self.text(f'n{number}')}" + ("" if feed == "one" else f"/{part}")

    def args(self, shape: Shape) -> list[Yaml]:
        """The words of `pipegen exec`."""
        words = ["exec", self.text("run"), "--name", self.text("name")]
        fed: dict[int, str] = {}
        for (number, _, feed), path in zip(shape.ports, self._paths(shape), strict=True):
            words += ["--in", f"{self.text(f'n{number}')}={path}"]
            fed[number] = feed
        for number, feed in fed.items():
            words += [] if feed == "one" else [f"--{feed}", self.text(f"n{number}")]
        return [*words, "--out", self.artifacts.folder("{{tasks.name}}") if self.artifacts.on_volume else OUT]


def encoded(text: str) -> str:
    """Text in which Argo and Kubernetes find nothing to fill in; `pipegen exec` reads it back."""
    if "{{" not in text and "$(" not in text and not text.startswith("json:"):
        return text
    from pipegen.emit.json import compact

    return "json:" + compact(text).replace("{", "\\u007b").replace("$", "\\u0024")
