"""Places in generated documents: read from text, and found again when the document around them has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.errors import Diagnostic, PipegenError, suggest

GONE = object()
_INDEX = re.compile(r"\[(-?\d+)\]")
_NAMED = re.compile(r"\[name=([^\]]*)\]")
_QUOTED = re.compile(r"""\[(["'])(.*?)\1\]""")


@dataclass(frozen=True, slots=True)
class Step:
    """One key, or one item of a list: by its name, by what stands before it, or by its number."""

    key: str | int
    name: str | None = None
    pair: tuple[Any, Any] | None = None

    @property
    def text(self) -> str:
        if self.name is not None:
            return f"[name={self.name}]"
        return f"[{self.key}]" if isinstance(self.key, int) else f".{self.key}"


def documents(text: str) -> list[Any] | None:
    """The documents of a generated file; None when it holds none."""
    import yaml

    loader = getattr(
        yaml, "CBaseLoader", yaml.BaseLoader
    )  # texts as they stand, which is all that is compared
    try:
        found = list(yaml.load_all(text, loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if any(isinstance(one, (dict, list)) for one in found) else None


def resolve(found: Sequence[Any], path: str) -> tuple[Step, ...]:
    """The steps to a place; PipegenError says up to where a path leads."""
    try:
        return tuple(_steps(found if len(found) > 1 and _INDEX.match(path) else found[0], path))
    except PipegenError:
        for n, one in enumerate(found[1:], start=1):
            try:
                return (Step(n), *_steps(one, path))
            except PipegenError:
                continue
        raise


def whole(found: Sequence[Any], steps: Sequence[Step], path: str) -> tuple[Step, ...]:
    """Steps that begin with the document's number."""
    numbered = len(found) > 1 and _INDEX.match(path)
    started = bool(steps) and isinstance(steps[0].key, int) and (numbered or isinstance(found[0], dict))
    return tuple(steps) if started and len(found) > 1 else (Step(0), *steps)


def _steps(value: Any, path: str) -> Iterator[Step]:
    done, rest = "", path
    while rest:
        step, rest = _next(value, rest, done or "the document", path)
        done += step.text
        value = value[step.key]
        yield step


def _next(value: Any, rest: str, done: str, path: str) -> tuple[Step, str]:
    done = done.removeprefix(".")
    if isinstance(value, dict):
        quoted = _QUOTED.match(rest)
        if quoted and quoted[2] in value:
            return Step(quoted[2]), rest[quoted.end() :]
        bare = rest.removeprefix(".")
        keys = [key for key in value if re.match(rf"{re.escape(key)}(?=[.\[]|$)", bare)]
        if keys:
            key = max(keys, key=len)
            return Step(key), bare[len(key) :]
        word = re.split(r"[.\[]", bare, maxsplit=1)[0]
        raise _nowhere(path, f"{done} has no '{word}'", suggest(word, value))
    if isinstance(value, list):
        named, index = _NAMED.match(rest), _INDEX.match(rest)
        names = {str(one.get("name")): n for n, one in enumerate(value) if isinstance(one, dict)}
        if named and named[1] in names:
            return _item(value, names[named[1]]), rest[named.end() :]
        if named:
            raise _nowhere(path, f"{done} has no item of the name '{named[1]}'", suggest(named[1], names))
        if index and -len(value) <= int(index[1]) < len(value):
            return _item(value, int(index[1]) % len(value)), rest[index.end() :]
        raise _nowhere(path, f"{done} is a list of {len(value)}", f"write [0] to [{len(value) - 1}]")
    raise _nowhere(path, f"{done} holds nothing further", f"ask about {done}")


def _item(value: Sequence[Any], index: int) -> Step:
    one = value[index]
    if isinstance(one, dict):
        name = one.get("name")
        alone = sum(isinstance(other, dict) and other.get("name") == name for other in value) == 1
        return Step(index, name if isinstance(name, str) and alone else None)
    return Step(index, pair=(value[index - 1] if index else None, one))


def _nowhere(path: str, problem: str, hint: str) -> PipegenError:
    hint = hint or "open the file and write the keys that lead there, with a dot between them"
    return PipegenError(Diagnostic("PG375", f"there is no '{path}': {problem}", None, hint))


def follow(value: Any, steps: Sequence[Step], *, strict: bool = False) -> Any:
    """What stands at a place; GONE when nothing does. Strict: under the same names alone."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step.key, GONE)
        elif isinstance(value, list) and isinstance(step.key, int):
            value = _found(value, step, strict)
        else:
            return GONE
        if value is GONE:
            return GONE
    return value


def _found(value: Sequence[Any], step: Step, strict: bool) -> Any:
    assert isinstance(step.key, int)
    if step.name is not None:
        named = [one for one in value if isinstance(one, dict) and one.get("name") == step.name]
        if named or strict:
            return named[0] if named else GONE
    if step.pair is not None:
        befores = zip([None, *value], value, strict=False)
        if any(pair == step.pair for pair in befores):
            return step.pair[1]
    return value[step.key] if step.key < len(value) else GONE
