"""What a dvc.yaml looks like; `pytest --regenerate` writes the files anew and a reviewer reads the diff."""

from __future__ import annotations

from pathlib import Path

import pytest
from pipelines import CONTEXT, generated, pipeline, spliced, task

from pipegen.backends.dvc.config import DvcConfig, PlotConfig, StageConfig
from pipegen.ir import Cache, Options, Parameter, Retry

GOLDEN = Path(__file__).with_name("golden")
FOREIGN = """\
# Ours, by hand.
vars: [params.yaml]

stages:
    prepare:  # before anything else
        cmd: ./prepare.sh ${input}
        outs: [data/raw]

# What we watch.
metrics:
- metrics.json
"""


def everything() -> str:
    """Every option of a task and of the values, once."""
    options = Options(
        retry=Retry(3, "30s", 1.5, "10m"),
        timeout="1h",
        env={"TZ": "Europe/Berlin", "SCORE__MODEL": "it's ${medium}"},
        cache=Cache(enabled=False, key=("v2", "it's ${new}")),
        labels={"team": "search"},
        metadata={"owner": "ana", "needs": ["gpu"], "note": "${not a variable}"},
    )
    config = DvcConfig(
        artifacts="data/artifacts",
        prefix="nightly-",
        command=("uv", "run", "pipegen"),
        env_file=".env",
        deps=("uv.lock",),
        remote="storage",
        stages={
            "score": StageConfig(
                deps=("models/words.txt",),
                params={"params.yaml": ("score.rate",), "other.toml": ()},
                metrics=("data.json",),
                plots=(
                    "data/loss.csv",
                    PlotConfig("data/roc.csv", x="fpr", y=("tpr", "best"), title="ROC"),
                ),
                cache=False,
                push=False,
                remote="backup",
                persist=True,
                frozen=True,
                always_changed=True,
            )
        },
    )
    parameters = (Parameter("model", (("fetch", "model"), ("score", "model")), "large", has_default=True),)
    tasks = (task("fetch"), task("score", reviews="fetch", options=options), task("report", scores="score"))
    described = "Scores of all reviews.\n\nRuns nightly."
    return generated(pipeline("reviews", *tasks, parameters=parameters, description=described), config)


def names() -> str:
    """Names that YAML, a shell, DVC or a disk would stumble over."""
    given = [
        "übung",
        "a b",
        "${x}",
        "it's",
        "a/b",
        "x" * 300,
        "🎉",
        "names-settings",
        "n",
        "yes",
        "1",
        "$HOME; rm -rf /",
    ]
    return generated(
        pipeline("names", *(task(name, "score") for name in given), task("all", "report", *given))
    )


CASES = {
    "plain": lambda: generated(pipeline()),
    "everything": everything,
    "names": names,
    "elsewhere": lambda: generated(
        pipeline(),
        DvcConfig(wdir="work/here", stages={"score": StageConfig(metrics=("data.json",))}),
        CONTEXT._replace(to_root="../..", out="deploy/dvc"),
    ),
    "settings-file": lambda: generated(pipeline(), DvcConfig(settings="file")),
    "settings-ignore": lambda: generated(pipeline(), DvcConfig(settings="ignore")),
    "beside": lambda: spliced(
        spliced(FOREIGN, pipeline(), DvcConfig(stages={"score": StageConfig(metrics=("data.json",))})),
        pipeline("weekly"),
        DvcConfig(prefix="weekly-"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_file_looks_as_it_did(case: str, regenerate: bool) -> None:
    text, file = CASES[case](), GOLDEN / f"{case}.yaml"
    if regenerate:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_there_is_no_file_without_a_case() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(CASES)
