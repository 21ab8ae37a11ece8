"""Text arrives literally, schedules name the same minutes, and trigger rules lead to the engine's own states."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Mapping
from typing import Any

import jinja2
import pytest
from dag_pipelines import pipeline, task, text_of
from dag_reading import Noted, process, read, rendered
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen import cron
from pipegen.backends.airflow.literal import literal
from pipegen.backends.airflow.timing import expression
from pipegen.engine.jobs import Jobs
from pipegen.ir import Cache, Parameter, Pipeline
from pipegen.names import folder_names

JINJA = jinja2.Environment(undefined=jinja2.StrictUndefined)
PARTS = (
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{",
    "'",
    '"',
    "\\",
    "\n",
    "\r",
    "x",
    " ",
    ".sh",
    ".json",
    "é",
    "😀",
    "\0",
)


@given(st.lists(st.sampled_from(PARTS), max_size=8).map("".join) | st.text())
def test_text_arrives_as_it_was_written(text: str) -> None:
    written = literal(text)
    assert not written.endswith((".sh", ".bash", ".env", ".yaml", ".yml", ".json"))
    if text.encode("utf-8", "surrogatepass").decode("utf-8", "ignore") == text:
        assert JINJA.from_string(written).render() == text


def _field(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high).map(str)
    spans = st.tuples(st.integers(low, high), st.integers(low, high)).map(
        lambda two: f"{min(two)}-{max(two)}"
    )
    steps = st.tuples(st.sampled_from(["*", f"{low}-{high}"]), st.integers(1, high)).map(
        lambda two: f"{two[0]}/{two[1]}"
    )
    one = numbers | spans | steps
    return st.sampled_from(["*", "?"]) | one | st.lists(numbers, min_size=2, max_size=3).map(",".join)


CRONS = st.tuples(_field(0, 59), _field(0, 23), _field(1, 28), _field(1, 12), _field(0, 6)).map(" ".join)


@given(CRONS | st.sampled_from(["@daily", "@annually", "@midnight", "0 4 * jan mon-fri", "0 4 1-31 * 1"]))
def test_a_schedule_in_numbers_names_the_same_minutes(text: str) -> None:
    again = expression(text)
    assert set(again) <= set("0123456789*/,- ")
    assert _days(again) == _days(text)
    assert cron.expand(again)[:2] == cron.expand(text)[:2]
    if not any(_open(again)):  # a cron library may take a field that names every day for an open one
        assert "*" not in again.split()[2] + again.split()[4] or "/" in again


def _open(text: str) -> tuple[bool, bool]:
    return cron.open_days(text)


def _days(text: str) -> set[tuple[int, int, int]]:
    """The months, days and weekdays on which it runs."""
    _, _, days, months, weekdays = cron.expand(text)
    either = not any(cron.open_days(text))
    return {
        (month, day, weekday)
        for month in months
        for day in range(1, 32)
        for weekday in range(7)
        if ((day in days) or (weekday in weekdays) if either else (day in days) and (weekday in weekdays))
    }


class Scheduler:
    """Airflow's trigger rules, for tasks that end in any order."""

    def __init__(self, tasks: Mapping[str, Noted], fails: set[str], chance: random.Random) -> None:
        self.tasks, self.fails, self.chance = tasks, fails, chance
        self.states: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        while True:
            found = self._turns()
            left_out = {name: state for name, state in found.items() if state not in ("success", "failed")}
            if not found:
                return self.states
            if left_out:  # it looks at all tasks, then notes what it skips, before one that runs has ended
                self.states.update(left_out)
                continue
            name = self.chance.choice(sorted(found))
            self.states[name] = found[name]

    def _turns(self) -> dict[str, str]:
        """What becomes of the tasks that need not wait any more."""
        found = {name: self.state(one) for name, one in self.tasks.items() if name not in self.states}
        return {name: state for name, state in found.items() if state}

    def state(self, one: Noted) -> str:
        """What becomes of a task now; "" while it waits."""
        before = [self.states.get(each.named["task_id"], "") for each in one.upstream]
        done, bad = all(before), [each for each in before if each in ("failed", "upstream_failed")]
        rule = "all_done" if one.teardown else one.named.get("trigger_rule", "all_success")
        ran = "failed" if one.named["task_id"] in self.fails else "success"
        if rule == "all_success":
            blocked = "upstream_failed" if bad else "skipped" if "skipped" in before else ""
            return blocked or (ran if done else "")
        if rule == "all_done":
            return ran if done else ""
        if rule == "none_failed":
            return "upstream_failed" if bad else ran if done else ""
        if rule == "one_failed":
            return ran if bad else "skipped" if done else ""
        assert rule == "one_success"
        if "success" in before:
            return ran
        return "" if not done else "skipped" if set(before) == {"skipped"} else "upstream_failed"


