"""Which tasks run after failures: what GitLab makes of the jobs, against what the local engine does.

GitLab's part is played by its rules: a job with `needs` looks at those, counts as skipped once one of them is, and
goes on only after success; another one looks at all jobs of the stages before it, of which skipped ones do no harm.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from gitlab_pipelines import config
from hypothesis import given
from hypothesis import strategies as st
from reviews_by_hand import PLAIN, pipeline, task

from pipegen.backends.gitlab.document import gitlab_file
from pipegen.backends.gitlab.problems import every_problem
from pipegen.backends.gitlab.said import said_for_all
from pipegen.engine.jobs import Jobs
from pipegen.ir import Options, Pipeline, Trigger

ENDED = ("success", "failed", "skipped")
RUNS_ON = {"on_failure": ("failed",), "always": ENDED}


class GitLab:
    """A run of jobs: what each waits for, and how it ended."""

    def __init__(self, document: dict[str, Any], failing: set[str], chance: random.Random) -> None:
        self.jobs = {name: one for name, one in document.items() if isinstance(one, dict) and "script" in one}
        self.stages = [*document["stages"], ".post"]
        self.failing, self.chance = failing, chance
        self.ended: dict[str, str] = {}
        self.running: list[str] = []
        self.early: list[str] = []  # started while something that they read was still to come

    def run(self) -> dict[str, str]:
        while True:
            while self._start():
                pass
            if not self.running:
                return self.ended
            name = self.running.pop(self.chance.randrange(len(self.running)))
            self.ended[name] = "failed" if name in self.failing else "success"

    def _start(self) -> bool:
        """Start or skip the next job whose turn it is."""
        for name, job in self.jobs.items():
            status = None if name in self.ended or name in self.running else self._before(job)
            if status is None:
                continue
            when = job["rules"][0].get("when", "on_success")
            fine = RUNS_ON.get(when, ("success",) if "needs" in job else ("success", "skipped"))
            if status not in fine:
                self.ended[name] = "skipped"
                return True
            self.running.append(name)
            reads = [*job.get("needs", ()), *job.get("dependencies", ())]
            self.early += [name for one in reads if one not in self.ended]
            return True
        return False

    def _before(self, job: dict[str, Any]) -> str | None:
        """How what a job waits for has ended; None while it must wait on."""
        by_needs = "needs" in job
        found = [self.ended.get(one) for one in (job["needs"] if by_needs else self._earlier(job["stage"]))]
        if by_needs and "skipped" in found:
            return "skipped"
        if None in found:
            return None
        if "failed" in found:
            return "failed"
        return "skipped" if found and set(found) == {"skipped"} else "success"

    def _earlier(self, stage: str) -> list[str]:
        known = self.stages[: self.stages.index(stage)]
        return [name for name, one in self.jobs.items() if one["stage"] in known]


def by_engine(one: Pipeline, failing: set[str]) -> tuple[dict[str, str], bool]:
    """How each task ends, and whether the run failed."""
    jobs = Jobs(one.tasks, {each.name: each.name for each in one.tasks})
    while jobs.ready:
        job = jobs.ready.popleft()
        list(jobs.ended(job, "failed" if job.task.name in failing else "done"))
    names = {"done": "success"}
    return {job.task.name: names.get(str(job.ending), str(job.ending)) for job in jobs.every}, jobs.failed


@st.composite
def triggered(draw: st.DrawFn) -> Pipeline:
    """Any graph whose tasks run after success, failure or both."""
    tasks = []
    for number in range(draw(st.integers(2, 7))):
        names = [f"t{one}" for one in range(number)]
        sources = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
        triggers: list[Trigger] = ["all_success", "all_done", "one_failed"] if sources else ["all_success"]
        options = Options(image=PLAIN.image, trigger=draw(st.sampled_from(triggers)))
        tasks.append(task(f"t{number}", "report", *sources, options=options))
    handlers = {"on_exit": task("tidy", "tell")}
    if draw(st.booleans()):
        handlers["on_failure"] = task("alert", "tell")
    return pipeline("p", *tasks, **handlers)


def played(one: Pipeline, failing: set[str], seed: int, values: str = "") -> tuple[dict[str, str], list[str]]:
    gitlab = GitLab(gitlab_file(one, config(values)).data(), failing, random.Random(seed))  # type: ignore[arg-type]
    shared = next(
        iter(job for name, job in gitlab_file(one, config(values)).data().items() if name.startswith("."))
    )
    for job in gitlab.jobs.values():
        job.setdefault("rules", shared["rules"])  # type: ignore[call-overload,index]
        for key in ("needs", "dependencies"):
            if key in job:
                job[key] = job[key].wrapped
    return gitlab.run(), gitlab.early


@given(one=triggered(), failing=st.sets(st.sampled_from([f"t{n}" for n in range(7)])), seed=st.integers(0, 9))
def test_whatever_is_not_refused_runs_the_tasks_that_the_engine_runs(
    one: Pipeline, failing: set[str], seed: int
) -> None:
    if list(every_problem(one, config(), said_for_all(one, config()))):
        return
    wanted, failed = by_engine(one, failing)
    found, early = played(one, failing, seed)
    assert early == []
    assert found.pop("tidy") == "success"
    if one.on_failure is not None:
        assert found.pop("alert") == ("success" if failed else "skipped")
    assert found == wanted


@given(failing=st.sets(st.sampled_from([f"t{n}" for n in range(7)])), seed=st.integers(0, 9))
def test_jobs_in_between_do_not_change_which_tasks_run(failing: set[str], seed: int) -> None:
    one = pipeline(
        "p", *(task(f"t{n}", "fetch") for n in range(7)), task("end", "report", *(f"t{n}" for n in range(7)))
    )
    found, early = played(one, failing, seed, "{max_needs: 2}")
    assert early == []
    assert {name: how for name, how in found.items() if "-gather-" not in name} == by_engine(one, failing)[0]


LATE = pipeline(
    "p",
    task("t0", "fetch"),
    task("t1", "report", "t0"),
    task("t2", "fetch"),
    task("t3", "report", "t1", "t2", options=Options(image="app:1", trigger="all_done")),
    on_exit=task("tidy", "tell"),
)


def test_needs_alone_would_start_a_task_before_what_it_reads_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(played(LATE, {"t0"}, seed)[1] == [] for seed in range(10))
    monkeypatch.setattr("pipegen.backends.gitlab.jobs.waits_by_needs", lambda *_: True)
    assert any(played(LATE, {"t0"}, seed)[1] for seed in range(10))
