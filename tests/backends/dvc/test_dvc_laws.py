"""Whatever a pipeline is made of, DVC itself takes what is generated, and finds the commands that were meant."""

from __future__ import annotations

import shlex
import string
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from dvc.parsing import ResolveError
from dvc.repo import Repo
from dvc.schema import COMPILED_MULTI_STAGE_SCHEMA
from dvc.utils.serialize import parse_yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pipelines import CONTEXT, NAMES, TEXT, generated, pipeline, pipelines, task

from pipegen.backends.command import exec_words, exposed_settings
from pipegen.backends.dvc.config import DvcConfig, PlotConfig, StageConfig
from pipegen.ir import Cache, Options, Parameter, Pipeline
from pipegen.runtime.arguments import parse

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repo]:
    """A DVC repository that holds nothing yet."""
    found = Repo.init(str(tmp_path_factory.mktemp("repo")), no_scm=True)
    yield found
    found.close()


def read(repo: Repo, text: str) -> dict[str, Any]:
    """The stages as DVC understands them: read, checked against its schema, filled in, put into its graph."""
    Path(repo.root_dir, "dvc.yaml").write_text(text, encoding="utf-8", newline="")
    COMPILED_MULTI_STAGE_SCHEMA(parse_yaml(text, "dvc.yaml"))
    repo._reset()
    index = repo.index
    index.check_graph()
    return {stage.name: stage for stage in index.stages}


def command_of(stage: Any) -> list[str]:
    """The words of a stage's command as a shell has them; DVC runs each line of a text by itself."""
    lines = stage.cmd if isinstance(stage.cmd, list) else stage.cmd.splitlines()
    (line,) = lines
    return shlex.split(line)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pipelines(), st.sampled_from(["", "x-", "a_b"]))
def test_dvc_takes_any_pipeline(repo: Repo, one: Pipeline, prefix: str) -> None:
    stages = read(repo, generated(one, DvcConfig(prefix=prefix)))
    mine = [stage for stage in stages.values() if "exec" in command_of(stage)]
    assert len(mine) == len(one.tasks)
    artifacts = {stage.outs[0].def_path for stage in mine}
    assert len({path.lower() for path in artifacts}) == len(one.tasks)
    settings_stages = {stage for stage in stages.values() if stage not in mine}
    exposed = exposed_settings(one)
    for stage, given_task in zip(mine, one.tasks, strict=True):
        words = command_of(stage)
        source = dict(
            zip((one.name for one in one.tasks), (each.outs[0].def_path for each in mine), strict=True)
        )
        expected = exec_words(one, given_task, source.__getitem__, stage.outs[0].def_path, exposed=exposed)
        env = [f"{name}={text}" for name, text in given_task.options.env.items()]
        start = ["env", *env] if env else []
        assert words == [*start, "pipegen", *expected]
        assert settings_stages <= nx.descendants(repo.index.graph, stage), (
            "nothing runs before settings are valid"
        )
        assert parse(expected[1:]).name == given_task.name
        assert not set(stage.name) & (set(string.punctuation) - {"-", "_"})
        assert stage.name.isascii()
        assert len(stage.name) <= 110
        assert {source[name] for name in given_task.upstream} <= {dep.def_path for dep in stage.deps}
        expected_meta = dict(given_task.options.metadata)
        assert expected_meta.items() <= (stage.meta or {}).items()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, TEXT, NAMES)
@example("${x}", "\\${x}", "$${x}")
@example("$", "{", "${")
@example("a\u2028b", "a\x85b\x0cc", "x")
@example("\r\n", "\n", "x")
def test_nothing_is_filled_in_or_cut(repo: Repo, key: str, default: str, name: str) -> None:
    options = Options(cache=Cache(key=(key,)), metadata={default: [key], "k": {key: default}})
    parameter = Parameter("model", ((name, "model"),), default, has_default=True)
    one = pipeline("p", task(name, "score", options=options), parameters=(parameter,), description=default)
    config = DvcConfig(command=("run me", key or "x"), deps=("a ${b} c",))
    stage = list(read(repo, generated(one, config)).values())[-1]
    words = command_of(stage)
    assert words[:2] == ["run me", key or "x"]
    assert words[-1].removeprefix("--cache-key=") == key
    assert stage.meta == {default: [key], "k": {key: default}}
    assert "a ${b} c" in [dep.def_path for dep in stage.deps]


