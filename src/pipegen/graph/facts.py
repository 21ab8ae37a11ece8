"""What the page knows about a pipeline beside its picture, as JSON; no value of a secret is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from pipegen.errors import Origin
from pipegen.graph.lettering import short_type
from pipegen.graph.picture import MODES, ROLES, TRIGGERS, Node, Picture, badges, schedule_of
from pipegen.ir import Json, Options, Parameter, Pipeline, Retry, Setting, Step

Rows = list[Json]  # of a name and a text
_FEEDS = {"one": "", "collect": "collected into a list", "chain": "one after the other"}


def facts(drawn: Picture) -> dict[str, Json]:
    """Tasks and edges in the order of the picture."""
    place = {node.task.name: at for at, node in enumerate(drawn.nodes)}
    steps = {node.step.slug: _step(node.step) for node in drawn.nodes}
    return {
        "pipeline": _pipeline(drawn.pipeline),
        "steps": steps,
        "tasks": [_task(node, place) for node in drawn.nodes],
        "edges": [[edge.source, edge.target] for edge in drawn.edges],
    }


def embedded(value: Json) -> str:
    """JSON that can stand in a page: ASCII, and nothing that could end a script."""
    dense = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return dense.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _pipeline(pipeline: Pipeline) -> dict[str, Json]:
    steps = {task.name: pipeline.step_of(task) for task in pipeline.every_task}
    about = {
        "schedule": schedule_of(pipeline),
        "concurrency": pipeline.concurrency,
        "deadline": pipeline.deadline,
        "target": pipeline.target if _portable(pipeline.target) else "",
        **{f"label {key}": value for key, value in sorted(pipeline.labels.items())},
    }
    return {
        "name": pipeline.name,
        "description": pipeline.description,
        "about": _rows(about),
        "parameters": [_parameter(one, steps) for one in pipeline.parameters],
    }


def _parameter(one: Parameter, steps: Mapping[str, Step]) -> dict[str, Json]:
    secret = any(_is_secret(steps.get(task), setting) for task, setting in one.targets)
    return {
        "name": one.name,
        "description": one.description,
        "sets": [f"{task}.{setting}" for task, setting in one.targets],
        "default": json.dumps(one.default) if one.has_default and not secret else "",
        "choices": [] if secret else [json.dumps(choice) for choice in one.choices],
        "secret": secret,
    }


def _is_secret(step: Step | None, setting: str) -> bool:
    """Whether the setting, what it is a part of or a part of it is secret; what is not known might be."""
    if step is None:
        return True
    secrets = (f"{one.name}." for one in step.settings if one.secret)
    return any(f"{setting}.".startswith(secret) or secret.startswith(f"{setting}.") for secret in secrets)


def _step(step: Step) -> dict[str, Json]:
    return {
        "entrypoint": step.entrypoint,
        "doc": step.doc,
        "mode": MODES[step.mode],
        "output": short_type(step.output),
        "settings": [_setting(one, step.prefix) for one in step.settings],
        "origin": _place(step.origin),
    }


def _setting(one: Setting, prefix: str) -> dict[str, Json]:
    return {
        "name": one.name,
        "variable": f"{prefix}__{one.name}".replace(".", "__").upper() if prefix else "",
        "type": short_type(one.type),
        "required": one.required,
        "default": "" if one.secret or one.required else json.dumps(one.default),
        "secret": one.secret,
        "description": one.description,
    }


def _task(node: Node, place: Mapping[str, int]) -> dict[str, Json]:
    return {
        "name": node.task.name,
        "role": ROLES[node.role],
        "step": node.step.slug,
        "inputs": list(_inputs(node, place)),
        "badges": [[one.kind, one.text] for one in badges(node)],
        "options": _rows(dict(_options(node.task.options))),
        "origin": _place(node.task.origin),
    }


def _inputs(node: Node, place: Mapping[str, int]) -> Iterator[dict[str, Json]]:
    """The inputs of the step, fed or not."""
    types = {port.name: short_type(port.type) for port in node.step.inputs}
    fed = {one.name: one for one in node.task.inputs}
    for name in dict.fromkeys((*types, *fed)):
        one = fed.get(name)
        sources: list[Json] = [place[source] for source in dict.fromkeys(one.sources)] if one else []
        yield {
            "name": name,
            "type": types.get(name, "Any"),
            "feed": _FEEDS[one.feed] if one else "not fed",
            "sources": sources,
        }


def _options(options: Options) -> Iterator[tuple[str, str | None]]:
    yield "runs", TRIGGERS[options.trigger]
    yield "retry", _retry(options.retry) if options.retry else None
    yield "timeout", options.timeout
    if options.resources:
        yield "cpu", options.resources.cpu
        yield "memory", options.resources.memory
        yield "ephemeral storage", options.resources.ephemeral_storage
        yield "gpu", str(options.resources.gpu or "")
    if options.cache:
        yield (
            "cache",
            ("on, by " + ", ".join(options.cache.key or ("content",))) if options.cache.enabled else "off",
        )
    yield "image", options.image
    yield "environment", ", ".join(sorted(options.env))  # the names alone
    yield "labels", ", ".join(f"{key}={value}" for key, value in sorted(options.labels.items()))
    yield (
        "metadata",
        json.dumps(options.metadata, sort_keys=True, ensure_ascii=False) if options.metadata else None,
    )


def _retry(retry: Retry) -> str:
    most = f", {retry.max_backoff} at most" if retry.max_backoff else ""
    return f"{retry.limit} times, after {retry.backoff}, each wait {retry.factor:g} times the last{most}"


def _rows(said: Mapping[str, str | None]) -> Rows:
    return [[name, text] for name, text in said.items() if text]


def _place(origin: Origin | None) -> str:
    return str(origin) if origin and _portable(origin.file) else ""


def _portable(path: str) -> bool:
    """Whether it names no folder of this machine."""
    return not path.startswith(("/", "\\", "~", "<")) and not re.match(r"[A-Za-z]:[\\/]", path)