@st.composite
def graphs(draw: st.DrawFn) -> Pipeline:
    names: list[str] = []
    tasks = []
    for number in range(draw(st.integers(2, 6))):
        before = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
        trigger: Any = (
            draw(st.sampled_from(["all_success", "all_success", "all_done", "one_failed"]))
            if before
            else "all_success"
        )
        tasks.append(task(f"t{number}", "score", *before, trigger=trigger))
        names.append(f"t{number}")
    handlers = draw(
        st.sampled_from(
            [{}, {"on_exit": task("exit")}, {"on_failure": task("alert"), "on_exit": task("exit")}]
        )
    )
    return pipeline(*tasks, **handlers)


def engine(made: Pipeline, fails: set[str], chance: random.Random) -> tuple[dict[str, str], bool]:
    jobs = Jobs(made.tasks, folder_names(one.name for one in made.tasks))
    while jobs.ready:
        jobs.ready.rotate(chance.randrange(len(jobs.ready)))
        job = jobs.ready.popleft()
        list(jobs.ended(job, "failed" if job.task.name in fails else "done"))
    names = {"done": "success", "failed": "failed", "skipped": "skipped", None: "?"}
    return {job.task.name: names[job.ending] for job in jobs.every}, jobs.failed


FAILING = st.sets(st.sampled_from([f"t{number}" for number in range(6)]), max_size=3)


@settings(max_examples=400)
@given(graphs(), FAILING, st.integers(0, 99))
def test_tasks_run_when_the_engine_runs_them(made: Pipeline, fails: set[str], seed: int) -> None:
    chance = random.Random(seed)
    wanted, failed = engine(made, fails, chance)
    dag = read(text_of(made))
    states = Scheduler(dag.tasks, fails, chance).run()
    assert {name: states[name].replace("upstream_failed", "skipped") for name in wanted} == wanted
    waited_for = {one.named["task_id"] for each in dag.tasks.values() for one in each.upstream}
    last = [states[name] for name in dag.tasks if name not in waited_for]
    assert any(one in ("failed", "upstream_failed") for one in last) == failed
    if made.on_failure is not None:
        assert (states["alert"] == "success") == failed
    if made.on_exit is not None:
        assert states["exit"] == "success"


def test_a_parameter_without_a_value_is_no_variable_at_all() -> None:
    made = pipeline(parameters=(Parameter("limit", (("fetch", "limit"),)),))
    dag = read(text_of(made, "airflow: {provided: [FETCH__URL]}"))
    for params, wanted in (({}, None), ({"limit": 5}, "5")):
        _, env = process(dag.tasks["fetch"], rendered(dag, params)["fetch"])
        assert env.get("REVIEWS__LIMIT") == wanted


NAMES = (
    "dag",
    "dag_",
    "list",
    "group-1",
    "group_1_",
    "call_a_b_c",
    "call_a_b__c",
    "pendulum",
    "call",
    "DAG",
    "a b",
    "a-b",
)


def test_no_name_in_the_file_stands_for_two_things() -> None:
    made = pipeline(*(task(name) for name in NAMES), task("last", "score", *NAMES))
    called = "callbacks: {on_failure: 'a.b:c', on_success: 'a_b:c'}"
    text = text_of(made, f"airflow: {{steps: {{last: {{group: it, {called}}}}}}}")
    names = [
        one.id
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]
    imported = re.findall(r" as (\w+)$", text, re.MULTILINE)
    assert len({*names, *imported}) == len(names) + len(imported) and len(imported) == 2
    assert len(read(text).tasks["last"].upstream) == len(NAMES)


LEFT_OUT: dict[str, tuple[Pipeline, set[str], dict[str, str]]] = {
    "a skip comes before a failure": (
        pipeline(
            task("start"),
            task("rescue", "score", "start", trigger="one_failed"),
            task("other"),
            task("both", "score", "rescue", "other"),
        ),
        {"other"},
        {"rescue": "skipped", "both": "upstream_failed"},
    ),
    "one that never ran did not fail": (
        pipeline(
            task("start"),
            task("behind", "score", "start"),
            task("rescue", "score", "behind", trigger="one_failed"),
            task("second", "score", "rescue", trigger="one_failed"),
        ),
        {"start"},
        {"rescue": "upstream_failed", "second": "upstream_failed"},
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_is_left_out_does_not_depend_on_who_ends_first(case: str) -> None:
    made, fails, wanted = LEFT_OUT[case]
    dag = read(text_of(made))
    for seed in range(20):
        states = Scheduler(dag.tasks, fails, random.Random(seed)).run()
        assert {name: states[name] for name in wanted} == wanted
        assert engine(made, fails, random.Random(seed))[1]


@given(st.lists(st.sampled_from([one for one in PARTS if one != "\0"]), min_size=1, max_size=8).map("".join))
def test_a_command_has_the_words_that_the_task_asks_for(text: str) -> None:
    made = pipeline(task("fetch", "score", cache=Cache(key=(text, "v2"))))
    dag = read(text_of(made))
    words, _ = process(dag.tasks["fetch"], rendered(dag)["fetch"])
    assert words[-4:] == ["--cache-key", text, "--cache-key", "v2"]
