"""Codecs of other packages, through the entry-point door."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy
import pytest
from artifact_samples import refusal

from pipegen.runtime import artifact
from pipegen.runtime.codecs import codec_for, codec_for_value, codec_named, find

PLUGIN = """
import numpy
from pipegen.runtime.codecs import CodecError, writing

class ArrayCodec:
    name = "NAME"
    def fits(self, annotation):
        return annotation is numpy.ndarray
    def takes(self, value):
        return isinstance(value, numpy.ndarray)
    def write(self, value, annotation, folder):
        if not self.takes(value):
            raise CodecError("it is no array", code="PG322")
        with writing(value.nbytes):
            numpy.save(folder / "array.npy", value)
        return len(value)
    def read(self, folder, annotation):
        return numpy.load(folder / "array.npy")
"""


def install(site: Path, distribution: str, name: str = "numpy", source: str = PLUGIN) -> None:
    module = distribution.replace("-", "_")
    (site / f"{module}.py").write_text(source.replace("NAME", name))
    info = site / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(f"[pipegen.codecs]\n{name} = {module}:ArrayCodec\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / re.sub(r"\W", "_", request.node.name)
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_a_type_that_nobody_knows_is_written_by_a_plugin(site: Path, tmp_path: Path) -> None:
    array = numpy.arange(5)
    assert "PG321" in refusal(artifact.write, tmp_path / "a", array, numpy.ndarray, "fetch")
    install(site, "acme-arrays")
    for annotation in (numpy.ndarray, Any, numpy.ndarray | None):
        manifest = artifact.write(tmp_path / "a", array, annotation, "fetch")
        assert (manifest.codec, manifest.items) == ("numpy", 5)
        found: Any = artifact.read(tmp_path / "a", annotation)
        assert found.tolist() == [0, 1, 2, 3, 4]
    assert (
        type(codec_for(numpy.ndarray)).__module__ == type(codec_for_value(array)).__module__ == "acme_arrays"
    )
    assert "'fetch' did not return numpy.ndarray: it is no array" in refusal(
        artifact.write, tmp_path / "a", [1], numpy.ndarray, "fetch"
    )


def test_an_artifact_of_a_plugin_that_is_not_installed_is_refused(site: Path, tmp_path: Path) -> None:
    install(site, "acme-others", "numpy2")
    artifact.write(tmp_path / "a", numpy.arange(5), numpy.ndarray, "fetch")
    sys.path.remove(str(site))
    said = refusal(artifact.read, tmp_path / "a", Any, name="p")
    assert (
        "error[PG331]: what 'fetch' handed on for parameter 'p' cannot be read: there is no codec 'numpy2'"
        in said
    )


BROKEN = [
    ("raise RuntimeError('no numpy here')", "cannot be loaded: RuntimeError: no numpy here"),
    ("x = 1", "cannot be loaded: AttributeError: "),
    ("class ArrayCodec: name = 'NAME'", "is no codec 'broken0': it has no 'fits'"),
    (PLUGIN.replace("NAME", "else"), "is no codec 'broken0': its name is 'else'"),
]


@pytest.mark.parametrize(("source", "words"), BROKEN)
def test_a_plugin_that_is_broken_is_named(source: str, words: str, tmp_path: Path) -> None:
    """In a process of its own: what was imported once stays imported."""
    install(tmp_path, "acme-broken", "broken0", source)
    code = (
        "from pipegen.errors import PipegenError; from pipegen.runtime.codecs import codec_named\n"
        "try: codec_named('broken0')\nexcept PipegenError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.startswith("error[PG339]: ")
    assert "acme_broken:ArrayCodec" in said
    assert words in said


def test_two_plugins_under_one_name_are_refused_and_both_named(site: Path) -> None:
    install(site, "acme-one", "twice")
    install(site, "acme-two", "twice")
    said = refusal(codec_named, "twice")
    assert said == "error[PG341]: codec 'twice' is offered by 'acme-one' and 'acme-two' (remove one of them)"


def test_a_plugin_cannot_take_the_place_of_a_built_in_codec(site: Path) -> None:
    install(site, "acme-json", "json")
    assert type(codec_named("json")).__module__ == "pipegen.runtime.codecs.json"


def test_the_built_in_codecs_enter_by_the_same_door() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["pipegen.codecs"] == find.BUILT_IN
