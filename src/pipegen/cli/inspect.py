"""`pipegen inspect`: the steps and tasks of a pipeline, for people and for editors."""

from __future__ import annotations

from pipegen.app import showing
from pipegen.app.configuring import GivenValues
from pipegen.app.loading import load_steps, project_of
from pipegen.cli import options, output
from pipegen.ir import Pipeline, Step, Task


def inspect(
    target: options.Target = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    as_json: options.AsJson = False,
) -> None:
    """Show the steps (their slug, inputs, output, settings) and the tasks made of them, with their options."""
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    pipelines = showing.with_values(target, given, schemas=True)
    if as_json:
        output.data(showing.palette(pipelines, load_steps(target, project_of(target))))
        return
    steps = {slug: step for one in pipelines for slug, step in one.steps.items()}
    rows = [_step_row(slug, step) for slug, step in steps.items()]
    output.table(rows, ("step", "mode", "takes", "returns", "does"))
    for pipeline in pipelines:
        at = pipeline.schedule
        schedule = ", at " + " ".join(filter(None, (at.cron, at.timezone))) if at else ""
        print(f"\npipeline {pipeline.name}: {output.count(len(pipeline.tasks), 'task')}{schedule}")
        tasks = [_task_row(task, pipeline) for task in pipeline.every_task]
        if not any(row[-1] for row in tasks):
            tasks = [row[:-1] for row in tasks]
        output.table(tasks, ("task", "step", "inputs", "options")[: len(tasks[0])])


def _step_row(slug: str, step: Step) -> tuple[str, ...]:
    takes = ", ".join(f"{port.name}{'' if port.required else '?'}: {port.type}" for port in step.inputs)
    return slug, step.mode, takes or "-", step.output, step.doc.partition("\n")[0]


def _task_row(task: Task, pipeline: Pipeline) -> tuple[str, ...]:
    feeds = ", ".join(f"{one.name} <- {', '.join(one.sources)}" for one in task.inputs)
    called = {"on failure": pipeline.on_failure, "on exit": pipeline.on_exit}
    handles = [when for when, handler in called.items() if handler is task]
    return task.name, task.step, feeds or ", ".join(handles) or "-", showing.option_words(task.options)


command = inspect
