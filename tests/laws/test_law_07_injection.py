"""Law 7: text that reaches a shell, a template or an expression language arrives as it was given.

That generated pods pass the `restricted` standard is held by the validators of the Kubernetes backends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from compiling import BACKENDS, compiled_or_refused, documents
from hypothesis import given
from random_pipelines import NASTY, NASTY_TEXT, STEPS, examples, pipelines
from targets import commands
from toys import Toy

from pipegen.backend import Backend
from pipegen.emit.yaml import dump
from pipegen.ir import Cache, Draft, Input, Options, Parameter, Pipeline, Task
from pipegen.link import link, name_is_usable
from pipegen.runtime.words import decoded


def changed(pipeline: Pipeline, backend: Backend | str) -> list[str]:
    """What does not arrive at the process that it is meant for; nothing when all is as it should be."""
    texts = compiled_or_refused(pipeline, backend)
    if texts is None:
        return []
    called = {arguments.name: (arguments, env) for arguments, env in commands(documents(texts))}
    return [problem for task in pipeline.tasks for problem in _changed(task, pipeline, called)]


def _changed(
    task: Task, pipeline: Pipeline, called: Mapping[str, tuple[object, Mapping[str, str]]]
) -> list[str]:
    if task.name not in called:
        return [f"no command is called {task.name!r}, but {sorted(called)}"]
    arguments, env = called[task.name]
    found = []
    given_inputs = [(one.parameter, one.feed, len(one.folders)) for one in arguments.inputs]  # type: ignore[attr-defined]
    wanted = [(one.name, one.feed, len(one.sources)) for one in task.inputs]
    if given_inputs != wanted:
        found.append(f"the inputs of {task.name!r} are {given_inputs}")
    found += [
        f"{name} is {env[name]!r}"
        for name, text in task.options.env.items()
        if name in env and env[name] != text
    ]
    defaults = {
        field: one.default for one in pipeline.parameters for name, field in one.targets if name == task.name
    }
    values = [*arguments.param_defaults.values(), *env.values()]  # type: ignore[attr-defined]
    for field, default in defaults.items():
        forms = (json.dumps(default, ensure_ascii=False), json.dumps(default), default)
        if not any(decoded(value) in forms for value in values):
            found.append(f"the default of '{field}' is none of {values}")
    return found


def of_text(text: str, name: str = "fetch") -> Pipeline:
    """A pipeline that holds a text wherever it may hold any."""
    options = Options(
        image="app:1",
        env={"EXTRA": text},
        cache=Cache(key=(text,)),
        metadata={"text": text, "deep": [{text: text}]},
    )
    tasks = (Task(name, "fetch", options=options), Task("next", "score", (Input("rows", (name,)),), options))
    parameter = Parameter("url", ((name, "api.url"),), text, True, (text, "other"), text)
    return link(Draft("p", tasks, STEPS, "flow.py:p", description=text, parameters=(parameter,)))


CORPUS = sorted({*NASTY, *NASTY_TEXT})


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_text_arrives_as_it_was_given(text: str, backend: str) -> None:
    usable = name_is_usable(text)
    pipeline = of_text(text, text if usable else "fetch")
    assert changed(pipeline, backend) == []
    if usable:
        assert changed(replace(pipeline, name=text), backend) == []


@pytest.mark.parametrize("backend", BACKENDS)
@examples(30)
@given(pipeline=pipelines())
def test_any_text_in_any_place_arrives_as_it_was_given(backend: str, pipeline: Pipeline) -> None:
    assert changed(pipeline, backend) == []


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_text_does_not_change_the_shape_of_a_file(text: str, backend: str) -> None:
    plain, nasty = (compiled_or_refused(of_text(one), backend) for one in ("plain", text))
    if plain is not None and nasty is not None and text.strip():
        assert [_shape(one) for one in documents(nasty)] == [_shape(one) for one in documents(plain)]


def _shape(value: object) -> object:
    """A document without its texts: which keys there are, and how many of what. Commands were looked at already."""
    if isinstance(value, Mapping):
        return {key: _shape(inner) for key, inner in value.items() if key not in _FREE}
    return [_shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__


# Of forms (inputs): they do without a default that they cannot show, and the command carries it.
_FREE = {"args", "cmd", "meta", "annotations", "inputs"}


def _line(task: Task) -> str:
    return f"pipegen exec a:B --name {task.name} --out out"


_ENV: dict[str, Any] = {"env": [{"name": "EXTRA", "value": "x"}]}
TOYS = {
    "a shell": lambda p: dump({"stages": {f"s{n}": {"cmd": _line(one)} for n, one in enumerate(p.tasks)}}),
    "YAML by string": lambda p: (
        "jobs:\n"
        + "".join(
            f"- args: [exec, a:B, --name, {one.name}, {'--in, rows=in, ' if one.inputs else ''}--out, out]\n"
            for one in p.tasks
        )
    ),
    "Kubernetes": lambda p: dump(
        {
            "containers": [
                {"args": ["exec", "a:B", f"--name={one.name}", "--out", "out"], **_ENV} for one in p.tasks
            ]
        }
    ),
}


@pytest.mark.parametrize(
    ("toy", "text"),
    [
        ("a shell", "$(touch evil)"),
        ("a shell", "a'b"),
        ("a shell", "; touch evil"),
        ("YAML by string", "evil: true"),
        ("YAML by string", "# evil"),
        ("YAML by string", "a,b"),
        ("YAML by string", "true"),
        ("Kubernetes", "$$(EVIL)"),
        ("Kubernetes", "$(EXTRA)"),
    ],
)
def test_a_backend_that_lets_text_be_read_as_more_is_noticed(toy: str, text: str) -> None:
    assert _noticed("plain", toy) == []
    assert _noticed(text, toy) != []


def _noticed(name: str, toy: str) -> list[str]:
    """What the checker finds with a task of that name, a file or command that cannot even be read included."""
    task = Task(name, "fetch", options=Options(image="app:1"))
    try:
        return changed(link(Draft("p", (task,), STEPS, "flow.py:p")), Toy(TOYS[toy]))
    except Exception as error:
        return [str(error)]
