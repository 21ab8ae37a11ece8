# mypy: ignore-errors
"""The tasks of layers.py, by Hera: $FORM is `reused` (two templates, with arguments) or `each` (one per task)."""

import os
import sys
from pathlib import Path

from hera.workflows import DAG, Artifact, Container, Parameter, S3Artifact, Workflow

IMAGE = "registry.example.com/team/app:1.0"
WIDTH, TASKS, FORM = 100, int(os.environ["TASKS"]), os.environ["FORM"]
NAMES = ("a", "b", "c")
OWN = "{{inputs.parameters.name}}"


def container(template, step, name, parameters=()):
    """A template that runs a step, as one would write it by hand."""
    read = NAMES if step == "add" else ()
    words = [word for one in read for word in ("--in", f"{one}=/pipegen/in/{one}")]
    return Container(
        name=template,
        image=IMAGE,
        command=["pipegen"],
        args=["exec", f"layers:{step}", "--name", name, *words, "--out", "/pipegen/out"],
        inputs=[*parameters, *(Artifact(name=one, path=f"/pipegen/in/{one}") for one in read)],
        outputs=[S3Artifact(name="out", path="/pipegen/out", key=f"{{{{workflow.name}}}}/{name}")],
    )


def template_for(name, step, shared):
    return shared[step] if FORM == "reused" else container(f"run-{name}", step, name)


def task(template, name, sources):
    parameters = [Parameter(name="name", value=name)] if FORM == "reused" else []
    fed = [one.get_artifact("out").with_name(key) for key, one in zip(NAMES, sources, strict=False)]
    made = template(name=name, arguments=[*parameters, *fed])
    for one in sources:
        one >> made
    return made


def places():
    """Each task's layer and column, the first layer first."""
    return [(layer, column) for layer in range(TASKS // WIDTH) for column in range(WIDTH)]


with Workflow(generate_name="layers-", entrypoint="main") as workflow:
    taken = [Parameter(name="name")]
    shared = (
        {step: container(step, step, OWN, taken) for step in ("source", "add")} if FORM == "reused" else {}
    )
    steps = {place: "add" if place[0] else "source" for place in places()}
    templates = {place: template_for("t{}-{}".format(*place), step, shared) for place, step in steps.items()}
    with DAG(name="main"):
        made = {}
        for layer, column in places():
            near = [(layer - 1, (column - back) % WIDTH) for back in (0, 1, 7)] if layer else []
            name = f"t{layer}-{column}"
            made[layer, column] = task(templates[layer, column], name, [made[one] for one in near])

Path(sys.argv[1]).write_text(workflow.to_yaml(), encoding="utf-8")
