"""`generate --watch`: a saved file is generated from at once, a broken one is told and watched further."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class Watched:
    """A running `pipegen generate --watch`."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.log = folder.parent / "log"
        command = [sys.executable, "-m", "pipegen", "generate", *words, "--watch"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=log)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def waits_for(self, happened: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not happened():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.05)


@pytest.fixture
def watch(project: Path) -> Iterator[Callable[..., Watched]]:
    running: list[Watched] = []

    def start(*words: str) -> Watched:
        running.append(Watched(project, *words))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait(timeout=30)


def test_a_saved_file_is_generated_from_and_a_broken_one_is_told(
    project: Path, watch: Callable[..., Watched]
) -> None:
    source, made = project / "reviews.py", project / "dvc.yaml"
    good = source.read_text(encoding="utf-8")
    watched = watch("reviews.py", "--backend", "dvc")
    watched.waits_for(lambda: "wrote dvc.yaml" in watched.said())
    source.write_text(good.replace("Give each review a score.", "Score each review."), encoding="utf-8")
    watched.waits_for(lambda: "Score each review." in made.read_text(encoding="utf-8"))
    source.write_text(good + "def\n", encoding="utf-8")
    watched.waits_for(lambda: "error[PG103]" in watched.said())
    assert "Score each review." in made.read_text(encoding="utf-8")
    source.write_text(good, encoding="utf-8")
    watched.waits_for(lambda: "Give each review a score." in made.read_text(encoding="utf-8"))
    (project / "values.yaml").write_text("dvc: {artifacts: out}\n", encoding="utf-8")
    watched.waits_for(lambda: "out/score" in made.read_text(encoding="utf-8"))
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(timeout=30) == 0
    assert "Traceback" not in watched.said()


def test_it_does_not_answer_its_own_files(project: Path, watch: Callable[..., Watched]) -> None:
    watched = watch("reviews.py", "--backend", "dvc")
    watched.waits_for(lambda: "wrote dvc.yaml" in watched.said())
    time.sleep(1)
    assert watched.said() == "watching; Ctrl-C ends it\nwrote dvc.yaml\n"


def test_a_values_file_outside_the_project_is_watched_too(
    project: Path, watch: Callable[..., Watched]
) -> None:
    values = project.parent / "values.yaml"
    values.write_text("dvc: {artifacts: one}\n", encoding="utf-8")
    watched = watch("reviews.py", "--backend", "dvc", "--values", str(values))
    watched.waits_for(lambda: "wrote dvc.yaml" in watched.said())
    values.write_text("dvc: {artifacts: other}\n", encoding="utf-8")
    watched.waits_for(lambda: "updated dvc.yaml" in watched.said())
