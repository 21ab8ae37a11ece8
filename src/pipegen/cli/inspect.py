"""`pipegen inspect`: the steps and tasks of a pipeline, for people and for editors."""

from __future__ import annotations

from pipegen.app import showing
from pipegen.app.loading import load, load_steps, project_of
from pipegen.cli import options, output


def inspect(target: options.Target = None, as_json: options.AsJson = False) -> None:
    """Show the steps (their slug, inputs, output, settings) and the tasks made of them."""
    project = project_of(target)
    pipelines = load(target, project, schemas=True)
    if as_json:
        output.data(showing.palette(pipelines, load_steps(target, project)))
        return
    steps = {slug: step for one in pipelines for slug, step in one.steps.items()}
    rows = [
        (
            slug,
            step.mode,
            ", ".join(f"{port.name}{'' if port.required else '?'}: {port.type}" for port in step.inputs)
            or "-",
            step.output,
            step.doc.partition("\n")[0],
        )
        for slug, step in steps.items()
    ]
    output.table(rows, ("step", "mode", "takes", "returns", "does"))
    for pipeline in pipelines:
        schedule = f", at {pipeline.schedule.cron}" if pipeline.schedule else ""
        print(f"\npipeline {pipeline.name}: {output.count(len(pipeline.tasks), 'task')}{schedule}")
        tasks = [
            (
                task.name,
                task.step,
                ", ".join(f"{one.name} <- {', '.join(one.sources)}" for one in task.inputs) or "-",
            )
            for task in pipeline.every_task
        ]
        output.table(tasks, ("task", "step", "inputs"))


command = inspect
