"""The command line of `pipegen exec`: what every generated file calls, so no parser library is loaded for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, get_args

from pipegen.errors import Diagnostic, refuse, suggest
from pipegen.frozen import frozen
from pipegen.ir import Feed, Mode
from pipegen.runtime.words import decoded
from pipegen.units import given_seconds


@frozen
class Input:
    """A parameter of `run`, the folders that feed it, and how."""

    parameter: str
    folders: tuple[Path, ...]
    feed: Feed
    optional: bool = False


@frozen
class Policy:
    """How often a task is tried, for how long, and how it is stopped; times in seconds."""

    retries: int = 0
    backoff: float = 0.0
    factor: float = 2.0
    longest_backoff: float | None = None
    timeout: float | None = None
    grace: float = 30.0

    @property
    def supervised(self) -> bool:
        """Whether attempts need a process of their own, which can be ended and started again."""
        return self.retries > 0 or self.timeout is not None

    def wait(self, failures: int) -> float:
        """How long to wait after so many failed attempts."""
        longest = float("inf") if self.longest_backoff is None else self.longest_backoff
        try:
            return min(self.backoff * self.factor ** (failures - 1), longest)
        except OverflowError:
            return longest


@frozen
class Arguments:
    """Everything that one call of `pipegen exec` asks for."""

    target: str
    name: str
    out: Path
    inputs: tuple[Input, ...] = ()
    policy: Policy = Policy()
    param_sources: dict[str, str] = field(default_factory=dict)
    param_defaults: dict[str, str] = field(default_factory=dict)
    param_choices: dict[str, str] = field(default_factory=dict)
    json_log: bool = False
    env_files: tuple[Path, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    mode: Mode | None = None
    root: Path | None = None


def is_remote(folder: Path) -> bool:
    """Whether it is no folder but s3://BUCKET/..., of which a Path keeps one slash."""
    return folder.parts[:1] == ("s3:",)


class HelpWanted(Exception):  # noqa: N818
    """Somebody asked what the command takes."""


_OPTIONS = {
    "--name": ("NAME", "the task's name; the step's own by default"),
    "--in": ("PARAM=DIR", "an artifact for an input; DIR may be s3://BUCKET/NAME"),
    "--collect": ("PARAM", "this input is a list, with an item for each --in"),
    "--chain": ("PARAM", "this input is the items of all --in, in a row"),
    "--optional": ("PARAM", "this input may be absent, after a failure"),
    "--mode": ("MODE", "batch, streaming or row, when it is not the step's own"),
    "--out": ("DIR", "where the artifact goes; DIR may be s3://BUCKET/NAME"),
    "--retry": ("N", "how often a failed task is run again"),
    "--backoff": ("TIME", "how long to wait before that, like 30s"),
    "--factor": ("X", "each wait is so many times the last; 2 by default"),
    "--max-backoff": ("TIME", "the longest wait"),
    "--timeout": ("TIME", "how long one attempt may take, like 1h30m"),
    "--grace": ("TIME", "how long a stopped attempt may clean up (30s)"),
    "--param": ("FIELD=VARIABLE", "read a setting from a variable"),
    "--default": ("FIELD=JSON", "a setting's value when no variable sets it"),
    "--choices": ("FIELD=JSON", "what its variable may hold: a list"),
    "--cache-key": ("TEXT", "changes the command, and nothing else"),
    "--log": ("text|json", "how pipegen's own talk looks on stderr"),
    "--env-file": ("FILE", "variables, under those that are set"),
    "--env": ("NAME=TEXT", "a variable, over one that is set"),
    "--root": ("DIR", "the project's root; found by itself otherwise"),
}


def help_text() -> str:
    """What `pipegen exec` takes, for a terminal."""
    lines = [f"  {f'{option} {value}':<24}{meaning}" for option, (value, meaning) in _OPTIONS.items()]
    head = "Usage: pipegen exec TARGET --out DIR [OPTIONS]\n\nRun one task of a pipeline."
    return "\n".join([head, "TARGET is the step: package.module:Step or file.py:Step.", "", *lines])


def parse(argv: Sequence[str]) -> Arguments:
    """The arguments as given; PipegenError lists all that cannot be used."""
    problems: list[Diagnostic] = []
    target, given = _words(argv, problems)

    fields: dict[str, Any] = {"out": Path(), "inputs": _inputs(given, problems)}
    for option in [one for one in given if one in _ONCE]:
        name, read = _ONCE[option]
        for value in _one(given[option], option, read, problems):
            fields[name] = value
    for option in [one for one in given if one in _PAIRS]:
        fields[_PAIRS[option]] = _pairs(given[option], option, problems, empty=option == "--env")
    if "--env-file" in given:
        fields["env_files"] = tuple(map(Path, given["--env-file"]))
    refuse(problems)
    policy = {name: fields.pop(name) for name in _POLICY if name in fields}
    name = fields.pop("name", "") or _name_of(target)
    return Arguments(target, name, policy=Policy(**policy) if policy else _ONE_TRY, **fields)


