"""When GitLab makes the jobs: rules over where a run comes from."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends.gitlab.config import GitlabConfig
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline
from pipegen.names import folder_names

_BY_HAND = "/^(api|chat|parent_pipeline|pipeline|trigger|web)$/"


def selected_name(pipeline: Pipeline) -> str:
    """What the variable `rules.select` must hold."""
    return folder_names([pipeline.name])[pipeline.name]


def rules(pipeline: Pipeline, config: GitlabConfig, when: str | None = None) -> list[Yaml]:
    """The rules of a job that runs `when`; None is GitLab's `on_success`."""
    return [_timed(dict(one), when) for one in _rules(pipeline, config)]


def _timed(rule: dict[str, Yaml], when: str | None) -> Yaml:
    if when is not None and rule.get("when") != "never":
        rule["when"] = when
        rule.pop("start_in", None)  # of a rule that delays jobs
    return rule


def _rules(pipeline: Pipeline, config: GitlabConfig) -> Iterator[dict[str, Yaml]]:
    said = config.rules
    selected = f' && ${said.select} == "{selected_name(pipeline)}"' if said.select is not None else ""
    changes: dict[str, Yaml] = {"changes": list(said.changes)} if said.changes else {}
    if said.schedule and pipeline.schedule is not None:
        yield {"if": f'$CI_PIPELINE_SOURCE == "schedule"{selected}'}
    if said.manual:
        yield {"if": f"$CI_PIPELINE_SOURCE =~ {_BY_HAND}{selected}"}
    for branch in said.branches:
        yield {"if": f'$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "{branch}"', **changes}
    if said.tags:
        yield {"if": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_TAG'}
    if said.merge_requests:
        yield {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', **changes}
    yield from map(dict, said.more)
