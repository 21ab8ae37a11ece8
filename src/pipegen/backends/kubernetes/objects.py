"""A pipeline's objects as a cluster takes them: one beside the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar, cast

T = TypeVar("T")


def side_by_side(config: T) -> T:
    """The config of a backend, without a layout for another tool."""
    plain: Any = config
    return cast(T, replace(plain, companions=replace(plain.companions, layout="files", overlay=None)))
