"""What a workflow of GitHub Actions is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from pipegen.backends.github.config import Raw
from pipegen.emit.yaml import Block, Commented, Flow, Noted, Yaml
from pipegen.frozen import frozen

Data = Mapping[str, Yaml]


@frozen
class Step:
    """One step of a job: an action, or lines for a shell."""

    name: str = ""
    condition: str = ""
    uses: str = ""
    given: Data = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    may_fail: bool = False

    def data(self) -> Data:
        return dict(self._entries())

    def _entries(self) -> Iterator[tuple[str, Yaml]]:
        if self.name:
            yield "name", self.name
        if self.condition:
            yield "if", self.condition
        if self.may_fail:
            yield "continue-on-error", True
        if self.uses:
            action, _, version = self.uses.partition(" # ")
            yield "uses", Noted(action, version) if version else action
        if self.given:
            yield "with", self.given
        if self.env:
            yield "env", self.env
        if self.run:
            yield "run", Block(self.run)


@frozen
class Job:
    """A machine, and what is done on it one after the other."""

    name: str
    runs_on: Sequence[str]
    steps: Sequence[Data]
    comment: str = ""
    needs: Sequence[str] = ()
    condition: str = ""
    environment: Data = field(default_factory=dict)
    permissions: Data = field(default_factory=dict)
    timeout_minutes: int | None = None
    container: Data = field(default_factory=dict)
    services: Data = field(default_factory=dict)
    patch: Raw = field(default_factory=dict)

    def data(self) -> Yaml:
        return Commented(self.plain(), self.comment) if self.comment else self.plain()

    def plain(self) -> Data:
        """Without the comment above it."""
        return merged(dict(self._entries()), self.patch)

    def _entries(self) -> Iterator[tuple[str, Yaml]]:
        if self.name:
            yield "name", self.name
        if self.needs:
            yield "needs", self.needs[0] if len(self.needs) == 1 else Flow(list(self.needs))
        if self.condition:
            yield "if", self.condition
        yield "runs-on", self.runs_on[0] if len(self.runs_on) == 1 else Flow(list(self.runs_on))
        if self.environment:
            yield "environment", self.environment
        if self.permissions:
            yield "permissions", self.permissions
        if self.timeout_minutes is not None:
            yield "timeout-minutes", self.timeout_minutes
        if self.container:
            yield "container", self.container
        if self.services:
            yield "services", self.services
        yield "steps", list(self.steps)


@frozen
class Workflow:
    """The whole file."""

    name: str
    triggers: Data
    permissions: Data
    concurrency: Data
    defaults: Data
    jobs: Mapping[str, Job]

    def data(self) -> Data:
        found: dict[str, Yaml] = {"name": self.name, "on": self.triggers, "permissions": self.permissions}
        if self.concurrency:
            found["concurrency"] = self.concurrency
        if self.defaults:
            found["defaults"] = self.defaults
        return {**found, "jobs": {key: job.data() for key, job in self.jobs.items()}}


def merged(under: Mapping[str, Yaml], patch: Mapping[str, Yaml]) -> Data:
    """Mappings key by key, everything else replaced; null takes a key away."""
    found = dict(under)
    for key, value in patch.items():
        below = found.get(key)
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(below, Mapping):
            found[key] = merged(below, value)  # type: ignore[arg-type]
        else:
            found[key] = value
    return found
