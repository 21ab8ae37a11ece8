"""What values.yaml may say in its `dvc` section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from pipegen.frozen import frozen
from pipegen.values.kinds import Doc, Pattern, RelativePath


@frozen
class PlotConfig:
    """How `dvc plots` draws one file."""

    path: Annotated[str, RelativePath(), Doc("The file, inside the artifact.", "data/loss.csv")]
    x: Annotated[str | None, Doc("The field on the x axis.", "step")] = None
    y: Annotated[tuple[str, ...], Doc("The fields on the y axis.", ["train", "test"])] = ()
    title: Annotated[str | None, Doc("The title.", "Loss")] = None
    x_label: Annotated[str | None, Doc("What the x axis is called.", "Step")] = None
    y_label: Annotated[str | None, Doc("What the y axis is called.", "Loss")] = None
    template: Annotated[str | None, Doc("One of DVC's plot templates.", "scatter")] = None


@frozen
class StageConfig:
    """What DVC offers for one stage beyond what the step itself says."""

    deps: Annotated[
        tuple[Annotated[str, RelativePath()], ...],
        Doc("More files that the stage depends on.", ["data/reviews.csv"]),
    ] = ()
    params: Annotated[
        Mapping[Annotated[str, RelativePath()], tuple[str, ...]],
        Doc(
            "Parameters that the stage depends on, by file; an empty list is all of the file.",
            {"params.yaml": ["train.rate"]},
        ),
    ] = field(default_factory=dict)
    metrics: Annotated[
        tuple[Annotated[str, RelativePath()], ...],
        Doc("Files inside the artifact that `dvc metrics` shows.", ["data.json"]),
    ] = ()
    plots: Annotated[
        tuple[Annotated[str, RelativePath()] | PlotConfig, ...],
        Doc("Files inside the artifact that `dvc plots` shows, alone or with how.", ["data/loss.csv"]),
    ] = ()
    cache: Annotated[bool, Doc("Keep the artifact in DVC's cache.")] = True
    push: Annotated[bool, Doc("Upload the artifact on `dvc push`.")] = True
    remote: Annotated[str | None, Doc("The DVC remote that this artifact is pushed to.", "backup")] = None
    persist: Annotated[
        bool,
        Doc(
            "Leave the artifact in place until the stage has made a new one, also when it fails. DVC's cache "
            "of past runs does not serve such stages."
        ),
    ] = False
    frozen: Annotated[bool, Doc("Never run the stage; its artifact stays as it is.")] = False
    always_changed: Annotated[bool, Doc("Run the stage every time.")] = False


@frozen
class DvcConfig:
    """How a pipeline becomes a dvc.yaml."""

    ignore: Annotated[
        tuple[str, ...],
        Doc("Features that DVC cannot express and that may be left out.", ["schedule"]),
    ] = ()
    artifacts: Annotated[str, RelativePath(), Doc("The folder for artifacts, from the project's root.")] = (
        "artifacts"
    )
    prefix: Annotated[
        str,
        Pattern(r"[A-Za-z0-9_-]*", "letters, digits, '-' and '_'"),
        Doc(
            "What the names of stages and artifacts begin with; tells pipelines apart that share a project.",
            "weekly-",
        ),
    ] = ""
    wdir: Annotated[str, RelativePath(), Doc("The folder that stages run in, from the project's root.")] = "."
    command: Annotated[
        tuple[str, ...], Doc("How stages call pipegen, word by word.", ["uv", "run", "pipegen"])
    ] = ("pipegen",)
    settings: Annotated[
        Literal["environment", "file", "ignore"],
        Doc(
            "How a changed setting is noticed: by a first stage that reads the environment on every run, from "
            "files that `pipegen fingerprint` writes when you call it, or not at all."
        ),
    ] = "environment"
    env_file: Annotated[
        str | None,
        RelativePath(),
        Doc("A file of KEY=VALUE lines, from the project's root, read under the environment.", ".env"),
    ] = None
    deps: Annotated[
        tuple[Annotated[str, RelativePath()], ...],
        Doc("Files that every stage depends on, from the project's root.", ["uv.lock"]),
    ] = ()
    remote: Annotated[str | None, Doc("The DVC remote that artifacts are pushed to.", "storage")] = None
    stages: Annotated[Mapping[str, StageConfig], Doc("More for single stages, by task name.", {})] = field(
        default_factory=dict
    )
