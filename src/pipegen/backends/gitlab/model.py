"""The shape of a GitLab CI file, as far as pipegen writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from pipegen.emit.yaml import Flow, Yaml, dump
from pipegen.frozen import frozen

Data = dict[str, Yaml]
_ON_ONE_LINE = ("needs", "dependencies", "tags", "artifacts", "retry")


@frozen
class Job:
    """One job: `keywords` are GitLab's, in the order in which they are written. One that is alone shares none."""

    name: str
    keywords: Mapping[str, Yaml]
    alone: bool = False

    def data(self, shared: Mapping[str, Yaml], template: str) -> Data:
        """The job's own entry: what the template says is left out."""
        if self.alone or not shared:
            return _readable(self.keywords)
        return {"extends": template, **_readable(dict(_beside(shared, self.keywords)))}


@frozen
class GitlabFile:
    """A whole file: stages, the variables of a run, and jobs that share a template."""

    template: str
    jobs: Sequence[Job]
    stages: Sequence[str] = ()
    variables: Mapping[str, Yaml] = field(default_factory=dict)
    inputs: Mapping[str, Yaml] = field(default_factory=dict)

    def data(self) -> Data:
        shared = _shared([job for job in self.jobs if not job.alone])
        found: Data = {}
        if self.stages:
            found["stages"] = list(self.stages)
        if self.variables:
            found["variables"] = self.variables
        if shared:
            found[self.template] = _readable(shared)
        for job in self.jobs:
            found[job.name] = job.data(shared, self.template)
        return found

    def text(self, header: Sequence[str]) -> str:
        """The file, with an empty line before each entry, as people write it."""
        if not self.inputs:
            return _spaced(dump(self.data(), header))
        spec: Data = {"spec": {"inputs": self.inputs}}
        return f"{_spaced(dump(spec, header))}\n---\n{_spaced(dump(self.data()))}"


def _spaced(text: str) -> str:
    return re.sub(r"\n(?=[^\s#])", "\n\n", text)


def _shared(jobs: Sequence[Job]) -> Mapping[str, Yaml]:
    """The keywords that all jobs have, as the first one has them.

    A job may say something else instead; but of mappings GitLab makes one with the keys of both, so of those only
    what is the same everywhere is shared.
    """
    if len(jobs) < 2:
        return {}
    first, *others = jobs
    return dict(_in_all(first, others))


_OWN = frozenset(("stage", "needs", "dependencies", "script", "artifacts"))
_BY_KEY = frozenset(("variables", "id_tokens", "secrets"))


def _in_all(first: Job, others: Sequence[Job]) -> Iterator[tuple[str, Yaml]]:
    for key, value in first.keywords.items():
        if key in _BY_KEY:
            entries = _entries(value)
            for one in others:
                there = _entries(one.keywords.get(key))
                entries = {name: each for name, each in entries.items() if there.get(name) == each}
            if entries:
                yield key, entries
        elif key not in _OWN and _fits_all(key, value, others):
            yield key, value


def _beside(shared: Mapping[str, Yaml], keywords: Mapping[str, Yaml]) -> Iterator[tuple[str, Yaml]]:
    """What a job has still to say where the template says something."""
    for key, value in keywords.items():
        if key in shared and key in _BY_KEY:
            there = _entries(shared[key])
            rest = {name: each for name, each in _entries(value).items() if name not in there}
            if rest:
                yield key, rest
        elif key not in shared or shared[key] != value:
            yield key, value


def _entries(value: Yaml) -> dict[str, Yaml]:
    return {str(name): each for name, each in value.items()} if isinstance(value, Mapping) else {}


def _fits_all(key: str, value: Yaml, others: Sequence[Job]) -> bool:
    if isinstance(value, Mapping):
        return all(one.keywords.get(key) == value for one in others)
    return all(key in one.keywords and not isinstance(one.keywords[key], Mapping) for one in others)


def _readable(keywords: Mapping[str, Yaml]) -> Data:
    """Short lists on one line, as people write them."""
    return {
        key: Flow(value) if key in _ON_ONE_LINE or (key == "image" and _is_short(value)) else value
        for key, value in keywords.items()
    }


def _is_short(value: Yaml) -> bool:
    return isinstance(value, Mapping) and len(value) < 3
