"""Which jobs are given which secrets and variables: those whose tasks read them, and no other."""

from __future__ import annotations

from typing import Any

from workflow_pipelines import data_of, pipeline, refused, task


def given(one: Any, said: str) -> dict[str, dict[str, str]]:
    """What each job's task has, by job."""
    jobs = data_of(one, said)["jobs"]
    return {
        name: step.get("env", {})
        for name, job in jobs.items()
        for step in job["steps"]
        if step.get("name") == "Run"
    }


def test_a_secret_of_a_setting_is_given_to_the_tasks_that_read_it() -> None:
    said = "{secrets: {FETCH__TOKEN: TOKEN, SCORE__MODEL: MODEL}, variables: {FETCH__LIMIT: LIMIT}}"
    assert given(pipeline(), said) == {
        "fetch": {"FETCH__LIMIT": "${{ vars.LIMIT }}", "FETCH__TOKEN": "${{ secrets.TOKEN }}"},
        "score": {"SCORE__MODEL": "${{ secrets.MODEL }}"},
        "report": {},
    }


def test_what_is_no_setting_is_given_to_all() -> None:
    said = "{secrets: {FETCH__TOKEN: TOKEN, HF_TOKEN: HF}}"
    found = given(pipeline(), said)
    assert [sorted(one) for one in found.values()] == [
        ["FETCH__TOKEN", "HF_TOKEN"],
        ["HF_TOKEN"],
        ["HF_TOKEN"],
    ]


def test_a_single_task_is_given_what_is_said_for_it() -> None:
    said = "{secrets: {FETCH__TOKEN: TOKEN}, steps: {report: {secrets: {FETCH__TOKEN: OTHER}}}}"
    found = given(pipeline(), said)
    assert found["report"] == {"FETCH__TOKEN": "${{ secrets.OTHER }}"} and found["score"] == {}


def test_tasks_of_one_step_have_its_variables_and_their_own() -> None:
    one = pipeline("p", task("fetch eu", "fetch"), task("fetch us", "fetch"))
    said = "{secrets: {FETCH__TOKEN: ALL, FETCH_EU__TOKEN: EU}}"
    assert [sorted(one) for one in given(one, said).values()] == [
        ["FETCH_EU__TOKEN", "FETCH__TOKEN"],
        ["FETCH__TOKEN"],
    ]


def test_the_token_of_the_job_is_a_secret_like_any_other() -> None:
    said = "{secrets: {FETCH__TOKEN: GITHUB_TOKEN}, permissions: {issues: read}}"
    assert given(pipeline(), said)["fetch"] == {"FETCH__TOKEN": "${{ secrets.GITHUB_TOKEN }}"}
    assert refused(pipeline(), said) == []
