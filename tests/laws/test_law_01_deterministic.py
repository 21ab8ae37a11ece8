"""Law 1: the same source and values give the same bytes on any machine, folder, hash seed and Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from compiling import BACKENDS, compiled_or_refused
from hypothesis import given
from pythons import pythons
from random_pipelines import examples, pipelines
from sample import COMMANDS, FILES, made_by
from toys import Toy

from pipegen import registry
from pipegen.ir import Pipeline
from pipegen.ir_json import from_json, to_json
from pipegen.link import link

Made = Mapping[str, Mapping[str, bytes]]


def differences(made: Made) -> list[str]:
    """Which files differ between runs, and between which; nothing when all is as it should be."""
    (first, expected), *others = made.items()
    return [
        f"{path}: {first} and {name} differ"
        for name, files in others
        for path in sorted({*expected, *files})
        if expected.get(path) != files.get(path)
    ]


def under_seeds(folder: Path, commands: Sequence[str] = COMMANDS, files: Mapping[str, str] = FILES) -> Made:
    return {
        f"seed {seed}": made_by(folder / f"seed-{seed}", *commands, env={"PYTHONHASHSEED": seed}, files=files)
        for seed in ("0", "1", "4711")
    }


def test_the_seed_of_hashes_does_not_show(tmp_path: Path) -> None:
    assert differences(under_seeds(tmp_path)) == []


def elsewhere(folder: Path, commands: Sequence[str] = COMMANDS, files: Mapping[str, str] = FILES) -> Made:
    other = folder / "a much longer name" / "deep" / "down"
    other.mkdir(parents=True)
    strange = {"HOME": str(folder), "LANG": "C", "TZ": "Asia/Tokyo", "USER": "somebody", "COLUMNS": "40"}
    return {
        "here": made_by(folder / "a", *commands, files=files),
        "elsewhere": made_by(other, *commands, env=strange, files=files),
    }


def test_the_folder_and_the_surroundings_do_not_show(tmp_path: Path) -> None:
    assert differences(elsewhere(tmp_path)) == []


def under_pythons(folder: Path, commands: Sequence[str] = COMMANDS, files: Mapping[str, str] = FILES) -> Made:
    return {
        version: made_by(folder / version, *commands, python=python, files=files)
        for version, python in pythons().items()
    }


@pytest.mark.engine
def test_the_version_of_python_does_not_show(tmp_path: Path) -> None:
    made = under_pythons(tmp_path)
    compared = f"compared Python {', '.join(made)}"
    if len(made) == 1:  # nothing to compare with on this machine: other seeds are compared instead
        made, compared = under_seeds(tmp_path), f"only Python {', '.join(made)} is here; compared hash seeds"
    assert differences(made) == [], compared


PLANTED = {
    "seed": (under_seeds, "hash('a')"),
    "order of a set": (under_seeds, "' '.join({'a', 'b', 'c', 'd', 'e', 'f'})"),
    "folder": (elsewhere, "__import__('os').getcwd()"),
    "user": (elsewhere, "__import__('os').environ.get('USER')"),
    "time zone": (elsewhere, "__import__('time').strftime('%Z')"),
}


def depending_on(expression: str) -> dict[str, str]:
    """The sample with a pipeline whose description is what Python makes of an expression."""
    return {**FILES, "flow.py": FILES["flow.py"].replace('"Scores of all reviews"', f"str({expression})")}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_pipeline_that_does_depend_on_them_is_noticed(tmp_path: Path, planted: str) -> None:
    make, expression = PLANTED[planted]
    assert differences(make(tmp_path, ["export flow.py"], depending_on(expression)))


@pytest.mark.engine
def test_a_pipeline_that_depends_on_the_version_of_python_is_noticed(tmp_path: Path) -> None:
    made = under_pythons(tmp_path, ["export flow.py"], depending_on("__import__('sys').version"))
    assert len(made) == 1 or differences(made)


def repeated(pipeline: Pipeline, backend: object) -> Made:
    """The files of a pipeline, of itself again, and of what its document says."""
    again = link(from_json(to_json(pipeline), "p.json"))
    found = [compiled_or_refused(one, backend) or {} for one in (pipeline, pipeline, again)]  # type: ignore[arg-type]
    return {
        name: {path: text.encode() for path, text in one.items()}
        for name, one in zip("123", found, strict=True)
    }


@pytest.mark.parametrize("backend", BACKENDS)
@examples(25)
@given(pipeline=pipelines())
def test_any_pipeline_compiles_to_the_same_each_time_and_from_its_document(
    backend: str, pipeline: Pipeline
) -> None:
    assert differences(repeated(pipeline, registry.backend(backend))) == []


@examples(5)
@given(pipeline=pipelines())
def test_a_backend_that_writes_something_else_each_time_is_noticed(pipeline: Pipeline) -> None:
    assert differences(repeated(pipeline, Toy(lambda _: os.urandom(8).hex())))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_laws_are_about_pipelines_that_compile(backend: str) -> None:
    compiled: list[bool] = []

    @examples(30)
    @given(pipeline=pipelines())
    def look(pipeline: Pipeline) -> None:
        compiled.append(compiled_or_refused(pipeline, backend) is not None)

    look()
    assert sum(compiled) > 0.5 * len(compiled)  # Argo refuses a concurrency without a schedule: three in ten
