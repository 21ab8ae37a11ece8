"""Turn what a user gave as options into `ir.Options`, saying what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import get_args

from pipegen.errors import Diagnostic, Origin, suggest
from pipegen.ir import Cache, Mode, Options, Resources, Retry, Trigger
from pipegen.option_rules import wrong_options
from pipegen.plain_json import json_value
from pipegen.units import duration
from pipegen.values.options import gpu_as_asked

TRIGGERS: tuple[str, ...] = get_args(Trigger)
MODES: tuple[str, ...] = get_args(Mode)
_NONE = Options()


def options_of(
    given: Mapping[str, object],
    owner: str,
    place: Callable[[str], Origin],
    problems: list[Diagnostic],
    under: Options = _NONE,
) -> Options:
    """The options in `given`, laid over `under`; None takes one back. `place` says where one is written."""
    found: dict[str, object] = {}
    for key, value in given.items():
        read = _READERS.get(key)
        if read is None:
            hint = suggest(key, (*_READERS, "slug"))
            problems.append(Diagnostic("PG118", f"{owner} has no option '{key}'", place(key), hint))
            continue
        try:
            found[key] = getattr(_NONE, key) if value is None else read(value)
        except ValueError as error:
            problems.append(Diagnostic("PG118", f"{key} of {owner} {error}", place(key), _HINTS[key]))
    asked = wrong_options(Options(**found)) if found else ()  # type: ignore[arg-type]
    problems.extend(wrong.told(owner, place(wrong.key)) for wrong in asked)
    for key in ("env", "labels", "metadata"):
        if given.get(key) is not None and key in found:
            found[key] = {**getattr(under, key), **found[key]}  # type: ignore[dict-item]
    options = replace(under, **found)  # type: ignore[arg-type]
    return gpu_as_asked(_NONE if "resources" in found else under, options)


def _retry(value: object) -> Retry:
    retry = Retry(value) if isinstance(value, int) else value
    if not isinstance(retry, Retry) or isinstance(value, bool):
        raise ValueError(f"must be Retry(...) or a number, not {value!r}")
    longest = None if retry.max_backoff is None else _time(retry.max_backoff)
    return Retry(_count(retry.limit), _time(retry.backoff), _number(retry.factor), longest)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must count in whole numbers, not in {value!r}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"must have a number as its factor, not {value!r}")
    return float(value)


def _time(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return duration(value)
    return _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {value!r}")
    return value


def _resources(value: object) -> Resources:
    if not isinstance(value, Resources):
        raise ValueError(f"must be Resources(...), not {value!r}")
    sizes = (value.cpu, value.memory, value.ephemeral_storage)
    cpu, memory, storage = (None if size is None else _size(size) for size in sizes)
    return Resources(cpu, memory, storage, _count(value.gpu))


def _size(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(value)


def _cache(value: object) -> Cache:
    cache = Cache(value) if isinstance(value, bool) else value
    if not isinstance(cache, Cache) or not isinstance(cache.enabled, bool):
        raise ValueError(f"must be True, False or Cache(...), not {value!r}")
    if not isinstance(cache.key, (tuple, list)):
        raise ValueError(f"must have a tuple of texts as its key, not {cache.key!r}")
    return Cache(cache.enabled, tuple(_text(one) for one in cache.key))


def _trigger(value: object) -> str:
    if value not in TRIGGERS:
        raise ValueError(f"is {value!r}, which is no trigger rule")
    return str(value)


def _mode(value: object) -> str:
    if value not in MODES:
        raise ValueError(f"is {value!r}, which is no execution mode")
    return str(value)


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a mapping of text to text, not {value!r}")
    return {_text(key): _text(one) for key, one in value.items()}


def _json(value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a mapping, not {value!r}")
    return json_value(value)


_READERS: Mapping[str, Callable[[object], object]] = {
    "retry": _retry,
    "timeout": _time,
    "resources": _resources,
    "cache": _cache,
    "trigger": _trigger,
    "image": _text,
    "env": _texts,
    "labels": _texts,
    "metadata": _json,
    "mode": _mode,
}
_HINTS = {
    "retry": 'for example Retry(limit=3, backoff="30s")',
    "timeout": 'for example "1h30m", or seconds',
    "resources": 'for example Resources(cpu="500m", memory="2Gi")',
    "cache": 'for example False, or Cache(key=("v2",))',
    "trigger": f"one of {', '.join(TRIGGERS)}",
    "image": 'for example "registry.example.com/team/app:1.4"',
    "env": 'for example {"TZ": "UTC"}',
    "labels": 'for example {"team": "search"}',
    "metadata": 'for example {"requires_gpu": True}',
    "mode": f"one of {', '.join(MODES)}",
}