def _other(field: Field[Any]) -> Any:
    """A value of a config field that is not its default."""
    return {
        "ignore": ("schedule",),
        "artifacts": "data/out",
        "prefix": "x-",
        "wdir": "sub/deeper",
        "command": ("uv", "run", "pipegen"),
        "settings": ["file", "ignore"],
        "env_file": "config/.env",
        "deps": ("uv.lock", "a ${b}.txt"),
        "remote": "storage",
        "stages": None,
        "params": {"params.yaml": ("train.rate",), "other.json": ()},
        "metrics": ("data.json",),
        "plots": [("data.json",), (PlotConfig("files/a.csv"),)],
        "cache": False,
        "push": False,
        "persist": True,
        "frozen": True,
        "always_changed": True,
    }[field.name]


def _variants(cls: type, build: Any) -> Iterator[tuple[str, DvcConfig]]:
    for field in fields(cls):
        value = _other(field)
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield f"{cls.__name__}.{field.name}={one}", build(cls(**{field.name: one}))


def _plots() -> Iterator[tuple[str, DvcConfig]]:
    for field in fields(PlotConfig):
        if field.name != "path":
            value = ("a", "b") if field.name == "y" else "word"
            plot = PlotConfig("files/a.csv", **{field.name: value})  # type: ignore[arg-type]
            yield f"PlotConfig.{field.name}", DvcConfig(stages={"score": StageConfig(plots=(plot,))})


CONFIGS: Mapping[str, DvcConfig] = {
    **dict(_variants(DvcConfig, lambda config: config)),
    **dict(_variants(StageConfig, lambda stage: DvcConfig(stages={"score": stage}))),
    **dict(_plots()),
}
NOT_EMITTED = {"DvcConfig.ignore=('schedule',)"}  # it decides what is refused


def test_every_option_that_there_is_stands_in_the_table() -> None:
    declared = {f"{cls.__name__}.{one.name}" for cls in (DvcConfig, StageConfig) for one in fields(cls)}
    assert {name.partition("=")[0] for name in CONFIGS} >= declared - {"DvcConfig.stages"}
    assert {one.name for one in fields(PlotConfig) if one.default is not MISSING} == {
        name.removeprefix("PlotConfig.") for name in CONFIGS if name.startswith("PlotConfig")
    }


@pytest.mark.parametrize("name", sorted(set(CONFIGS) - NOT_EMITTED))
def test_every_option_changes_what_is_generated_and_dvc_takes_it(repo: Repo, name: str) -> None:
    Path(repo.root_dir, "sub/deeper").mkdir(parents=True, exist_ok=True)
    text = generated(pipeline(), CONFIGS[name])
    assert text != generated(pipeline())
    assert read(repo, text)


def test_a_remote_of_one_stage_wins_over_that_of_all() -> None:
    config = DvcConfig(remote="all", stages={"score": StageConfig(remote="one")})
    text = generated(pipeline(), config)
    assert (text.count("remote: all"), text.count("remote: one")) == (2, 1)


def test_two_calls_give_the_same_bytes() -> None:
    assert generated(pipeline()) == generated(pipeline())


def test_where_files_go_changes_only_paths() -> None:
    below = generated(pipeline(), context=CONTEXT._replace(to_root="..", out="sub"))
    without = [line for line in below.split("\n") if line.strip() != "wdir: .."]
    assert without == generated(pipeline()).split("\n")


def test_dvc_would_fill_in_what_is_not_escaped(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipegen.backends.dvc.model.literal", str)
    with pytest.raises(ResolveError):
        read(repo, generated(pipeline("p", task("${x}", "report"))))
