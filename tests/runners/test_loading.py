"""Configs from files, mappings, single settings and the section `run` of values."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from config_texts import nodes, said, written

from pipegen.app import config_files, installed
from pipegen.engine.configs import PROCESSORS, RUNNERS, Given, load, run_settings
from pipegen.engine.configs.section import check
from pipegen.values.document import Values

YAML = "type: local\nprefix: [nice]\nenv_vars: {NUM: 4, VERSION: 1.10, ON: true, ZIP: 0123}\ntimeout: '120'\n"


TIDY = """
from typing import ClassVar

from pipegen.engine.configs import Config
from pipegen.engine.processors.contract import Processed


class Tidy:
    name: ClassVar[str] = "tidy"
    summary: ClassVar[str] = "tidies up"
    config: ClassVar[type[Config]] = Config

    def process(self, finished, config):
        return Processed("tidy")


class Broken:
    name = summary = "broken"
    config = dict
    process = None


class Empty:
    pass
"""
ENTRY_POINTS = """
[pipegen.processors]
tidy = acme_things:Tidy
broken = acme_things:Broken
empty = acme_things:Empty
gone = acme_nowhere:Gone

[pipegen.stores]
docker = acme_things:Tidy
"""


@pytest.fixture(autouse=True)
def things_of_another_package(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed as far as pipegen looks: a module, and entry points beside it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "acme_things-1.0.dist-info").mkdir()
    (folder / "acme_things-1.0.dist-info" / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    (folder / "acme_things.py").write_text(TIDY, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)


def settings(text: str, pipeline: str | None = None, root: Path | None = None, **given: Any) -> Any:
    return run_settings(Values(nodes(text)), pipeline, Given(**given), root)


def test_a_scalar_is_text_where_the_field_takes_text(tmp_path: Path) -> None:
    config = load(RUNNERS, None, written(tmp_path, "a.yaml", YAML), root=tmp_path).config
    assert config.env_vars == {"NUM": "4", "VERSION": "1.10", "ON": "true", "ZIP": "0123"}
    assert config.timeout == 120


def test_yaml_json_a_mapping_and_single_settings_come_to_the_same(tmp_path: Path) -> None:
    plain = {"type": "local", "prefix": ["nice"], "env_vars": {"NUM": 4}, "timeout": 120}
    places: list[Any] = [
        written(tmp_path, "a.yaml", "type: local\nprefix: nice\nenv_vars: {NUM: 4}\ntimeout: 2m\n"),
        written(tmp_path, "a.json", json.dumps(plain)),
        plain,
    ]
    found = [load(RUNNERS, name, one, root=tmp_path) for one in places for name in (None, "local")]
    sets = ["prefix=[nice]", "env_vars.NUM=4", "timeout=120"]
    found.append(load(RUNNERS, "local", sets=sets, root=tmp_path))
    assert {one.name for one in found} == {"local"}
    assert all(one.config == found[0].config for one in found)


def test_a_variable_of_the_environment_is_filled_in_only_when_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "a.yaml", "type: local\nenv_vars: {NUM: '${NUM:-4}', A: '$${A}'}\n")
    assert "PG213" in said(load, RUNNERS, None, path, root=tmp_path)[0]
    config = load(RUNNERS, None, path, root=tmp_path, expand_env=True).config
    assert config.env_vars == {"NUM": "4", "A": "${A}"}
    monkeypatch.setenv("NUM", "5")
    assert load(RUNNERS, None, path, root=tmp_path, expand_env=True).config.env_vars["NUM"] == "5"


def test_what_a_single_setting_gets_wrong_is_told_with_the_option(tmp_path: Path) -> None:
    option = "--runner-set"
    found = said(load, RUNNERS, "local", sets=["timeout=1", "prefx=x", "env_vars=[a"], option=option)
    assert [one.partition(": ")[0] for one in found] == ["--runner-set env_vars=[a"]
    found = said(load, RUNNERS, "local", sets=["timeout=1", "prefx=x"], option=option)
    assert [one.partition(": ")[0] for one in found] == ["--runner-set prefx=x", "--runner-set timeout=1"]


RUN = """
run:
  runner: {type: docker, image: "app:1.0", cpu: 2, env_vars: {A: 1}}
  processors: [tidy, {type: tidy}]
  store: sqlite
  workers: 4
pipelines:
  nightly: {run: {runner: {image: "app:2.0"}, workers: 1}}
  here: {run: {runner: {type: local, image: null}}}