def _words(argv: Sequence[str], problems: list[Diagnostic]) -> tuple[str, dict[str, list[str]]]:
    """The target, and the values of each option. A value may begin with '-' if it is no option itself."""

    def text(word: str) -> str:
        try:
            return decoded(word)
        except ValueError as error:
            problems.append(_wrong(str(error)))
            return word

    targets: list[str] = []
    unsaid: set[str] = set()
    given: dict[str, list[str]] = defaultdict(list)
    words = list(argv)
    while words:
        word = words.pop(0)
        option, equals, value = word.partition("=")
        if word in ("-h", "--help"):
            raise HelpWanted
        if not word.startswith("-"):
            targets.append(text(word))
        elif option not in _OPTIONS:
            problems.append(_wrong(f"there is no option '{option}'", suggest(option, _OPTIONS)))
            if not equals and words and not words[0].startswith("-"):
                words.pop(0)  # most likely its value
        elif equals:
            given[option].append(text(value))
        elif words and words[0].partition("=")[0] not in _OPTIONS:
            given[option].append(text(words.pop(0)))
        else:
            problems.append(_wrong(f"option {option} has no value", f"{option} {_OPTIONS[option][0]}"))
            unsaid.add(option)
    problems += [_wrong(f"'{word}' is one word too many") for word in targets[1:]]
    if not targets:
        problems.append(_wrong("the target is missing", "name the step: package.module:Step or file.py:Step"))
    if "--out" not in given and "--out" not in unsaid:
        problems.append(_wrong("option --out is missing", "say where the artifact goes: --out DIR"))
    return (targets or [""])[0], given


def _one(
    values: Sequence[str], option: str, read: Callable[[str], object], problems: list[Diagnostic]
) -> Iterator[object]:
    """The value of an option that is given once, when it can be read."""
    if len(set(values)) > 1:
        problems.append(_wrong(f"option {option} is given twice"))
    try:
        yield read(values[0])
    except ValueError as error:
        like = " like '30s', '5m' or '1h30m'" if _OPTIONS[option][0] == "TIME" else ""
        problems.append(_wrong(f"option {option}: {error}", f"write {_OPTIONS[option][0]}{like}"))


def _wrong(message: str, hint: str = "") -> Diagnostic:
    return Diagnostic("PG301", message, hint=hint or "'pipegen exec --help' lists the options")


def _inputs(given: dict[str, list[str]], problems: list[Diagnostic]) -> tuple[Input, ...]:
    collect, chain, optional = (given.get(one, ()) for one in ("--collect", "--chain", "--optional"))
    folders: dict[str, list[Path]] = {}
    for text in given.get("--in", ()):
        parameter, equals, folder = text.partition("=")
        if not (parameter and equals and folder):
            problems.append(_wrong(f"option --in: '{text}' is not PARAM=DIR"))
        folders.setdefault(parameter, []).append(Path(folder))
    for parameter in dict.fromkeys([*collect, *chain]):
        if parameter not in folders:
            message = f"'{parameter}' is to be collected or chained, but no --in feeds it"
            problems.append(Diagnostic("PG311", message, hint=f"add --in {parameter}=DIR"))
        elif parameter in collect and parameter in chain:
            message = f"'{parameter}' cannot be both collected and chained"
            problems.append(Diagnostic("PG312", message, hint="give --collect or --chain"))
    for parameter in dict.fromkeys(optional):
        if parameter not in folders:
            message = f"'{parameter}' may be absent, but no --in feeds it"
            problems.append(Diagnostic("PG311", message, hint=f"add --in {parameter}=DIR"))
    found = []
    for parameter, several in folders.items():
        feed: Feed = "collect" if parameter in collect else "chain" if parameter in chain else "one"
        if feed == "one" and len(several) > 1:
            message = f"'{parameter}' is fed by {len(several)} folders"
            problems.append(
                Diagnostic("PG312", message, hint=f"say --collect {parameter} or --chain {parameter}")
            )
        found.append(Input(parameter, tuple(several), feed, parameter in optional))
    return tuple(found)


def _pairs(
    given: Iterable[str], option: str, problems: list[Diagnostic], *, empty: bool = False
) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and (value or empty)):
            problems.append(_wrong(f"option {option}: '{name}' has no value", f"write {_OPTIONS[option][0]}"))
        elif found.setdefault(name, value) != value:
            problems.append(_wrong(f"option {option}: '{name}' is given twice"))
    return found


def _name_of(target: str) -> str:
    from pipegen.dsl.define import kebab

    return kebab(target.rpartition(":")[2])


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"'{text}' is not a number of times")
    return int(text)


def _factor(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number < float("inf"):
        raise ValueError(f"'{text}' is not a number >= 1")
    return number


def _some_time(text: str) -> float:
    found = given_seconds(text)
    if found <= 0:
        raise ValueError(f"'{text}' is not more than zero")
    return found


def _mode(text: str) -> Mode:
    found: Mode | None = next((one for one in get_args(Mode) if one == text), None)
    if found is None:
        raise ValueError(f"'{text}' is neither 'batch' nor 'streaming' nor 'row'")
    return found


def _is_json(text: str) -> bool:
    if text not in ("text", "json"):
        raise ValueError(f"'{text}' is neither 'text' nor 'json'")
    return text == "json"


_ONE_TRY = Policy()
_POLICY = {one.name for one in dataclass_fields(Policy)}
_ONCE: dict[str, tuple[str, Callable[[str], object]]] = {
    "--name": ("name", str),
    "--mode": ("mode", _mode),
    "--out": ("out", Path),
    "--retry": ("retries", _count),
    "--backoff": ("backoff", given_seconds),
    "--factor": ("factor", _factor),
    "--max-backoff": ("longest_backoff", given_seconds),
    "--timeout": ("timeout", _some_time),
    "--grace": ("grace", given_seconds),
    "--log": ("json_log", _is_json),
    "--root": ("root", Path),
}
_PAIRS = {
    "--param": "param_sources",
    "--default": "param_defaults",
    "--choices": "param_choices",
    "--env": "env",
}
