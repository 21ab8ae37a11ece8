"""What GitLab CI cannot do as it is meant is refused, with the reason; what some runners pass over is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gitlab_pipelines import (
    FETCH,
    PLAIN,
    STEPS,
    TOKEN,
    cautions,
    generated,
    pipeline,
    refusals,
    task,
    wide,
)

from pipegen.ir import Options, Pipeline, Resources

ASKS = replace(PLAIN, resources=Resources("1", "1Gi"))
ALL_DONE, ONE_FAILED = replace(PLAIN, trigger="all_done"), replace(PLAIN, trigger="one_failed")
SECRET = {"steps": {**STEPS, "fetch": replace(FETCH, settings=(TOKEN,))}}


def late(options: Options) -> Pipeline:
    """The last task waits for one that GitLab may skip, and for one that always runs."""
    tasks = (task("fetch"), task("score", reviews="fetch"))
    return pipeline("late", *tasks, task("report", "report", "fetch", "score", options=options))


REFUSED: dict[str, tuple[Pipeline, str, str, str]] = {
    "a step that is not there": (pipeline(), "{steps: {scroe: {}}}", "PG800", "names 'scroe', which is no task"),
    "more jobs than it takes": (pipeline(), "{max_jobs: 2}", "PG801", "makes 3 jobs, and GitLab takes 2"),
    "jobs in between count": (wide(9), "{max_jobs: 10, max_needs: 3}", "PG801", "makes 13 jobs"),
    "a file that is too large": (
        pipeline("p", task("fetch", options=replace(PLAIN, env={"X": "x" * 2_200_000}))), "", "PG802", "GitLab reads",
    ),
    "a failure that GitLab does not see": (late(ONE_FAILED), "", "PG803", "skips it as soon as 'score' is skipped"),
    "one failure of too many": (
        pipeline("p", *(task(f"f{n}", "fetch") for n in range(51)),
                 task("report", "report", *(f"f{n}" for n in range(51)), options=ONE_FAILED)),
        "", "PG803", "one of 51 tasks failed",
    ),
    "all done among jobs of others": (late(ALL_DONE), "{stage: data}", "PG804", "task 'report' has to wait for stages"),
    "a handler among jobs of others": (
        pipeline(on_exit=task("tidy", "tell")), "{stage: data}", "PG804", "task 'tidy' has to wait for stages",
    ),
    "a secret in clear": (pipeline(**SECRET), "{variables: {FETCH__TOKEN: hunter2}}", "PG805", "'token' of task"),
    "a variable from two places": (
        pipeline("p", task("fetch", options=replace(PLAIN, env={"TZ": "UTC"}))), "{variables: {TZ: $ZONE}}",
        "PG806", "'TZ' of task 'fetch' stands under env and under gitlab.variables",
    ),
    "a patch over the script": (pipeline(), "{steps: {score: {patch: {script: [x]}}}}", "PG807", "patches 'script'"),
    "resources from Docker": (
        pipeline("p", task("fetch", options=ASKS)), "{executor: docker}", "PG808", "the docker executor does not give",
    ),
    "a handler for failures that are dealt with": (
        pipeline("p", task("fetch"), task("report", "report", "fetch", options=ALL_DONE),
                 on_failure=task("alert", "tell")),
        "", "PG811", "'alert' runs when the pipeline failed, and GitLab starts it also",
    ),
    "no command": (pipeline(), "{command: []}", "PG810", "gitlab.command holds no command"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case: str) -> None:
    one, values, code, words = REFUSED[case]
    said = refusals(one, values)
    assert [found for found, _ in said] == [code]
    assert words in said[0][1]


def test_a_secret_is_never_repeated() -> None:
    assert "hunter2" not in str(refusals(pipeline(**SECRET), "{variables: {FETCH__TOKEN: hunter2}}"))


ACCEPTED: dict[str, tuple[Pipeline, str]] = {
    "a failure of what always runs": (
        pipeline("p", task("fetch"), task("report", "report", "fetch", options=ONE_FAILED)), "",
    ),
    "a failure after a task that runs when all is done": (
        pipeline("p", task("fetch"), task("score", reviews="fetch", options=ALL_DONE),
                 task("report", "report", "score", options=ONE_FAILED)), "",
    ),
    "a secret by reference": (pipeline(**SECRET), "{variables: {FETCH__TOKEN: $TOKEN_OF_REVIEWS}}"),
    "resources from Kubernetes": (pipeline("p", task("fetch", options=ASKS)), "{executor: kubernetes}"),
    "resources left out": (pipeline("p", task("fetch", options=ASKS)), "{executor: docker, ignore: [cpu, memory]}"),
    "all done after one task, among jobs of others": (
        pipeline("p", task("fetch"), task("score", reviews="fetch"),
                 task("report", "report", "score", options=ALL_DONE)), "{stage: data}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED)
def test_it_is_accepted_without_a_word(case: str) -> None:
    one, values = ACCEPTED[case]
    assert refusals(one, values) == []
    assert cautions(one, values) == []


def test_resources_that_only_some_runners_give_are_a_warning() -> None:
    ((code, message),) = cautions(pipeline("p", task("fetch", options=ASKS)))
    assert code == "PG809"
    assert (
        "only runners with the Kubernetes executor give the CPU, memory and storage that 'fetch' asks for"
        in message
    )


def test_ignored_resources_are_left_out() -> None:
    one = pipeline("p", task("fetch", options=ASKS))
    assert "KUBERNETES_CPU_REQUEST" not in str(generated(one, "{ignore: [cpu]}"))
    assert "KUBERNETES_MEMORY_LIMIT" in str(generated(one, "{ignore: [cpu]}"))


def test_a_task_after_all_others_waits_for_stages_only_where_needs_would_start_it_early() -> None:
    assert generated(late(ALL_DONE))["report"]["dependencies"] == ["fetch", "score"]
    sure = pipeline(
        "p", task("fetch"), task("more", "fetch"), task("report", "report", "fetch", "more", options=ALL_DONE)
    )
    assert generated(sure)["report"]["needs"] == ["fetch", "more"]


def test_jobs_in_between_hand_on_each_artifact_once() -> None:
    document = generated(wide(130), "{max_jobs: 1000}")
    needs = document["report"]["needs"]
    handed = [path for name in needs for path in document[name]["artifacts"]["paths"]]
    assert sorted(handed) == sorted(f"artifacts/fetch-{n}" for n in range(130))
    assert all(len(one.get("needs", ())) <= 50 for one in document.values() if isinstance(one, dict))


def test_a_funnel_of_thousands_is_gathered_in_several_layers() -> None:
    document = generated(wide(2600), "{max_jobs: 5000}")
    jobs = [one for one in document.values() if isinstance(one, dict) and "script" in one]
    assert max(len(one["needs"]) for one in jobs) == 50
    assert (
        len([path for name in document["report"]["needs"] for path in document[name]["artifacts"]["paths"]])
        == 2600
    )
