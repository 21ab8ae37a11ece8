"""Messages about how a run ended: tasks of the exit handler that call pipegen's own step."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends.argo.config import ArgoConfig, Notification
from pipegen.backends.kubernetes.pod import Data, plain
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline
from pipegen.runtime.words import encoded

STEP = "pipegen.runtime.notify:Notify"
_WHEN = {"failure": "{{workflow.status}} != Succeeded", "success": "{{workflow.status}} == Succeeded"}
_FACTS = {"status": "status", "workflow": "name", "duration": "duration", "failures": "failures"}


def tasks(config: ArgoConfig, names: list[str]) -> Iterator[Yaml]:
    """The tasks of the exit handler."""
    for name, one in zip(names, config.notifications, strict=True):
        called: Data = {"name": name, "template": name}
        yield {**called, "when": _WHEN[one.when]} if one.when in _WHEN else called


def templates(pipeline: Pipeline, config: ArgoConfig, names: list[str]) -> Iterator[Data]:
    """A container for each; it is tried again, since networks fail."""
    for name, one in zip(names, config.notifications, strict=True):
        yield {
            "name": name,
            "retryStrategy": {"limit": "2", "retryPolicy": "Always"},
            "container": {
                "image": one.image or pipeline.every_task[0].options.image,
                "env": list(_env(pipeline, one)),
                "args": ["exec", STEP, "--name", "notify", *_carried(pipeline), "--out", "/pipegen/out"],
            },
        }


def _carried(pipeline: Pipeline) -> list[str]:
    """A name in which Argo would find something to replace goes into the command."""
    return ["--env", encoded(f"NOTIFY__PIPELINE={pipeline.name}")] if "{{" in pipeline.name else []


def _env(pipeline: Pipeline, one: Notification) -> Iterator[Yaml]:
    ref, form = (one.slack, "slack") if one.slack is not None else (one.webhook, "webhook")
    assert ref is not None
    where: Data = {"secretKeyRef": {"name": ref.name, "key": ref.key or "url"}}
    secret: Data = {"name": "NOTIFY__URL", "valueFrom": where}
    yield secret
    yield {"name": "NOTIFY__FORM", "value": form}
    if one.text is not None:
        yield {"name": "NOTIFY__TEXT", "value": plain(one.text)}
    if not _carried(pipeline):
        yield {"name": "NOTIFY__PIPELINE", "value": plain(pipeline.name)}
    for fact, variable in _FACTS.items():
        yield {"name": f"NOTIFY__{fact.upper()}", "value": f"{{{{workflow.{variable}}}}}"}
