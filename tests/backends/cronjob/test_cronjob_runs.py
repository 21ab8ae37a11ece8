"""The containers of a generated pod are run here, and hand on the same bytes as the stages of dvc.yaml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_runs import pipegen
from kubelet import Ended, IsolatedPod, LocalPod, Node, isolation_works
from pod_pipelines import pod_of

STEPS = """
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from pipegen import Parameter, Pipeline, Retry, Settings, Step


class Review(BaseModel):
    id: int
    text: str


class FetchSettings(Settings):
    text: str
    token: SecretStr
    limit: int = 3


class Fetch(Step):
    settings: FetchSettings
    retry = Retry(limit=1)

    def run(self) -> Iterator[Review]:
        assert self.settings.token.get_secret_value() == "open sesame"
        for number in range(self.settings.limit):
            yield Review(id=number, text=f"{self.settings.text} {number}")


class ScoreSettings(Settings):
    model: str = "small"


class Score(Step):
    settings: ScoreSettings

    def run(self, reviews: Iterable[Review]) -> list[dict[str, str]]:
        if self.settings.model == "broken":
            raise ValueError("the model is broken")
        return [{"id": str(one.id), "score": f"{self.settings.model} {len(one.text)}"} for one in reviews]


class Report(Step):
    def run(self, scores: list[dict[str, str]], reviews: list[Review]) -> Path:
        folder = Path(__import__("tempfile").mkdtemp())
        (folder / "report.txt").write_text("\\n".join([*map(str, scores), *map(str, reviews)]))
        return folder


fetch = Fetch()
eu = fetch >> Score("score-eu")
us = fetch >> Score("score-us")
report = Report(scores=eu, reviews=fetch)
other = Report("Ünlike any other", scores=us, reviews=fetch)
reviews = Pipeline(
    "reviews", report, other, schedule="0 4 * * *",
    parameters=[Parameter("model", "score-eu.model", "score-us.model", default=MODEL)],
)
"""
TEXT = '$(HOME) $$(HOME) $$ it\'s {{ x }} \u2028 "é" $é'
VALUES = f"""
defaults: {{image: 'registry.example.com/app:1'}}
steps: {{fetch: {{env: {{FETCH__TEXT: {yaml.safe_dump(TEXT, allow_unicode=False).strip()}}}}}}}
dvc: {{ignore: [schedule, image, env]}}
cronjob:
  secrets: {{FETCH__TOKEN: {{name: reviews, key: token}}}}
