"""The command line of `pipegen exec`: what every generated file calls, so it is read without Typer."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from pipegen.errors import Diagnostic, PipegenError, suggest
from pipegen.ir import Feed
from pipegen.units import seconds


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of `run`, the folders that feed it, and how."""

    parameter: str
    folders: tuple[Path, ...]
    feed: Feed


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Arguments:
    """Everything that one call of `pipegen exec` asks for."""

    target: str
    name: str
    out: Path
    inputs: tuple[Input, ...] = ()
    policy: Policy = Policy()
    param_sources: dict[str, str] = field(default_factory=dict)
    param_defaults: dict[str, str] = field(default_factory=dict)
    json_log: bool = False
    env_files: tuple[Path, ...] = ()


def parse(argv: list[str]) -> Arguments:
    """The arguments as given; PipegenError lists what cannot be used."""
    parser = _parser()
    given, unknown = parser.parse_known_args(_joined(argv, parser))
    problems = [_unknown(unknown[0], parser)] if unknown else []
    inputs = _inputs(given.input, given.collect, given.chain, problems)
    sources = _pairs(given.param, "--param", "FIELD=VARIABLE", problems)
    defaults = _pairs(given.default, "--default", "FIELD=JSON", problems)
    if problems:
        raise PipegenError(*problems)
    policy = Policy(
        retries=given.retry,
        backoff=given.backoff,
        factor=given.factor,
        longest_backoff=given.max_backoff,
        timeout=given.timeout,
        grace=given.grace,
    )
    return Arguments(
        target=given.target,
        name=given.name or _name_of(given.target),
        out=Path(given.out),
        inputs=inputs,
        policy=policy,
        param_sources=sources,
        param_defaults=defaults,
        json_log=given.log == "json",
        env_files=tuple(map(Path, given.env_file)),
    )


def _unknown(word: str, parser: _Parser) -> Diagnostic:
    option = word.partition("=")[0]
    if not option.startswith("-"):
        return Diagnostic("PG301", f"'{word}' is one word too many", hint="options begin with '--'")
    hint = suggest(option, parser.options)
    return Diagnostic("PG301", f"there is no option '{option}'", hint=hint or "see 'pipegen exec --help'")


class _Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        hint = "'pipegen exec --help' lists the options"
        raise PipegenError(Diagnostic("PG301", message.replace("argument ", "option "), hint=hint))

    @property
    def options(self) -> frozenset[str]:
        return frozenset(self._option_string_actions)


def _joined(argv: list[str], parser: _Parser) -> list[str]:
    """`--cache-key -x` as `--cache-key=-x`: argparse takes no value that begins with '-' otherwise."""
    takes_value = {option for option in parser.options if option not in ("-h", "--help")}
    found: list[str] = []
    for word in argv:
        free = word.startswith("-") and word.partition("=")[0] not in parser.options
        if free and found and found[-1] in takes_value:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _parser() -> _Parser:
    parser = _Parser(prog="pipegen exec", description="Run one task of a pipeline.", allow_abbrev=False)
    say = parser.add_argument
    say("target", help="the step: 'package.module:Step' or 'file.py:Step'")
    say("--name", help="the task's name; the step's own by default")
    say(
        "--in",
        dest="input",
        metavar="PARAM=DIR",
        action="append",
        default=[],
        help="an artifact for an input",
    )
    say(
        "--collect",
        metavar="PARAM",
        action="append",
        default=[],
        help="this input is a list, an item per --in",
    )
    say("--chain", metavar="PARAM", action="append", default=[], help="this input is all its --in, in a row")
    say("--out", metavar="DIR", required=True, help="where the task's artifact goes")
    say("--retry", metavar="N", type=_count, default=0, help="how often a failed task is run again")
    say("--backoff", metavar="TIME", type=_time, default=0.0, help="how long to wait before that, like 30s")
    say("--factor", metavar="X", type=_factor, default=2.0, help="each wait is so many times the one before")
    say("--max-backoff", metavar="TIME", type=_time, help="the longest wait")
    say("--timeout", metavar="TIME", type=_positive_time, help="how long one attempt may take, like 1h30m")
    say(
        "--grace",
        metavar="TIME",
        type=_time,
        default=30.0,
        help="how long a stopped attempt may clean up (30s)",
    )
    say(
        "--param",
        metavar="FIELD=VARIABLE",
        action="append",
        default=[],
        help="read a setting from a variable",
    )
    say("--default", metavar="FIELD=JSON", action="append", default=[], help="a setting's value when not set")
    say("--cache-key", metavar="TEXT", action="append", help="changes the command, and nothing else")
    say("--log", choices=("text", "json"), default="text", help="how pipegen's own talk looks on stderr")
    say("--env-file", metavar="FILE", action="append", default=[], help="variables, under those that are set")
    return parser


def _inputs(
    given: Iterable[str], collect: list[str], chain: list[str], problems: list[Diagnostic]
) -> tuple[Input, ...]:
    folders: dict[str, list[Path]] = {}
    for text in given:
        parameter, equals, folder = text.partition("=")
        if not (parameter and equals and folder):
            problems.append(Diagnostic("PG301", f"option --in: '{text}' is not PARAM=DIR"))
        folders.setdefault(parameter, []).append(Path(folder))
    for parameter in dict.fromkeys([*collect, *chain]):
        if parameter not in folders:
            message = f"'{parameter}' is to be collected or chained, but no --in feeds it"
            problems.append(Diagnostic("PG311", message, hint=f"add --in {parameter}=DIR"))
        elif parameter in collect and parameter in chain:
            message = f"'{parameter}' cannot be both collected and chained"
            problems.append(Diagnostic("PG312", message, hint="give --collect or --chain"))
    found = []
    for parameter, several in folders.items():
        feed: Feed = "collect" if parameter in collect else "chain" if parameter in chain else "one"
        if feed == "one" and len(several) > 1:
            message = f"'{parameter}' is fed by {len(several)} folders"
            problems.append(
                Diagnostic("PG312", message, hint=f"say --collect {parameter} or --chain {parameter}")
            )
        found.append(Input(parameter, tuple(several), feed))
    return tuple(found)


def _pairs(given: Iterable[str], option: str, form: str, problems: list[Diagnostic]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            problems.append(
                Diagnostic("PG301", f"option {option}: '{name}' is not followed by =VALUE", hint=form)
            )
        elif found.setdefault(name, value) != value:
            problems.append(Diagnostic("PG301", f"option {option}: '{name}' is given twice"))
    return found


def _name_of(target: str) -> str:
    from pipegen.dsl.define import kebab

    return kebab(target.rpartition(":")[2])


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of times")
    return int(text)


def _factor(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number >= 1")
    return number


def _time(text: str) -> float:
    try:
        return seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write it like '30s', '5m' or '1h30m'") from None


def _positive_time(text: str) -> float:
    found = _time(text)
    if found <= 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not more than zero")
    return found
