"""Modules of one test are gone in the next, and so is what loading them put on the import path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest


@pytest.fixture(autouse=True)
def nothing_stays_imported() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if any("pytest-" in place for place in _places(sys.modules[name])):
            del sys.modules[name]


def _places(module: ModuleType) -> list[str]:
    """Where a module was found; a package without __init__ has folders alone."""
    return [str(module.__dict__.get("__file__")), *map(str, module.__dict__.get("__path__", ()))]