"""


def test_the_section_run_says_it_all_and_a_pipeline_may_say_otherwise() -> None:
    found = settings(RUN)
    assert (found.runner.name, found.runner.config.image, found.runner.config.cpu) == ("docker", "app:1.0", 2)
    assert [one.name for one in found.processors] == ["tidy", "tidy"]
    assert found.store is not None and found.store.name == "sqlite"
    assert found.workers == 4
    nightly = settings(RUN, "nightly")
    assert (nightly.runner.config.image, nightly.runner.config.cpu, nightly.workers) == ("app:2.0", 2, 1)


def test_without_a_word_tasks_run_here() -> None:
    for values in (None, Values(nodes("dvc: {}"))):
        found = run_settings(values, "any")
        assert found.runner.name == "local"
        assert (found.processors, found.store, found.workers) == ((), None, None)


def test_the_command_line_is_stronger_than_values(tmp_path: Path) -> None:
    path = written(tmp_path, "docker.yaml", "type: docker\nimage: app:3.0\n")
    found = settings(RUN, runner_config=path, runner_sets=["memory=1g"]).runner.config
    assert (found.image, found.cpu, found.memory) == ("app:3.0", 2, "1g"), "of one type, they are merged"
    other = settings(RUN, runner="local", runner_sets=["timeout=60"]).runner
    assert (other.name, other.config.timeout) == ("local", 60)
    plain = settings("run: {workers: 2}", runner_config=path).runner
    assert (plain.name, plain.config.cpu) == ("docker", None)
    assert "PG183" in said(settings, RUN, runner="local", runner_config=path)[0]
    chosen = settings(RUN, runner_sets=["type=local", "timeout=60"]).runner
    assert (chosen.name, chosen.config.timeout) == ("local", 60), "a single setting may be the type"
    chosen = settings("run: {workers: 2}", runner_sets=["image=app:4.0", "type=docker"]).runner
    assert (chosen.name, chosen.config.image) == ("docker", "app:4.0")


def test_processors_of_the_command_line_come_after_those_of_values(tmp_path: Path) -> None:
    path = written(tmp_path, "tidy.yaml", "type: tidy\n")
    assert len(settings(RUN, processor_configs=[path]).processors) == 3


BROKEN = [
    ("broken", "has a config that is no pydantic model"),
    ("empty", "has no name, summary, config, process"),
    ("gone", "cannot be loaded: ModuleNotFoundError: No module named 'acme_nowhere'"),
]


@pytest.mark.parametrize(("name", "problem"), BROKEN)
def test_what_does_not_keep_the_contract_is_told_with_its_package(name: str, problem: str) -> None:
    (found,) = said(load, PROCESSORS, None, {"type": name})
    assert f"error[PG721]: post-processor '{name}' (acme_" in found
    assert problem in found


def test_a_name_of_several_kinds_of_thing_needs_its_kind(tmp_path: Path) -> None:
    (found,) = said(installed.thing, "docker")
    assert found == (
        "error[PG723]: 'docker' is the name of a runner and of a store (--kind runner or --kind store)"
    )
    assert installed.thing("docker", "runner").reference.startswith("pipegen.")
    path = written(tmp_path, "docker.yaml", "type: docker\nimage: app:1.0\n")
    assert "PG723" in said(config_files.validate, path)[0]
    assert config_files.validate(path, kind="runner") == ("docker",)


def test_everything_wrong_in_the_section_is_told_at_once() -> None:
    wrong = """
run:
  runner: {type: docker, imag: "app:1.0", cpu: 0}
  processors: [noo, {path: x}, [a], null]
  store: {type: sqllite}
  worker: 2
"""
    found = [str(one) for one in check(nodes(wrong))]
    places = sorted({(one.partition(" error[")[0], one.partition("[")[2][:5]) for one in found})
    assert places == [
        ("values.yaml:3:26:", "PG220"),
        ("values.yaml:3:48:", "PG224"),
        ("values.yaml:4:16:", "PG720"),
        ("values.yaml:4:21:", "PG722"),
        ("values.yaml:4:32:", "PG222"),
        ("values.yaml:4:37:", "PG722"),
        ("values.yaml:5:17:", "PG720"),
        ("values.yaml:6:3:", "PG220"),
    ]
    assert [one.code for one in check(nodes("pipelines: {a: {run: [a]}, b: {run: }}"))] == ["PG222"]


def test_a_section_that_a_pipeline_completes_is_not_wrong_yet() -> None:
    text = "run: {runner: {type: docker, cpu: 2}}\npipelines: {a: {run: {runner: {image: 'app:1'}}}}\n"
    assert list(check(nodes(text))) == []
    assert [one.code for one in check(nodes(text.partition("\n")[0]))] == ["PG234"]


GENERATES = """
import sys
from pipegen.cli import main
sys.argv = ["pipegen", "generate", "words.py", "--backend", "dvc"]
try:
    main()
except SystemExit as end:
    assert not end.code
print(*(one for one in sys.modules if one.startswith(("pipegen.engine", "pydantic"))))
"""


def test_generate_knows_the_section_and_reads_nothing_of_it(tmp_path: Path) -> None:
    written(tmp_path, "pyproject.toml", '[project]\nname = "acme"\n')
    written(tmp_path, "values.yaml", "run: {runner: {type: gone, x: 1}}\npipelines: {words: {run: {y: 2}}}\n")
    steps = 'from pipegen import Pipeline, step\n\n@step\ndef a() -> None: ...\n\nwords = Pipeline("words", a())\n'
    written(tmp_path, "words.py", steps)
    words = [sys.executable, "-c", GENERATES]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
    assert (tmp_path / "dvc.yaml").is_file()
