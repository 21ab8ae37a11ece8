"""The post-processor `copy`: artifacts in a folder or a bucket of the user's own, by the names of their tasks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from pipegen.engine.processors.choosing import chosen, filled, template_problem
from pipegen.engine.processors.config import ProcessorConfig, TaskNames
from pipegen.engine.processors.contract import Finished, Processed
from pipegen.engine.shared import open_bucket
from pipegen.errors import Diagnostic, PipegenError
from pipegen.names import folder_names
from pipegen.runtime.artifact import check_target
from pipegen.runtime.bucket import told as bucket_errors
from pipegen.runtime.codecs.contract import DiskError
from pipegen.runtime.publish import Draft, remove


class CopyConfig(ProcessorConfig):
    """Where to, and what."""

    usual: ClassVar[tuple[str, ...]] = ("to",)
    to: list[str] = Field(
        description="Folders, from the project's root, or s3://bucket/prefix; {pipeline}, {run}, {date} and {time} "
        "are filled in. Each task's artifact goes into a folder below.",
        examples=[["results/{pipeline}"]],
    )
    tasks: TaskNames | None = Field(
        None, description="Whose artifacts; without it, those of the last tasks.", examples=[["report"]]
    )
    on_error: Literal["continue", "fail"] = Field(
        "fail", description="Whether the other destinations are still copied to when one cannot be."
    )

    @field_validator("to", mode="before")
    @classmethod
    def _several(cls, to: object) -> object:
        return [to] if isinstance(to, str) else to

    @field_validator("to")
    @classmethod
    def _known_braces(cls, to: list[str]) -> list[str]:
        if not to:
            raise ValueError("it names no place; name a folder or s3://bucket/prefix")
        for one in to:
            problem = template_problem(one) or _place_problem(one)
            if problem:
                raise ValueError(problem)
        return to

    def named_tasks(self) -> Sequence[str]:
        return self.tasks or ()


def _place_problem(place: str) -> str:
    """What is wrong with a place that is neither a folder nor a bucket."""
    scheme, _, rest = place.partition("://")
    if not place.strip():
        return "a place is empty; name a folder or s3://bucket/prefix"
    if scheme != place and (scheme != "s3" or not rest.strip("/")):
        return f"'{place}' is no folder and no bucket; write s3://bucket/prefix"
    return ""


class Copy:
    """Copies artifacts to where they are wanted."""

    name: ClassVar[str] = "copy"
    summary: ClassVar[str] = "copy artifacts to folders and buckets"
    config: ClassVar[type[CopyConfig]] = CopyConfig

    def process(self, finished: Finished, config: CopyConfig) -> Processed:
        folders = chosen(finished, config.tasks)
        problems: list[Diagnostic] = []
        done: list[str] = []
        for template in config.to:
            place = filled(template, finished)
            try:
                _copy(place, folders, finished.root)
                done.append(place)
            except PipegenError as error:
                problems += error.diagnostics
                if config.on_error == "fail":
                    break
        if problems:
            raise PipegenError(*problems)
        return Processed(
            f"copied {len(folders)} artifact{'s' * (len(folders) != 1)} to {', '.join(done)}",
            {"to": done, "tasks": list(folders)},
        )


def _copy(place: str, folders: Mapping[str, Path], root: Path) -> None:
    names = folder_names(folders)
    if place.startswith("s3://"):
        bucket = open_bucket(place)
        for task, folder in folders.items():
            with bucket_errors(bucket.name):
                _upload(bucket.client, bucket.name, f"{bucket.prefix}{names[task]}", folder)
        return
    for task, folder in folders.items():
        _into(root / Path(place).expanduser() / names[task], folder)


def _into(target: Path, folder: Path) -> None:
    """An artifact at another place: whole at once, and never over what is none."""
    check_target(target)
    try:
        with Draft(target) as draft:
            remove(draft.path)
            shutil.copytree(folder, draft.path, symlinks=True)
            draft.publish()
    except (OSError, DiskError) as error:
        cause = error.cause if isinstance(error, DiskError) else error
        message = f"'{target}' cannot be written: {(cause.strerror or str(cause)).lower()}"
        raise PipegenError(Diagnostic("PG755", message, None, "check 'to' of the config")) from None


def _upload(client: Any, bucket: str, prefix: str, folder: Path) -> None:
    """The files, artifact.json last: who reads it finds all that it names. What else there is, it describes."""
    from pipegen.runtime.manifest import FILE

    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    files.sort(key=lambda path: path == folder / FILE)
    for path in files:
        client.upload_file(str(path), bucket, f"{prefix}/{path.relative_to(folder).as_posix()}")
