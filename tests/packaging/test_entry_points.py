"""The entry points that pyproject.toml declares."""

from __future__ import annotations

import tomllib

import pytest
from installing import ROOT

from pipegen import plugins, registry
from pipegen.backend import FEATURES, Support

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = [
    (group, name, reference)
    for group, entries in PROJECT["entry-points"].items()
    for name, reference in entries.items()
]


@pytest.mark.parametrize(("group", "name", "reference"), DECLARED)
def test_every_entry_point_leads_somewhere(group: str, name: str, reference: str) -> None:
    assert plugins.load(reference) is not None
    assert plugins.entry_points(group)[name] == reference


@pytest.mark.parametrize("name", PROJECT["entry-points"]["pipegen.backends"])
def test_a_built_in_backend_keeps_the_contract(name: str) -> None:
    backend = registry.backend(name)
    assert backend.name == name
    assert backend.summary
    assert all(isinstance(backend.can.of(feature), Support) for feature in FEATURES)


def test_the_command_is_called_pipegen() -> None:
    assert list(PROJECT["scripts"]) == ["pipegen"]
    assert callable(plugins.load(PROJECT["scripts"]["pipegen"]))
