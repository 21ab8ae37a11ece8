"""What decides a task's artifact, as one text: equal keys mean that the work need not be done again.

In it are the code (the step's file and the project's modules that it imports), the settings, the inputs by
content, the variables that values set, and the texts in `cache.key`. Not in it is what only decides how the
work is done: retries, time limits, resources. Secrets are in it as keyed hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipegen.dsl.definition import Definition
from pipegen.dsl.project import Project
from pipegen.ir import Input, Pipeline, Task
from pipegen.runtime.environment import read
from pipegen.runtime.fingerprint import fingerprint, fingerprint_key
from pipegen.runtime.manifest import sha256

_FORMAT = 1

Sources = Mapping[str, str]


@dataclass(slots=True)
class Keys:
    """The keys of one run's tasks; `given` are the variables of a task's parameters and their defaults."""

    pipeline: Pipeline
    project: Project
    definitions: Mapping[str, Definition]
    environ: Mapping[str, str]
    given: Callable[[str], tuple[Sources, Sources]]
    place: str = ""  # what the runner says about where commands run: the image, for one
    _code: dict[str, str] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)
    _settings: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def of(self, task: Task, inputs: Mapping[str, str | None]) -> str:
        """The key of a task; `inputs` are the digests of the artifacts before it, None for one that is absent."""
        options = task.options
        parts = {
            "format": _FORMAT,
            "name": task.name,
            "code": self.code(task.step),
            "mode": self.pipeline.mode_of(task),
            "settings": self.settings(task),
            "inputs": [_fed(one, inputs) for one in task.inputs],
            "env": dict(options.env),
            "key": options.cache.key if options.cache is not None else (),
            "place": self.place,
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()

    def settings(self, task: Task) -> dict[str, Any] | None:
        """The settings of a task with what is secret hidden; PipegenError says all that is wrong with them."""
        if task.name not in self._settings:
            self._settings[task.name] = self._read(task)
        return self._settings[task.name]

    def _read(self, task: Task) -> dict[str, Any] | None:
        definition = self.definitions[task.step]
        if definition.settings is None:
            return None
        environ = {**self.environ, **task.options.env} if task.options.env else self.environ
        found = read(
            definition.settings,
            task.name,
            definition.prefix,
            environ,
            definition.doc,
            *self.given(task.name),
        )
        return fingerprint(found, key=partial(fingerprint_key, self.project.root))

    def code(self, slug: str) -> str:
        """One text for a step's entrypoint and the content of its source files."""
        if slug not in self._code:
            step = self.pipeline.steps[slug]
            sources = step.sources or (self.definitions[slug].origin.file,)
            files = [(name, self._file(name)) for name in sources]
            text = json.dumps([step.entrypoint, files], ensure_ascii=False)
            self._code[slug] = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
        return self._code[slug]

    def _file(self, name: str) -> str:
        if name not in self._files:
            path = self.project.root / Path(name)
            self._files[name] = sha256(path) if path.is_file() else ""
        return self._files[name]


def _fed(one: Input, inputs: Mapping[str, str | None]) -> tuple[str, str, list[str | None]]:
    return one.name, one.feed, [inputs[name] for name in one.sources]
