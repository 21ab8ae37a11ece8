"""The `pipegen exec` command of one task: what every manifest calls, and what carries its options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Json, Pipeline, Task
from pipegen.names import folder_names
from pipegen.parameters import parameter_variables
from pipegen.runtime.words import MARK, encoded

CODES: dict[str, tuple[str, str]] = {
    "PG505": (
        "text that no command line can carry",
        "The command of a task holds a null character, which no system passes on to a process.",
    ),
}


class Exposure(NamedTuple):
    """A setting of a task that a parameter of the pipeline sets: where from, the default and choices as JSON."""

    field: str
    variable: str
    default: str | None
    choices: str | None = None


Exposed = Mapping[str, Sequence[Exposure]]


def exec_words(
    pipeline: Pipeline,
    task: Task,
    source: Callable[[str], str],
    out: str,
    *,
    entrypoint: str | None = None,
    exposed: Exposed | None = None,
) -> list[str]:
    """The words after `pipegen`; `source` gives the folder that a task's artifact is read from.

    Whoever asks for many tasks hands in `exposed_settings(pipeline)`, which is then worked out only once.
    """
    words = ["exec", entrypoint or pipeline.steps[task.step].entrypoint, *_option("--name", task.name)]
    if task.options.mode not in (None, pipeline.steps[task.step].mode):
        words += ("--mode", pipeline.mode_of(task))
    for fed in task.inputs:
        for name in fed.sources:
            words += ("--in", f"{fed.name}={source(name)}")
        if fed.feed != "one":
            words += (f"--{fed.feed}", fed.name)
        if task.options.trigger != "all_success":
            words += ("--optional", fed.name)
    words += ("--out", out)
    options = task.options
    if options.retry is not None or options.timeout is not None:
        words += policy_words(task)
    if pipeline.parameters:
        for one in (exposed or exposed_settings(pipeline)).get(task.name, ()):
            words += _exposed_words(one)
    if options.cache is not None:
        for key in options.cache.key:
            words += _option("--cache-key", key)
    return words


def _exposed_words(one: Exposure) -> Iterator[str]:
    yield from ("--param", f"{one.field}={one.variable}")
    if one.default is not None:
        yield from ("--default", f"{one.field}={one.default}")
    if one.choices is not None:
        yield from ("--choices", f"{one.field}={one.choices}")


def _option(flag: str, value: str) -> tuple[str, ...]:
    """Two words, or one for a value that could be taken for an option itself."""
    if value.startswith(MARK):
        return (flag, encoded(value))
    return (f"{flag}={value}",) if value.startswith("-") else (flag, value)


def exposed_settings(pipeline: Pipeline) -> Exposed:
    """What the parameters of a pipeline set, by task."""
    found: dict[str, list[Exposure]] = {}
    variables = parameter_variables(pipeline)
    for parameter in pipeline.parameters:
        default = as_json(parameter.default) if parameter.has_default else None
        choices = as_json(parameter.choices) if parameter.choices else None
        for task, field in parameter.targets:
            one = Exposure(field, variables[parameter.name], default, choices)
            found.setdefault(task, []).append(one)
    return found


def settings_folder(pipeline: Pipeline, prefix: str = "") -> str:
    """Where the fingerprints of a pipeline's settings lie, from the project's root: one file per task."""
    return f".pipegen/settings/{scope(pipeline, prefix)}"


def settings_files(pipeline: Pipeline, folders: Mapping[str, str] | None = None) -> dict[str, str]:
    """The file in that folder for each task that has settings; `folders` are their folder names, if known."""
    names = folders or folder_names(task.name for task in pipeline.tasks)
    return {
        task.name: f"{names[task.name]}.json" for task in pipeline.tasks if pipeline.steps[task.step].settings
    }


CHECKED = "checked"  # a file in that folder, always the same: it is there once all settings are valid


def scope(pipeline: Pipeline, prefix: str = "") -> str:
    """What tells a pipeline's own files apart from those of another one in the same project."""
    return prefix.strip("-_") or _folder_name(pipeline.name)


def _folder_name(name: str) -> str:
    """Distinct from every other name's, without knowing those: what is not kept as it is gets a hash."""
    (near,) = folder_names([name]).values()
    return near if near == name else folder_names([near, name])[name]


def shell_line(words: Sequence[str]) -> str:
    """One line for a shell: each word as it is, in sh, bash, zsh and fish alike."""
    line = " ".join(map(_quoted, words))
    if "\0" in line:
        shown = line.replace("\0", "\\0")
        refuse([Diagnostic("PG505", f"there is a null character in the command: {shown}")])
    return line


_SAFE = re.compile(r"[A-Za-z0-9_./:,@+-][A-Za-z0-9_./:,@%+=-]*", re.ASCII).fullmatch
_MARKS = r"([\\']+)"


def _quoted(word: str) -> str:
    if _SAFE(word):
        return word
    parts = re.split(_MARKS, word)  # fish reads a backslash in single quotes as an escape: it goes in double
    quoted = (_double(part) if number % 2 else f"'{part}'" for number, part in enumerate(parts) if part)
    return "".join(quoted) or "''"


def _double(marks: str) -> str:
    return '"' + marks.replace("\\", "\\\\") + '"'


def policy_words(task: Task) -> list[str]:
    """How often and for how long a task is tried, as options of `exec`."""
    options = task.options
    given: Mapping[str, str | None] = {"--timeout": options.timeout}
    if options.retry is not None and options.retry.limit > 0:
        retry = options.retry
        given = {
            "--retry": str(retry.limit),
            "--backoff": retry.backoff if retry.backoff != "0s" else None,
            "--factor": f"{retry.factor:g}" if retry.factor != 2 else None,
            "--max-backoff": retry.max_backoff,
            **given,
        }
    return [word for flag, value in given.items() if value is not None for word in (flag, value)]


def parameter_text(value: Json) -> str:
    """A parameter's value as the text that a setting's variable carries."""
    return value if isinstance(value, str) else as_json(value)


def as_json(value: Json) -> str:
    import json  # only a parameter pays for it

    return json.dumps(value, ensure_ascii=False)
