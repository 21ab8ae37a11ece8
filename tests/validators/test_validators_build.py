"""The program is built on demand, or it is said why it cannot be."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path

import pytest

from validators import building


def test_the_definitions_are_those_that_argo_publishes() -> None:
    folder = building.VALIDATE.sources / "crds"
    assert (folder / "SHA256SUMS").read_text() == "".join(
        f"{hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()}  {path.stem}\n"
        for path in sorted(folder.glob("*.gz"))
    )


@pytest.mark.engine
@pytest.mark.parametrize(
    "program", [building.VALIDATE, building.KUSTOMIZE, building.HELM], ids=lambda one: one.name
)
def test_a_program_is_built_once(program: building.Program) -> None:
    path = building.binary(program)
    assert path == building.binary(program)
    assert [one.name for one in building.KEPT.glob(f"{program.name}-*")] == [path.name]


def test_without_go_a_test_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Go is not installed"):
        building.build(tmp_path / "validate")


def test_in_ci_a_test_without_go_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no validators in CI: Go is not installed"):
        building.build(tmp_path / "validate")


@pytest.mark.engine
def test_without_a_way_to_the_modules_a_test_is_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    building.binary()  # skips here where there is no Go
    for name, value in {"GOPROXY": "off", "GOMODCACHE": str(tmp_path / "modules")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"modules of .* cannot be had"):
        building.build(tmp_path / "validate")
