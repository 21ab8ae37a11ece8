"""`pipegen init`: start a project, or add a step, a Dockerfile or a CI job to one."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipegen.app import starting
from pipegen.cli import output
from pipegen.cli.words import argument, option
from pipegen.errors import Diagnostic, PipegenError


class System(StrEnum):
    github = "github"
    gitlab = "gitlab"


def init(
    folder: Annotated[
        Path, argument(metavar="DIR", help="Where; made when it is not there. Without it, here.")
    ] = Path(),
    name: Annotated[
        str | None, option("--name", help="What the project is called; without it, as its folder.")
    ] = None,
    step: Annotated[
        list[str] | None,
        option("--step", metavar="NAME", help="Add a step and its test to the project that is there."),
    ] = None,
    dockerfile: Annotated[
        bool, option("--dockerfile", help="Add the Dockerfile of the image that tasks run in.")
    ] = False,
    ci: Annotated[
        list[System] | None, option("--ci", help="Add a CI job that checks what is committed and runs it.")
    ] = None,
    no_git: Annotated[bool, option("--no-git", help="Make no Git repository of a new project.")] = False,
    force: Annotated[bool, option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Start a project that works at once; with --step, --dockerfile or --ci, add to one."""
    if not (step or dockerfile or ci):
        start = starting.project(folder, name, force=force)
        starting.write(start)
        if not no_git and not starting.make_repository(folder):
            output.talk("there is no Git here, which DVC needs: git init")
    elif name is not None:
        hint = "leave it out; the project has a name"
        raise PipegenError(Diagnostic("PG189", "--name is for a new project", None, hint))
    else:
        start = starting.additions(folder, step or (), dockerfile, ci or (), force=force)
        starting.write(start)
    _say(start)


def _say(start: starting.Start) -> None:
    written = [one.path for one in start.changes if one.kind != "same"]
    place = os.path.relpath(start.folder)
    if not written:
        output.talk(f"{output.count(len(start.changes), 'file')} up to date")
    elif len(written) > 4:
        output.talk(f"wrote {len(written)} files in {'this folder' if place == '.' else place}")
    else:
        output.talk(f"wrote {', '.join((Path(place) / one).as_posix() for one in written)}")
    for one in start.next:
        output.talk(f"next: {one}")


command = init