"""
SECRETS = {"reviews": {"token": "open sesame"}}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    write(folder)
    return folder


def write(folder: Path, model: str = "large $(X)", values: str = VALUES) -> None:
    (folder / "reviews.py").write_text(STEPS.replace("MODEL", repr(model)), encoding="utf-8")
    (folder / "values.yaml").write_text(values, encoding="utf-8")


def generated(project: Path) -> dict[str, Any]:
    """The object that the command writes."""
    said = pipegen(project, "generate", "reviews.py", "--backend", "cronjob", "--force")
    assert said.code == 0, said.err
    assert "warning[PG561]: pipeline 'reviews': tasks run one after the other" in said.err
    found: dict[str, Any] = yaml.safe_load((project / "reviews.cronjob.yaml").read_text(encoding="utf-8"))
    return found


def run(project: Path, folder: Path, kind: type[LocalPod] = LocalPod, **more: Any) -> list[Ended]:
    node = Node(project, [sys.executable, "-m", "pipegen"], secrets=SECRETS, **more)
    return list(kind(pod_of(generated(project)), node, folder).run())


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "/." not in f"/{path.relative_to(folder)}"
    }


def by_dvc(project: Path) -> Path:
    """The folder of artifacts after the commands of dvc.yaml were run in their order."""
    said = pipegen(project, "generate", "reviews.py", "--backend", "dvc")
    assert said.code == 0, said.err
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": path, "HOME": "/nonexistent", "FETCH__TEXT": TEXT, "FETCH__TOKEN": "open sesame"}
    for stage in yaml.safe_load((project / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values():
        subprocess.run(stage["cmd"], shell=True, check=True, cwd=project, env=env, capture_output=True)
        last = stage["outs"][0]
    return (project / (last if isinstance(last, str) else next(iter(last)))).parent


def test_a_pod_makes_the_same_artifacts_as_dvc_byte_for_byte(project: Path, tmp_path: Path) -> None:
    ended = run(project, tmp_path / "pod")
    assert [one.code for one in ended] == [0] * 5, ended
    made, wanted = tree(tmp_path / "pod" / "artifacts"), tree(by_dvc(project))
    assert len(made) >= 10
    assert made == wanted
    assert any(b"$(HOME) $$(HOME) $$ it's {{ x }} " in text for text in made.values())
    assert any(b"large $(X)" in text for text in made.values())


@pytest.mark.engine
def test_a_pod_needs_no_privileges_and_writes_nowhere_but_to_its_volumes(
    project: Path, tmp_path: Path
) -> None:
    if not isolation_works():
        pytest.skip("only root may make file systems for a test")
    isolated = run(project, tmp_path / "isolated", IsolatedPod)
    assert [one.code for one in isolated] == [0] * 5, isolated
    run(project, tmp_path / "pod")
    made = tree(tmp_path / "isolated" / "artifacts")
    assert made == tree(tmp_path / "pod" / "artifacts") != {}
    owners = {path.stat().st_uid for path in (tmp_path / "isolated").rglob("*") if path.is_file()}
    assert owners == {1000}


@pytest.mark.engine
def test_a_step_that_writes_elsewhere_fails_in_a_pod(project: Path, tmp_path: Path) -> None:
    if not isolation_works():
        pytest.skip("only root may make file systems for a test")
    source = (project / "reviews.py").read_text(encoding="utf-8")
    writes = 'Path("/app/here").write_text("x")\n        for number in'
    (project / "reviews.py").write_text(source.replace("for number in", writes), encoding="utf-8")
    (ended,) = run(project, tmp_path / "pod", IsolatedPod)
    assert ended.code == 1 and "Read-only file system" in ended.log


def test_the_file_depends_on_neither_folder_nor_hash_seed(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "deeper"
    shutil.copytree(project, elsewhere)
    words = [sys.executable, "-m", "pipegen", "generate", "reviews.py", "--backend", "cronjob"]
    for seed, folder in (("1", project), ("2", elsewhere)):
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONHASHSEED": seed}
        subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True)
    made = [(folder / "reviews.cronjob.yaml").read_bytes() for folder in (project, elsewhere)]
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


def test_what_fails_ends_the_pod_and_leaves_its_exit_code_and_log(project: Path, tmp_path: Path) -> None:
    write(project, "broken")
    ended = run(project, tmp_path / "pod")
    assert [(one.name, one.code) for one in ended] == [("fetch", 0), ("score-eu", 1)]
    assert "the model is broken" in ended[-1].log
    assert "open sesame" not in "".join(one.log for one in ended)


def test_runs_on_a_claim_keep_folders_of_their_own(project: Path, tmp_path: Path) -> None:
    write(project, values=f"{VALUES}  artifacts: {{claim: reviews}}\n")
    claim = tmp_path / "claim"
    claim.mkdir()
    for job in ("reviews-1", "reviews-2"):
        ended = run(project, tmp_path / job, claims={"reviews": claim}, job=job)
        assert all(one.code == 0 for one in ended), ended
    assert tree(claim / "reviews-1") == tree(claim / "reviews-2") != {}
    assert sorted(path.name for path in claim.iterdir()) == ["reviews-1", "reviews-2"]


ENGINE = """  mode: engine
  workers: 2
