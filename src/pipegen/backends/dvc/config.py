"""What values.yaml may say in its `dvc` section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.values.kinds import Doc, Pattern, RelativePath


@dataclass(frozen=True, slots=True)
class StageConfig:
    """What DVC offers for one stage beyond what the step itself says."""

    deps: Annotated[
        tuple[Annotated[str, RelativePath()], ...], Doc("More files that the stage depends on.")
    ] = ()
    params: Annotated[
        Mapping[str, tuple[str, ...]],
        Doc("Parameters by file: `params.yaml: [train.rate]`; an empty list is all."),
    ] = field(default_factory=dict)
    metrics: Annotated[
        tuple[Annotated[str, RelativePath()], ...], Doc("Files inside the artifact that `dvc metrics` shows.")
    ] = ()
    plots: Annotated[
        tuple[Annotated[str, RelativePath()], ...], Doc("Files inside the artifact that `dvc plots` shows.")
    ] = ()
    cache: Annotated[bool, Doc("Keep the artifact in DVC's cache.")] = True
    push: Annotated[bool, Doc("Upload the artifact on `dvc push`.")] = True
    remote: Annotated[str | None, Doc("The DVC remote that this artifact is pushed to.")] = None
    persist: Annotated[bool, Doc("Do not delete the artifact before the stage runs.")] = False
    frozen: Annotated[bool, Doc("Never run the stage; its artifact stays as it is.")] = False
    always_changed: Annotated[bool, Doc("Run the stage every time.")] = False


@dataclass(frozen=True, slots=True)
class DvcConfig:
    """How a pipeline becomes a dvc.yaml."""

    ignore: Annotated[
        tuple[str, ...], Doc("Features that DVC cannot express and that may be left out, such as `schedule`.")
    ] = ()
    artifacts: Annotated[str, RelativePath(), Doc("The folder for artifacts, from the project's root.")] = (
        "artifacts"
    )
    prefix: Annotated[
        str,
        Pattern(r"[A-Za-z0-9_-]*", "letters, digits, '-' and '_'"),
        Doc("What the names of stages begin with; tells pipelines apart that share a dvc.yaml."),
    ] = ""
    wdir: Annotated[str, RelativePath(), Doc("The folder that stages run in, from the project's root.")] = "."
    command: Annotated[tuple[str, ...], Doc("How stages call pipegen, for example `[uv, run, pipegen]`.")] = (
        "pipegen",
    )
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
        Doc("A file of KEY=VALUE lines, from the project's root, read under the environment."),
    ] = None
    remote: Annotated[str | None, Doc("The DVC remote that artifacts are pushed to.")] = None
    stages: Annotated[Mapping[str, StageConfig], Doc("More for single stages, by task name.")] = field(
        default_factory=dict
    )
