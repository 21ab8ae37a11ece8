"""The config of the runner `docker`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from pipegen.engine.configs.model import Config, Folder, Matching, NamedText, path_problem, root_of, rooted
from pipegen.engine.runners.fields import DEFAULT_TIMEOUT, Timeout, Words
from pipegen.values.kinds import ImageRef, Pattern

_MODES = ("ro", "rw", "z", "Z")
_LEAST_MEMORY = 6 << 20  # what engines ask for
_MEMORY = Pattern(r"\d+[kmgKMG]", "an amount of memory; write it like '512m' or '4g'")
_OWN_OPTIONS = frozenset(("--name", "--entrypoint", "--detach", "-d"))  # a container is ended by its name
_UNITS = {"k": 10, "m": 20, "g": 30}


class Volume(NamedTuple):
    """A folder or file of this machine, and where containers see it."""

    host: Path
    container: str
    modes: tuple[str, ...]

    @property
    def text(self) -> str:
        return ":".join([str(self.host), self.container, *([",".join(self.modes)] if self.modes else [])])


def _file(path: Path, info: ValidationInfo) -> Path:
    found = rooted(path, root_of(info))
    if not found.is_file():
        what = "is no file" if found.exists() else "does not exist"
        raise path_problem(f"the Dockerfile '{path}' {what}; correct the path")
    return found


def _memory(text: str) -> str:
    if memory_bytes(text) < _LEAST_MEMORY:
        raise ValueError(f"'{text}' is less than any container needs; give it 6m or more")
    return text


def memory_bytes(text: str) -> int:
    return int(text[:-1]) << _UNITS[text[-1].lower()]


def _inside(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError(f"'{text}' is not an absolute path in the container; begin it with '/'")
    return text


def volume(text: str, root: Path) -> Volume:
    """`host:container[:mode]` taken apart; ValueError, or an error about the path, when it cannot be."""
    host, _, rest = text.partition(":")
    container, colon, mode = rest.partition(":")
    if not host or not container:
        raise ValueError(f"'{text}' is not host:container[:mode]; write it like './data:/data:ro'")
    modes = tuple(mode.split(",")) if colon else ()
    unknown = [one for one in modes if one not in _MODES]
    if unknown or {"ro", "rw"} <= set(modes):
        wrong = f"'{unknown[0]}' is no mode" if unknown else "it is both ro and rw"
        raise ValueError(f"in '{text}', {wrong}; the modes are ro, rw, z and Z")
    if not container.startswith("/"):
        raise ValueError(f"in '{text}', '{container}' is not an absolute path; begin it with '/'")
    found = rooted(Path(host), root)
    if not found.exists():
        raise path_problem(f"in '{text}', the host path '{host}' does not exist; make it, or correct it")
    return Volume(found.absolute(), container, modes)


def _volume(text: str, info: ValidationInfo) -> str:
    return volume(text, root_of(info)).text


class DockerConfig(Config):
    """How tasks run in containers, each attempt in one of its own."""

    usual = ("image",)
    image: Annotated[str, Matching(ImageRef())] | None = Field(
        None,
        description="The image that has the pipeline's code, and pipegen.",
        examples=["registry.example.com/team/app:1.0"],
    )
    dockerfile: Annotated[Path, AfterValidator(_file)] | None = Field(
        None,
        description="A Dockerfile, from the project's root, that the image is built from when what goes into it "
        "has changed. Either this or an image is given.",
        examples=["Dockerfile"],
    )
    build_context: Folder | None = Field(
        None,
        description="The folder that is sent to the build; the Dockerfile's own without this.",
        examples=["."],
    )
    build_args: NamedText = Field(
        {}, description="Values for the ARGs of the Dockerfile.", examples=[{"PYTHON": "python:3.12-slim"}]
    )
    pull: Literal["missing", "always", "never"] = Field(
        "missing",
        description="When the image, or the one that a build starts from, is asked of its registry.",
    )
    executable: Words = Field(
        ["pipegen"], description="What is called in the image, as a list or as a shell would read it."
    )
    code: Literal["image", "project"] = Field(
        "image",
        description="Where the pipeline's modules come from: the image, or the project's folder on this machine, "
        "which containers then see under its own path and cannot change.",
    )
    working_dir: Annotated[str, AfterValidator(_inside)] | None = Field(
        None,
        description="The folder in the container that tasks begin in; the image's own without this.",
        examples=["/app"],
    )
    cpu: float | None = Field(
        None,
        ge=1,
        le=128,
        description="Processors that a task may use; its own resources without this.",
        examples=[2],
    )
    memory: Annotated[str, Matching(_MEMORY), AfterValidator(_memory)] | None = Field(
        None,
        description="Memory that a task may use, in k, m or g; its own resources without this.",
        examples=["4g"],
    )
    gpus: (
        Annotated[
            str,
            Matching(
                Pattern(r"all|none|[1-9]\d*|device=[\w:,-]+", "all, none, a number from 1 on, or device=IDS")
            ),
        ]
        | None
    ) = Field(None, description="GPUs that a task sees; its own resources without this.", examples=["all"])
    user: Annotated[str, Matching(Pattern(r"[\w.-]+(:[\w.-]+)?", "a user, or user:group"))] | None = Field(
        None,
        description="Who tasks run as; without this you, so that what they write is yours.",
        examples=["1000:1000"],
    )
    network: Annotated[str, Matching(Pattern(r"[\w.:-]+", "the name of a network"))] | None = Field(
        None, description="The network of containers: bridge, host, none, or a name.", examples=["none"]
    )
    volumes: list[Annotated[str, AfterValidator(_volume)]] = Field(
        [],
        description="What containers see beside artifacts: host:container[:mode], with a mode of ro, rw, z or Z.",
        examples=[["./data:/data:ro"]],
    )
    env_vars: NamedText = Field(
        {},
        description="Environment variables of all tasks, under a task's own.",
        examples=[{"OMP_NUM_THREADS": "4"}],
    )
    remove: bool = Field(True, description="Remove a container once its task has ended.")
    timeout: Timeout = Field(
        DEFAULT_TIMEOUT,
        description="How long an attempt may take when the task itself has no limit: seconds, or a text such as 30m.",
    )
    engine: Literal["docker", "podman"] | None = Field(
        None,
        description="The program that runs containers; the first of these that answers without this.",
        examples=["podman"],
    )
    engine_args: Words = Field(
        [], description="More options for the engine's `run`.", examples=[["--shm-size", "1g"]]
    )

    @field_validator("executable")
    @classmethod
    def _something_is_called(cls, found: list[str]) -> list[str]:
        if not found or not found[0]:
            raise ValueError("it names no command; write it like 'pipegen' or 'python -m pipegen'")
        return found

    @field_validator("engine_args")
    @classmethod
    def _leave_pipegen_its_own(cls, found: list[str]) -> list[str]:
        taken = [one for one in found if one.partition("=")[0] in _OWN_OPTIONS]
        if taken:
            raise ValueError(f"'{taken[0]}' is what pipegen itself says; leave it out")
        if found and not found[0].startswith("-"):  # it would be taken for the image
            raise ValueError(f"'{found[0]}' is no option; write it like '--shm-size 1g'")
        return found

    @field_validator("volumes")
    @classmethod
    def _one_place_each(cls, found: list[str], info: ValidationInfo) -> list[str]:
        places = [volume(one, root_of(info)).container.rstrip("/") for one in found]
        twice = [place for place in places if places.count(place) > 1]
        if twice:
            raise ValueError(f"two of them are '{twice[0] or '/'}' in the container; give each its own place")
        return found

    @model_validator(mode="after")
    def _one_image(self) -> DockerConfig:
        if (self.image is None) == (self.dockerfile is None):
            both = ", not both; remove one of them" if self.image is not None else "; add one of them"
            raise ValueError(f"Either 'image' or 'dockerfile' must be provided{both}")
        for key in ("build_args", "build_context"):
            if self.image is not None and getattr(self, key):
                raise ValueError(
                    f"nothing is built when 'image' is given, so '{key}' has no effect; remove it"
                )
        return self

    @property
    def context(self) -> Path | None:
        """The folder that a build is sent."""
        return self.build_context or (self.dockerfile.parent if self.dockerfile is not None else None)
