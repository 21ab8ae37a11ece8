"""Keeps the values of secrets out of what is shown of a run: logs most of all, which hold what steps print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipegen.ir import Pipeline

HIDDEN = "***"
_SHORTEST = 4  # to hide every 'on' or '1' would hide the log
_SHORTEST_LINE = 8
_SOUNDS_SECRET = (
    r"(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|SECRET_?KEY|PRIVATE_?KEY|CREDENTIALS?)(_|$)"
)


@dataclass(frozen=True, slots=True)
class Mask:
    """Puts `***` in the place of every value that is to be hidden."""

    pattern: re.Pattern[str] | None = None

    @classmethod
    def of(cls, pipeline: Pipeline | None, environ: Mapping[str, str], more: Iterable[str] = ()) -> Mask:
        """Hides what the secret settings of a pipeline are set to now, `more`, and variables that sound secret."""
        names = set(_variables(pipeline)) if pipeline else set[str]()
        found = [value for name, value in environ.items() if not names.isdisjoint(_whole_and_parts(name))]
        sounding = [
            value
            for name, value in environ.items()
            if len(value) >= _SHORTEST_LINE and re.search(_SOUNDS_SECRET, name, re.IGNORECASE)
        ]
        return cls.hiding((*found, *sounding, *more))

    @classmethod
    def hiding(cls, values: Iterable[str]) -> Mask:
        """Hides these texts: as a whole, and a long line of one by itself, for a log is cut into lines."""
        parts = {part for value in values for part in _parts(value)}
        if not parts:
            return cls()
        longest_first = sorted(parts, key=lambda part: (-len(part), part))
        return cls(re.compile("|".join(map(re.escape, longest_first))))

    def __call__(self, text: str) -> str:
        return self.pattern.sub(HIDDEN, text) if self.pattern else text


def _parts(value: str) -> Iterator[str]:
    for part in (value, value.strip()):
        if len(part) >= _SHORTEST:
            yield part
    lines = value.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= _SHORTEST_LINE)


def _variables(pipeline: Pipeline) -> Iterator[str]:
    """The variables that secret settings are read from."""
    from pipegen.parameters import parameter_variables, sets_secret
    from pipegen.runtime.environment import variables

    of_parameters = parameter_variables(pipeline)
    yield from (of_parameters[one.name] for one in pipeline.parameters if sets_secret(pipeline, one))
    secretive = {slug for slug, step in pipeline.steps.items() if any(one.secret for one in step.settings)}
    for task in pipeline.every_task:
        if task.step in secretive:
            for variable in variables(pipeline.step_of(task), task.name):
                if variable.secret:
                    yield from filter(None, (variable.name, variable.alternative))


def _whole_and_parts(name: str) -> Iterator[str]:
    """A variable's name and what it is a part of: A__B__C, A__B, A."""
    while name:
        yield name
        name = name.rpartition("__")[0]