"""


def in_one_container(project: Path, folder: Path, kind: type[LocalPod] = LocalPod, **more: Any) -> Ended:
    """How the one container of mode `engine` ends."""
    said = pipegen(project, "generate", "reviews.py", "--backend", "cronjob", "--force")
    assert said.code == 0, said.err
    assert "PG561" not in said.err  # tasks do run side by side
    pod = pod_of(yaml.safe_load((project / "reviews.cronjob.yaml").read_text(encoding="utf-8")))
    maps = {}
    for path in project.glob("reviews*.yaml"):
        for one in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if one["kind"] == "ConfigMap":
                maps[one["metadata"]["name"]] = one["data"]
    node = Node(project, [sys.executable, "-m", "pipegen"], secrets=SECRETS, config_maps=maps, **more)
    (ended,) = kind(pod, node, folder).run()
    return ended


def latest(home: Path) -> dict[str, bytes]:
    """The files of the artifacts that the engine made."""
    found = {}
    for link in sorted((home / "latest").glob("*/*")):
        digest = link.readlink().name
        folder = home / "artifacts" / digest[:2] / digest
        found |= {f"{link.name}/{name}": text for name, text in tree(folder).items()}
    return found


@pytest.mark.engine
def test_one_container_makes_the_same_with_the_engine(project: Path, tmp_path: Path) -> None:
    if not isolation_works():
        pytest.skip("only root may make file systems for a test")
    wanted = tree(by_dvc(project))
    write(project, values=VALUES + ENGINE)
    (project / "dvc.yaml").unlink()
    ended = in_one_container(project, tmp_path / "pod", IsolatedPod)
    assert ended.code == 0, ended.log
    assert latest(tmp_path / "pod" / "artifacts") == wanted
    assert "open sesame" not in ended.log
    assert "reviews: SUCCESS" in ended.log


def test_the_engine_carries_out_handlers_and_says_what_failed(project: Path, tmp_path: Path) -> None:
    write(project, "broken", values=VALUES + ENGINE)
    source = (project / "reviews.py").read_text(encoding="utf-8")
    handlers = 'schedule="0 4 * * *", on_exit=Bye(), on_failure=Bye("alarm"),'
    step = 'class Bye(Step):\n    def run(self) -> None:\n        print("bye")\n\n\nfetch = Fetch()'
    source = source.replace('schedule="0 4 * * *",', handlers).replace("fetch = Fetch()", step)
    (project / "reviews.py").write_text(source, encoding="utf-8")
    ended = in_one_container(project, tmp_path / "pod")
    assert ended.code == 1
    assert "the model is broken" in ended.log
    assert "alarm | bye" in ended.log
    assert "bye | bye" in ended.log


def test_a_claim_that_runs_share_is_a_cache(project: Path, tmp_path: Path) -> None:
    write(project, values=f"{VALUES}{ENGINE}  artifacts: {{claim: reviews, per_run: false}}\n")
    claim = tmp_path / "claim"
    claim.mkdir()
    first = in_one_container(project, tmp_path / "1", claims={"reviews": claim}, job="reviews-1")
    second = in_one_container(project, tmp_path / "2", claims={"reviews": claim}, job="reviews-2")
    assert (first.code, second.code) == (0, 0), first.log + second.log
    assert "5 cached" in second.log


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("  workers: 2\n", "cronjob.workers is for mode 'engine'"),
        (f"{ENGINE}  steps: {{fetch: {{pull_policy: Always}}}}\n", "cronjob.steps.fetch is for one step"),
    ],
)
def test_what_one_container_cannot_be_is_refused(project: Path, values: str, message: str) -> None:
    write(project, values=VALUES + values)
    said = pipegen(project, "generate", "reviews.py", "--backend", "cronjob")
    assert said.code == 2
    assert "error[PG551]" in said.err
    assert message in said.err


def test_one_container_has_one_image(project: Path) -> None:
    values = VALUES.replace("steps: {fetch: {", "steps: {fetch: {image: 'registry.example.com/other:1', ")
    write(project, values=values + ENGINE)
    said = pipegen(project, "generate", "reviews.py", "--backend", "cronjob")
    assert said.code == 2
    assert "have different images" in said.err
