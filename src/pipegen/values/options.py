"""A task's options and values for them, one over the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pipegen.ir import Cache, Options, Resources, Retry
from pipegen.values.unset import UNSET

if TYPE_CHECKING:
    from pipegen.values.model import CacheValues, ResourceValues, RetryValues, TaskValues
    from pipegen.values.unset import Unset

_Part = TypeVar("_Part", Retry, Resources, Cache)
_Item = TypeVar("_Item")
_NOTHING = Options()


def stronger(values: TaskValues, options: Options) -> Options:
    """The options with the values over them: field by field, key by key; null takes away."""
    return Options(
        retry=_patched(options.retry, values.retry, Retry()),
        timeout=options.timeout if values.timeout is UNSET else values.timeout,
        resources=_patched(options.resources, values.resources, Resources()),
        cache=_patched(options.cache, values.cache, Cache()),
        trigger=options.trigger if values.trigger is UNSET else values.trigger,
        image=options.image if values.image is UNSET else values.image,
        env=patched_keys(options.env, values.env),
        labels=patched_keys(options.labels, values.labels),
        metadata=patched_keys(options.metadata, values.metadata),
        mode=options.mode if values.mode is UNSET else values.mode,
    )


def weaker(base: Options, code: Options) -> Options:
    """The options that the code asks for, over those that values give to every task.

    The code does not say what it leaves as it is in `Options()`. Two fields are always said by whoever
    writes the option at all, because that is what it is for: a retry's limit, and whether a cache is enabled.
    """
    return Options(
        retry=_said(base.retry, code.retry, Retry(), always="limit"),
        timeout=base.timeout if code.timeout is None else code.timeout,
        resources=_said(base.resources, code.resources, Resources()),
        cache=_said(base.cache, code.cache, Cache(), always="enabled"),
        trigger=base.trigger if code.trigger == _NOTHING.trigger else code.trigger,
        image=base.image if code.image is None else code.image,
        env={**base.env, **code.env},
        labels={**base.labels, **code.labels},
        metadata={**base.metadata, **code.metadata},
        mode=code.mode,
    )


def gpu_as_asked(before: Options, after: Options) -> Options:
    """`metadata: {requires_gpu: true}` asks for one GPU, and taking that back gives it back."""
    needed, needs = (one.metadata.get("requires_gpu") is True for one in (before, after))
    resources = after.resources or Resources()
    if needs and not needed and not resources.gpu:
        return replace(after, resources=replace(resources, gpu=1))
    if needed and not needs and resources.gpu and resources == before.resources:
        left = replace(resources, gpu=0)
        return replace(after, resources=None if left == Resources() else left)
    return after


def without_idle_retry(options: Options) -> Options:
    """A retry with limit 0 is none: no backend need refuse it."""
    if options.retry is not None and options.retry.limit == 0:
        return replace(options, retry=None)
    return options


def patched_keys(below: Mapping[str, _Item], over: Mapping[str, _Item | None]) -> Mapping[str, _Item]:
    """Two mappings key by key; null takes a key away."""
    if not over:
        return below
    return {key: value for key, value in {**below, **over}.items() if value is not None}


def _patched(
    below: _Part | None, over: RetryValues | ResourceValues | CacheValues | None | Unset, blank: _Part
) -> _Part | None:
    if over is UNSET:
        return below
    if over is None:
        return None
    given: dict[str, Any] = {
        one.name: value for one in fields(over) if (value := getattr(over, one.name)) is not UNSET
    }
    return replace(below or blank, **given)


def _said(base: _Part | None, code: _Part | None, blank: _Part, always: str = "") -> _Part | None:
    if base is None or code is None:
        return code or base
    given: dict[str, Any] = {
        one.name: value
        for one in fields(code)
        if (value := getattr(code, one.name)) != getattr(blank, one.name) or one.name == always
    }
    return replace(base, **given)
