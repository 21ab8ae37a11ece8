"""What GitLab CI cannot do as it is meant is refused, with the reason; what some runners pass over is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from gitlab_pipelines import cautions, config, generated, large, refusals, wide
from reviews_by_hand import FETCH, PLAIN, STEPS, TOKEN, pipeline, task

from pipegen.backends.gitlab import GitlabBackend
from pipegen.errors import PipegenError
from pipegen.ir import Options, Parameter, Pipeline, Resources, Retry, Schedule

ASKS = replace(PLAIN, resources=Resources("1", "1Gi"))
ALL_DONE, ONE_FAILED = replace(PLAIN, trigger="all_done"), replace(PLAIN, trigger="one_failed")
SECRET = {"steps": {**STEPS, "fetch": replace(FETCH, settings=(TOKEN,))}}


def asking(number: int, **env: Mapping[str, str]) -> Pipeline:
    """A pipeline with so many parameters."""
    parameters = tuple(Parameter(f"p{one}", (("score", "model"),)) for one in range(number))
    return pipeline("p", task("score", options=replace(PLAIN, **env)), parameters=parameters)


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
        "PG806", "'TZ' of task 'fetch' is given by env and by gitlab.variables",
    ),
    "a variable that options make": (
        pipeline("p", task("fetch", options=ASKS)), "{executor: kubernetes, variables: {KUBERNETES_CPU_REQUEST: '9'}}",
        "PG806", "'KUBERNETES_CPU_REQUEST' of task 'fetch' is given by its resources, labels or metadata",
    ),
    "a secret from two stores": (
        pipeline(), "{variables: {A: $B}, secrets: {A: {vault: a/b@c}}}",
        "PG806", "is given by gitlab.variables and by gitlab.secrets",
    ),
    "a patch over the script": (
        pipeline(), "{steps: {score: {patch: {script: [x]}}}}", "PG807", "gitlab.steps.score.patch says 'script'",
    ),
    "a patch over the variables": (pipeline(), "{patch: {variables: {A: b}}}", "PG807", "patch says 'variables'"),
    "a patch that makes several jobs of one": (pipeline(), "{patch: {parallel: 3}}", "PG807", "says 'parallel'"),
    "a patch that keeps parameters away": (
        large(), "{executor: kubernetes, patch: {inherit: {variables: false}}}",
        "PG807", "parameters come by variables",
    ),
    "runs that may not overlap": (pipeline(concurrency="forbid"), "", "PG814", "wants concurrency 'forbid'"),
    "runs that replace each other": (pipeline(concurrency="replace"), "", "PG814", "wants concurrency 'replace'"),
    "a handler by hand": (
        pipeline(on_exit=task("tidy", "tell")), "{manual: true}", "PG816", "task 'tidy' runs after failures, too",
    ),
    "more GPUs than any runner has": (
        pipeline("p", task("fetch", options=replace(PLAIN, resources=Resources(gpu=4)))), "{gpu_tags: {'1': [gpu]}}",
        "PG817", "task 'fetch' asks for 4 GPUs",
    ),
    "resources from Docker": (
        pipeline("p", task("fetch", options=ASKS)), "{executor: docker}", "PG808", "the docker executor does not give",
    ),
    "a handler for failures that are dealt with": (
        pipeline("p", task("fetch"), task("report", "report", "fetch", options=ALL_DONE),
                 on_failure=task("alert", "tell")),
        "", "PG811", "'alert' runs when the pipeline failed, and GitLab starts it also",
    ),
    "more inputs than a run takes": (
        asking(21), "{parameters: inputs}", "PG818", "has 21 parameters, and a run takes 20 inputs",
    ),
    "text that GitLab would fill in": (
        asking(1, env={"A": "$[[ x ]]"}), "{parameters: inputs}", "PG819", "in 'variables' of the job of task 'score'",
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
    "runs that may overlap": (pipeline(concurrency="allow"), ""),
    "runs that wait elsewhere": (pipeline(concurrency="forbid"), "{ignore: [concurrency]}"),
    "what a job does not take from elsewhere": (large(), "{executor: kubernetes, patch: {inherit: {default: false}}}"),
    "parameters without end": (asking(21), ""),
    "inputs": (asking(20), "{parameters: inputs}"),
    "text that is filled in where there are inputs": (asking(1, env={"A": "$[[ x ]]"}), ""),
    "such text without parameters": (asking(0, env={"A": "$[[ x ]]"}), "{parameters: inputs}"),
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


TIMED = replace(PLAIN, timeout="2h")
WARNED: dict[str, tuple[Pipeline, str, str, str]] = {
    "resources that only some runners give": (
        pipeline("p", task("fetch", options=ASKS)), "", "PG809",
        "only runners with the Kubernetes executor give the CPU, memory and storage that 'fetch' asks for",
    ),
    "a job that ends before its task": (
        pipeline("p", task("fetch", options=TIMED)), "{timeout: 90m}", "PG812",
        "task 'fetch' may take 2h with all attempts, and GitLab ends its job after 90m",
    ),
    "more attempts than a job has days": (
        pipeline("p", task("fetch", options=replace(TIMED, retry=Retry(400)))), "", "PG812", "ends its job after 30d",
    ),
    "a word of a rule": (pipeline(), "{rules: {more: [{iff: $X}]}}", "PG813", "gitlab.rules.more says 'iff'"),
    "a word of a service": (
        pipeline(), "{steps: {score: {services: [{name: a, alais: b}]}}}", "PG813",
        "gitlab.steps.score.services says 'alais'",
    ),
    "a keyword": (pipeline(), "{patch: {alow_failure: true}}", "PG813", "gitlab.patch says 'alow_failure'"),
    "a kind of report": (pipeline(), "{reports: {junits: [a.xml]}}", "PG813", "gitlab.reports says 'junits'"),
    "a schedule that is due too often": (
        pipeline(schedule=Schedule("*/2 * * * *")), "", "PG815", "is due every 2 minutes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
def test_it_is_compiled_with_a_warning(case: str) -> None:
    one, values, code, words = WARNED[case]
    ((found, message),) = cautions(one, values)
    assert (found, words in message) == (code, True), message
    assert refusals(one, values) == []


def test_a_mistake_in_values_is_told_once_for_all_jobs() -> None:
    assert len(refusals(pipeline(), "{patch: {needs: []}}")) == 1
    assert len(refusals(pipeline(), "{variables: {A: $B}, id_tokens: {A: {aud: x}}}")) == 1


UNFIT = {
    "no failure": "{retry_when: []}",
    "no time": "{timeout: 0s}",
    "more than a month": "{timeout: 31d}",
    "nothing kept": "{expire_in: 0d}",
    "more caches than GitLab has": "{cache: [{paths: [a]}, {paths: [b]}, {paths: [c]}, {paths: [d]}, {paths: [e]}]}",
    "a group without a name": "{resource_group: ''}",
    "a folder that is an option": "{directory: -x}",
    "a rule that says what is needed": "{rules: {more: [{if: $X, needs: [fetch]}]}}",
    "a rule that takes failures for success": "{rules: {more: [{if: $X, when: always}]}}",
    "a rule that delays for no time": "{rules: {more: [{if: $X, when: delayed}]}}",
    "a rule that starts later without a delay": "{rules: {more: [{if: $X, start_in: 1 hour}]}}",
    "a coverage report without a format": "{reports: {coverage_report: [a.xml]}}",
    "a coverage report outside of the artifact": "{reports: {coverage_report: {coverage_format: jacoco, path: ../a}}}",
    "another report with a format": "{reports: {junit: {coverage_format: jacoco, path: a}}}",
    "half a GPU": "{gpu_tags: {'0.5': [gpu]}}",
}


@pytest.mark.parametrize("case", UNFIT)
def test_values_that_gitlab_would_refuse_are_refused_where_they_stand(case: str) -> None:
    with pytest.raises(PipegenError, match=r"values\.yaml:1"):
        config(UNFIT[case])


def test_ignored_resources_are_left_out() -> None:
    one = pipeline("p", task("fetch", options=ASKS))
    assert "KUBERNETES_CPU_REQUEST" not in str(generated(one, "{ignore: [cpu]}"))
    assert "KUBERNETES_MEMORY_LIMIT" in str(generated(one, "{ignore: [cpu]}"))


def test_a_task_with_gpus_gets_the_runners_that_have_as_many() -> None:
    one = pipeline("p", task("fetch"), task("score", options=replace(PLAIN, resources=Resources(gpu=2))))
    jobs = generated(one, "{tags: [linux], gpu_tags: {'1': [gpu], '2': [gpu, two]}}")
    assert jobs[".p"]["tags"] == ["linux"] and "tags" not in jobs["fetch"]
    assert jobs["score"]["tags"] == ["linux", "gpu", "two"]
    assert GitlabBackend().can.gpu.how == "refused"
    assert GitlabBackend().capabilities(config("{gpu_tags: {'2': [gpu]}}")).gpu.how == "native"
    assert "tags" not in str(generated(one, "{gpu_tags: {'1': [gpu]}, ignore: [gpu]}"))


TIMES: dict[str, tuple[Options, str, str | None]] = {
    "no limit": (PLAIN, "", None),
    "less than GitLab gives": (replace(PLAIN, timeout="50m"), "", None),
    "more than GitLab gives": (replace(PLAIN, timeout="51m"), "", "1h 1m"),
    "all attempts in one job": (replace(PLAIN, timeout="30m", retry=Retry(3, "1m")), "", "2h 17m"),
    "each attempt in a job": (replace(PLAIN, timeout="30m", retry=Retry(2)), "", None),
    "as values say": (replace(PLAIN, timeout="2h"), "{timeout: 3d}", "3d"),
    "less than a second": (PLAIN, "{timeout: 1.5s}", "2s"),
}


@pytest.mark.parametrize("case", TIMES)
def test_a_job_has_the_time_that_its_task_may_take(case: str) -> None:
    options, values, time = TIMES[case]
    assert generated(pipeline("p", task("fetch", options=options)), values)["fetch"].get("timeout") == time


def test_a_step_may_take_back_what_all_jobs_say() -> None:
    jobs = generated(
        pipeline(), "{tags: [a], before_script: [x], steps: {score: {tags: [], before_script: []}}}"
    )
    assert "tags" not in jobs["score"] and "before_script" not in jobs["score"]
    assert jobs["fetch"]["tags"] == ["a"] and jobs["report"]["before_script"] == ["x"]


def test_a_rule_that_delays_jobs_does_not_delay_handlers() -> None:
    one = pipeline(on_exit=task("tidy", "tell"))
    jobs = generated(one, "{rules: {more: [{if: $X, when: delayed, start_in: 30 minutes}]}}")
    assert jobs[".reviews"]["rules"][-1] == {"if": "$X", "when": "delayed", "start_in": "30 minutes"}
    assert jobs["tidy"]["rules"][-1] == {"if": "$X", "when": "always"}


def test_a_job_by_hand_and_a_coverage_report_are_as_gitlab_has_them() -> None:
    report = "{reports: {coverage_report: {coverage_format: cobertura, path: data/coverage.xml}}}"
    jobs = generated(pipeline(), f"{{steps: {{score: {{manual: true}}, report: {report}}}}}")
    assert jobs["score"]["when"] == "manual" and "when" not in jobs["fetch"]
    path = "artifacts/report/data/coverage.xml"
    reports = {"coverage_report": {"coverage_format": "cobertura", "path": path}}
    assert jobs["report"]["artifacts"]["reports"] == reports


def test_lines_after_the_task_run_in_the_folder_of_the_project_too() -> None:
    jobs = generated(pipeline(), "{directory: services/reviews, after_script: [df -h]}")
    assert jobs[".reviews"]["before_script"] == ["cd services/reviews"]
    assert jobs[".reviews"]["after_script"] == ["cd services/reviews", "df -h"]


def test_variables_that_all_jobs_have_stand_once() -> None:
    one = pipeline(
        "p", task("fetch", options=replace(PLAIN, env={"TZ": "UTC"})), task("score"), labels={"a": "b"}
    )
    jobs = generated(one, "{variables: {A: $B}}")
    assert [*jobs[".p"]["variables"]] == ["A", "PIPEGEN_LABELS"]
    assert [*jobs["fetch"]["variables"]] == ["TZ"] and "variables" not in jobs["score"]


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
