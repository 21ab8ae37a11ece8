"""What `pipegen runs gc` deletes and keeps: no run that stays loses anything, and none that goes on is touched."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_runs import Said, pipegen

from pipegen.app.limits import size
from pipegen.engine.history.contract import Store
from pipegen.engine.history.opening import open_store
from pipegen.engine.places import Places
from pipegen.engine.records import RunRecord, RunStatus, TaskRecord

DAY = 86400.0
NOW = time.time()
KB = 1000


def digest(name: str) -> str:
    return name.encode().hex().ljust(64, "0")


class Project:
    """A project as the engine leaves it: records, folders, cache entries, artifacts of 1 kB."""

    def __init__(self, root: Path) -> None:
        (root / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
        self.root = root
        self.places = Places(root)
        self.places.make()
        self.store: Store = open_store(None, root)

    def artifact(self, name: str, at: float = NOW) -> Path:
        folder = self.places.artifacts / digest(name)[:2] / digest(name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.bin").write_bytes(b"x" * KB)
        os.utime(folder, (at, at))
        return folder

    def entry(self, key: str, artifact: str, at: float = NOW) -> Path:
        path = self.places.cache / digest(key)[:2] / digest(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(digest(artifact) + "\n", encoding="ascii")
        os.utime(path, (at, at))
        return path

    def run(
        self,
        name: str,
        days: float,
        artifacts: str,
        pipeline: str = "p",
        status: RunStatus = "SUCCESS",
        *,
        here: bool = True,
    ) -> None:
        """A run that began so many days ago, with a task, a key and an artifact for each letter."""
        at = NOW - days * DAY
        for one in artifacts:
            self.artifact(one, at)
            self.entry(f"k{one}", one, at)
        tasks = tuple(
            TaskRecord(one, "SUCCESS", 1, at, at, artifact=digest(one), key=digest(f"k{one}"))
            for one in artifacts
        )
        ended = None if status == "RUNNING" else at + 10
        self.store.save_run(RunRecord(name, pipeline, "", status, at, ended, tasks))
        if here:
            self.places.run(name).mkdir(parents=True)
            self.places.run_lock(name).touch()
            os.utime(self.places.run(name), (at, at))
            os.utime(self.places.run_lock(name), (at, at))

    def gc(self, *words: str, env: dict[str, str] | None = None) -> Said:
        return pipegen(self.root, "runs", "gc", *words, env=env)

    @property
    def state(self) -> tuple[str, str, str, str]:
        """The names of the runs, folders, cached artifacts and artifacts that are there."""
        runs = sorted(one.id for one in self.store.list_runs())
        folders = sorted(one.name for one in self.places.runs.iterdir())
        named = {digest(one): one for one in "abcdefgh"}
        entries = sorted(
            named[one.read_text(encoding="ascii").strip()] for one in self.places.cache.glob("*/*")
        )
        artifacts = sorted(named[one.name] for one in self.places.artifacts.glob("*/*"))
        return "".join(runs), "".join(folders), "".join(entries), "".join(artifacts)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    found = Project(tmp_path)
    yield found
    found.store.close()


@pytest.fixture
def past(project: Project) -> Project:
    """Runs 1 to 4 of one pipeline and 5 of another, which share artifacts."""
    project.run("1", 40, "ab")
    project.run("2", 30, "bc")
    project.run("3", 20, "cd")
    project.run("4", 10, "de")
    project.run("5", 35, "af", pipeline="q")
    return project


RULES: list[tuple[list[str], tuple[str, str, str, str]]] = [
    ([], ("12345", "12345", "abcdef", "abcdef")),
    (["--keep", "9"], ("12345", "12345", "abcdef", "abcdef")),
    (["--keep", "1"], ("45", "45", "adef", "adef")),
    (["--keep", "2"], ("345", "345", "acdef", "acdef")),
    (["--keep", "0"], ("", "", "", "")),
    (["--older-than", "25d"], ("34", "34", "cde", "cde")),
    (["--older-than", "36d"], ("2345", "2345", "abcdef", "abcdef")),
    (["--older-than", "1d"], ("", "", "", "")),
    (["--keep", "3", "--older-than", "25d"], ("34", "34", "cde", "cde")),
    (["--max-size", "6kB"], ("12345", "12345", "abcdef", "abcdef")),
    (["--max-size", "5kB"], ("234", "234", "bcde", "bcde")),
    (["--max-size", "3500B"], ("34", "34", "cde", "cde")),
    (["--max-size", "0"], ("", "", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "left"), RULES, ids=lambda one: " ".join(one) if isinstance(one, list) else ""
)
def test_what_stays_keeps_all_that_it_refers_to(
    past: Project, words: list[str], left: tuple[str, str, str, str]
) -> None:
    before = past.state
    told: Any = past.gc(*words, "--dry-run", "--json").data
    assert past.state == before
    done: Any = past.gc(*words, "--json").data
    assert past.state == left
    assert {**done, "deleted": False} == told
    assert done["bytes"] == KB * (len(before[3]) - len(left[3]))
    assert done["kept_bytes"] == KB * len(left[3])
    assert done["kept_runs"] == len(left[0])
    assert past.gc(*words).err.startswith("nothing to delete: ")


def test_it_says_what_it_freed(past: Project) -> None:
    would = past.gc("--keep", "1", "--dry-run")
    assert would.err == "would free 2.0 KB: 3 runs, 2 artifacts, 2 cache entries; 2 runs and 4.0 KB stay\n"
    assert past.gc("--keep", "1").err == would.err.replace("would free", "freed")
    assert would.out == ""


def test_artifacts_that_nothing_refers_to_go_without_any_limit(past: Project) -> None:
    past.artifact("g")
    past.entry("another", "h")
    past.artifact("h")
    assert past.gc().err == "freed 1.0 KB: 1 artifact; 5 runs and 7.0 KB stay\n"
    assert past.state[3] == "abcdefh"


def test_a_cache_entry_that_no_run_used_goes_by_its_age(past: Project) -> None:
    for name, days in (("g", 50.0), ("h", 1.0)):
        past.artifact(name, NOW - days * DAY)
        past.entry(f"k{name}", name, NOW - days * DAY)
    past.gc("--keep", "9")
    assert past.state[2:] == ("abcdefgh", "abcdefgh")
    past.gc("--older-than", "45d")
    assert past.state == ("12345", "12345", "abcdefh", "abcdefh")


def test_a_run_that_the_history_does_not_know_keeps_what_may_be_its_own(project: Project) -> None:
    """As when runs are remembered elsewhere, or the history was removed."""
    project.run("1", 10, "a")
    project.store.delete_run("1")
    for one in project.places.cache.glob("*/*"):
        one.unlink()
    assert project.gc().err.startswith("nothing to delete")
    assert project.state == ("", "1", "", "a")
    assert project.gc("--older-than", "5d").err.startswith(
        "freed 1.0 KB: 1 folder of an unknown run, 1 artifact;"
    )
    assert project.state == ("", "", "", "")


def test_a_history_that_is_not_the_projects_own_loses_no_runs_of_others(project: Project) -> None:
    url = {"PIPEGEN_HISTORY_URL": "sqlite:///shared.db"}
    project.store.close()
    project.store = open_store(url["PIPEGEN_HISTORY_URL"], project.root)
    project.run("1", 10, "a")
    project.run("2", 10, "b", here=False)
    project.run("3", 10, "c", status="RUNNING", here=False)
    project.gc("--keep", "0", env=url)
    assert project.state == ("23", "", "bc", "bc")


def test_what_is_not_whole_is_cleared_away(past: Project) -> None:
    (past.places.artifacts / ".abc.old").mkdir()
    (past.places.cache / "ab").mkdir(exist_ok=True)
    (past.places.cache / "ab" / ".abc").touch()
    latest = past.places.latest / "p"
    latest.mkdir(parents=True)
    for name in "ae":
        (latest / name).symlink_to(os.path.relpath(past.artifact(name), latest))
    past.gc("--older-than", "15d")
    assert past.state == ("4", "4", "de", "de")
    assert [one.name for one in latest.iterdir()] == ["e"]
    assert not list(past.root.glob(".pipegen/*/.*"))
    assert sorted(one.name for one in past.places.artifacts.iterdir()) == sorted(
        {digest(one)[:2] for one in "de"}
    )


def test_read_only_artifacts_go_too(project: Project) -> None:
    folder = project.artifact("a")
    (folder / "data.bin").chmod(0o444)
    project.gc()
    assert project.state[3] == ""


def test_beside_a_run_that_goes_on_nothing_is_deleted(past: Project) -> None:
    with past.places.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        before = past.state
        said = past.gc("--keep", "0")
        assert said.code == 2
        assert said.err.startswith("error[PG714]: a run of this project goes on\n  hint: wait for its end")
        assert past.gc("--keep", "0", "--dry-run").code == 0
        assert past.state == before
    assert past.gc("--keep", "0").code == 0


def test_a_run_whose_own_lock_is_held_stays_whatever_the_limits_say(past: Project) -> None:
    past.run("6", 50, "g", status="RUNNING")
    with past.places.run_lock("6").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        past.gc("--keep", "0", "--older-than", "1d", "--max-size", "0")
        assert past.state == ("6", "6", "g", "g")
    past.gc("--keep", "0")  # it was killed
    assert past.state == ("", "", "", "")


def test_a_sweep_that_is_killed_can_be_done_again(past: Project) -> None:
    for number in range(300):
        past.run(f"x{number:03}", 100, "")
    for left in (290, 200, 100, 0):
        words = [sys.executable, "-m", "pipegen", "runs", "gc", "--older-than", "15d"]
        with subprocess.Popen(words, cwd=past.root, stderr=subprocess.DEVNULL) as process:
            while len(list(past.places.runs.glob("x*"))) > left and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        assert "4" in past.state[0]
        assert set("de") <= set(past.state[2]) & set(past.state[3])
    past.gc("--older-than", "15d")
    assert past.state == ("4", "4", "de", "de")


SIZES = {"0": 0, "500B": 500, "1kB": 1000, "2 KB": 2000, "500MB": 500_000_000, "10GB": 10**10, "1.5G": 1_500_000_000,
         "2GiB": 2 * 1024**3, "1Ti": 1024**4, "7b": 7}  # fmt: skip


@pytest.mark.parametrize(("text", "count"), SIZES.items())
def test_a_size_is_read(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "x", "-1GB", "1 0", "1iB", "1PB", "1e9", "GB", "1,000", "10", "0.1"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a size|has no unit"):
        size(text)


STEPS = """
from pipegen import Pipeline, Settings, Step

class MakeSettings(Settings):
    number: int = 1

class Make(Step):
    settings: MakeSettings

    def run(self) -> int:
        return self.settings.number

class Double(Step):
    def run(self, number: int) -> int:
        return 2 * number

made = Pipeline("made", Make() >> Double())
"""


def test_after_it_what_stayed_is_still_cached_and_what_went_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "made.py").write_text(STEPS, encoding="utf-8")

    def statuses(number: str) -> list[str]:
        assert pipegen(tmp_path, "run", "made.py", env={"MAKE__NUMBER": number}).code == 0
        data: Any = pipegen(tmp_path, "runs", "show", "last", "--json").data
        return [one["status"] for one in data["tasks"]]

    assert statuses("1") == statuses("2") == ["SUCCESS", "SUCCESS"]
    assert "1 run, 2 artifacts, 2 cache entries" in pipegen(tmp_path, "runs", "gc", "--keep", "1").err
    assert statuses("2") == ["CACHED", "CACHED"]
    assert statuses("1") == ["SUCCESS", "SUCCESS"]
