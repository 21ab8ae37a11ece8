"""Turn what a user gave as options into `ir.Options`, saying what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import get_args

from pipegen.errors import Diagnostic, Origin, suggest
from pipegen.ir import Cache, Options, Resources, Retry, Trigger
from pipegen.units import duration

TRIGGERS: tuple[str, ...] = get_args(Trigger)
_NONE = Options()


def options_of(
    given: Mapping[str, object],
    owner: str,
    origin: Origin,
    problems: list[Diagnostic],
    under: Options = _NONE,
) -> Options:
    """The options in `given`, laid over `under`."""
    found: dict[str, object] = {}
    for key, value in given.items():
        read = _READERS.get(key)
        if read is None:
            hint = suggest(key, (*_READERS, "mode", "slug"))
            problems.append(Diagnostic("PG118", f"{owner} has no option '{key}'", origin, hint))
        elif value is not None:
            try:
                found[key] = read(value)
            except ValueError as error:
                problems.append(Diagnostic("PG118", f"{key} of {owner} {error}", origin, _HINTS[key]))
    for key in ("env", "labels", "metadata"):
        if key in found:
            found[key] = {**getattr(under, key), **found[key]}  # type: ignore[dict-item]
    return _with_gpu(replace(under, **found))  # type: ignore[arg-type]


def _with_gpu(options: Options) -> Options:
    """`metadata = {"requires_gpu": True}` asks for one GPU."""
    if options.metadata.get("requires_gpu") is not True or (options.resources and options.resources.gpu):
        return options
    return replace(options, resources=replace(options.resources or Resources(), gpu=1))


def _retry(value: object) -> Retry:
    if isinstance(value, bool) or not isinstance(value, (int, Retry)):
        raise ValueError(f"must be Retry(...) or a number, not {value!r}")
    retry = Retry(value) if isinstance(value, int) else value
    backoff = _time(retry.backoff)
    return replace(retry, backoff=backoff, max_backoff=retry.max_backoff and _time(retry.max_backoff))


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
    sizes = {key: getattr(value, key) for key in ("cpu", "memory", "ephemeral_storage")}
    cpu, memory, storage = (None if size is None else _size(size) for size in sizes.values())
    if isinstance(value.gpu, bool) or not isinstance(value.gpu, int):
        raise ValueError(f"asks for {value.gpu!r} GPUs, which is no whole number")
    return Resources(cpu, memory, storage, value.gpu)


def _size(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else _text(value)


def _cache(value: object) -> Cache:
    if isinstance(value, bool):
        return Cache(enabled=value)
    if not isinstance(value, Cache):
        raise ValueError(f"must be True, False or Cache(...), not {value!r}")
    return replace(value, key=tuple(_text(one) for one in value.key))


def _trigger(value: object) -> str:
    if value not in TRIGGERS:
        raise ValueError(f"is {value!r}, which is no trigger rule")
    return str(value)


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a mapping of text to text, not {value!r}")
    return {_text(key): _text(one) for key, one in value.items()}


def _json(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a mapping, not {value!r}")
    return {_text(key): json_value(one) for key, one in value.items()}


def json_value(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return _json(value)
    if isinstance(value, (list, tuple)):
        return [json_value(one) for one in value]
    raise ValueError(f"holds {value!r}, which is not JSON")


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
}
