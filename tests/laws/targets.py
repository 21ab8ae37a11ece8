"""What the targets make of generated files: names they would refuse, and commands as a process would get them."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from controller import Controller, expand

from pipegen.runtime.arguments import Arguments, parse

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_LABEL_KEY = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STAGE = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
# How long an object's name may be so that what the cluster makes of it still has a legal one.
_LONGEST = {"CronWorkflow": 52, "CronJob": 52}
# Lists of things that are told apart by their name.
_NAMED = {
    "templates",
    "tasks",
    "containers",
    "initContainers",
    "sidecars",
    "volumes",
    "parameters",
    "artifacts",
}


def wrong_names(document: Any) -> list[str]:
    """The names in a document that its target refuses, or that two things have."""
    if not isinstance(document, Mapping):
        return ["a document that is no mapping"]
    if "dag_id" in document:
        return list(_wrong_dag(document))
    if "apiVersion" in document:
        return [*_wrong_object(document), *_wrong_lists(document)]
    if is_gitlab(document):
        return list(_wrong_jobs(document))
    if "on" in document:
        return list(_wrong_workflow(document["jobs"]))
    return list(_wrong_stages(document.get("stages", {})))


def _wrong_dag(dag: Mapping[str, Any]) -> Iterator[str]:
    """What Airflow says about ids; a '.' is for tasks that no user has named."""
    names = [dag["dag_id"], *(task["task_id"] for task in dag["tasks"])]
    yield from (
        f"an id is '{name}'" for name in names if re.fullmatch(r"[A-Za-z0-9_.-]{1,250}", name) is None
    )


def _wrong_workflow(jobs: Mapping[str, Any]) -> Iterator[str]:
    """What GitHub Actions says: it does not tell upper from lower case."""
    for name, count in Counter(map(str.lower, jobs)).items():
        if count > 1 or re.fullmatch(r"[a-z_][a-z0-9_-]{0,99}", name) is None:
            yield f"{count} jobs are called '{name}'"


def _wrong_object(document: Mapping[str, Any]) -> Iterator[str]:
    metadata, kind = document.get("metadata", {}), str(document.get("kind"))
    name = metadata.get("name") or str(metadata.get("generateName", "")).removesuffix("-")
    if _LABEL.fullmatch(name) is None or len(name) > _LONGEST.get(kind, 63):
        yield f"{kind} is called '{name}'"
    for path, labels in _under(document, {"labels", "matchLabels"}):
        for key, value in labels.items() if isinstance(labels, Mapping) else ():
            if _LABEL_KEY.fullmatch(key) is None or _LABEL_VALUE.fullmatch(str(value)) is None:
                yield f"{path} has the label '{key}: {value}'"


def _wrong_lists(document: Mapping[str, Any]) -> Iterator[str]:
    for path, listed in _under(document, _NAMED | {"env"}):
        names = [str(one.get("name")) for one in listed if isinstance(one, Mapping) and "name" in one]
        legal = (
            _VARIABLE
            if path.endswith("env")
            else _LABEL
            if _has_labels(path)
            else re.compile(r"[A-Za-z0-9_-]+")
        )
        yield from (f"{path} has '{name}'" for name in names if legal.fullmatch(name) is None)
        yield from (
            f"{path} has '{name}' {count} times" for name, count in Counter(names).items() if count > 1
        )


def _has_labels(path: str) -> bool:
    """Whether what a list holds needs names of the strictest kind."""
    return path.endswith(("containers", "initContainers", "volumes", "templates", "sidecars"))


def _wrong_stages(stages: Mapping[str, Any]) -> Iterator[str]:
    outs: Counter[str] = Counter()
    for name, stage in stages.items():
        if not isinstance(name, str) or _STAGE.fullmatch(name) is None:
            yield f"a stage is called '{name}'"
        for out in stage.get("outs", ()):
            path = next(iter(out)) if isinstance(out, Mapping) else out
            outs[path.casefold()] += 1
            if path.startswith("/") or ".." in path.split("/"):
                yield f"stage '{name}' writes to '{path}'"
    yield from (f"'{path}' is written by {count} stages" for path, count in outs.items() if count > 1)


def is_gitlab(document: Mapping[str, Any]) -> bool:
    """Whether a document is a file of GitLab CI: its jobs stand at the top, each with a script."""
    return any(isinstance(one, Mapping) and "script" in one for one in document.values())


_JOB, _NOT_JOBS = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?"), {"stages", "variables"}


def _wrong_jobs(document: Mapping[str, Any]) -> Iterator[str]:
    jobs = {name: one for name, one in document.items() if name not in _NOT_JOBS and not name.startswith(".")}
    for name, job in jobs.items():
        if (
            _JOB.fullmatch(name) is None
            or len(name) > 255
            or name in ("image", "include", "true", "null", "pages")
        ):
            yield f"a job is called '{name}'"
        if "script" not in job:
            yield f"job '{name}' has no script"
        yield from (f"job '{name}' waits for '{one}'" for one in job.get("needs", ()) if one not in jobs)
        if len(job.get("needs", ())) > 50:
            yield f"job '{name}' has more needs than GitLab takes"
        if job["stage"] not in (*document["stages"], ".post"):
            yield f"job '{name}' is in stage '{job['stage']}'"
    if len({name.lower() for name in jobs}) != len(jobs):
        yield "two jobs differ in case alone"


def _under(value: Any, keys: set[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that stands under one of the keys, anywhere, with the path to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in keys and isinstance(inner, (list, Mapping)):
                yield f"{path}.{key}", inner
            yield from _under(inner, keys, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _under(inner, keys, f"{path}[{number}]")


def commands(documents: Sequence[Any]) -> list[tuple[Arguments, dict[str, str]]]:
    """Each call of `pipegen exec` as the process gets it, with the variables that its container gives it."""
    ours = [one for one in documents if isinstance(one, dict)]
    argo = [one for one in ours if str(one.get("apiVersion", "")).startswith("argoproj.io")]
    found = [(call.words, call.env) for call in Controller(argo).calls()] if argo else []
    found += [call for one in ours if one not in argo for call in _calls(_whole(one))]
    read = [(parse(words[words.index("exec") + 1 :]), env) for words, env in found]
    return [(arguments, {**env, **arguments.env}) for arguments, env in read]


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    """Of GitLab CI, the jobs with the variables of the template that they extend."""
    if not is_gitlab(document):
        return document
    found = dict(document)
    for name, job in document.items():
        if isinstance(job, Mapping) and "extends" in job:
            shared = document[job["extends"]].get("variables", {})
            found[name] = {**job, "variables": {**shared, **job.get("variables", {})}}
    return found


def _calls(value: Any) -> Iterator[tuple[list[str], dict[str, str]]]:
    if isinstance(value, Mapping):
        args, cmd = value.get("args"), value.get("cmd")
        if isinstance(value.get("script"), list):  # GitLab hands lines to a shell; the last one is the task's
            variables = {
                name: one["value"] for name, one in value.get("variables", {}).items() if "value" in one
            }
            yield from ((words, variables) for words in [shlex.split(value["script"][-1])] if "exec" in words)
        lines = cmd if isinstance(cmd, list) else [cmd]  # a list keeps lines of a text together
        if isinstance(args, list) and args[:1] == ["exec"]:
            env: dict[str, str] = {}
            for one in value.get("env", ()):
                env |= {one["name"]: expand(str(one["value"]), env)} if "value" in one else {}
            yield [expand(word, env) for word in args], env
        for line in lines:
            if isinstance(line, str) and " exec " in line:  # DVC fills in ${}, and hands the rest to a shell
                words = shlex.split(line.replace("\\${", "${"))
                yield (
                    words,
                    dict(word.split("=", 1) for word in words[1 : words.index("pipegen")] if "=" in word),
                )
        if "runs-on" in value:
            yield from _calls_of_job(value)
            return
        for inner in value.values():
            yield from _calls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _calls(inner)


def _calls_of_job(job: Mapping[str, Any]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The calls in a job of GitHub Actions, whose texts may hold an expression that is the text `${{`."""
    for step in job["steps"]:
        env = {name: text.replace("${{ '${{' }}", "${{") for name, text in step.get("env", {}).items()}
        for line in step.get("run", "").split("\n"):
            assert "${{" not in line, "GitHub fills in what stands in a command"
            if line.startswith("pipegen exec "):
                yield shlex.split(line), env
