"""`pipegen fingerprint`: what each task's settings are, in files that DVC can compare."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pipegen.app.fingerprints import Given, fingerprints
from pipegen.cli import options, output
from pipegen.cli.words import option


def fingerprint(
    target: options.Target = None,
    out: Annotated[
        Path | None,
        option(
            "--out",
            "-o",
            help="The folder for the files; .pipegen/settings/PIPELINE otherwise.",
            metavar="FOLDER",
        ),
    ] = None,
    default: Annotated[
        list[str] | None,
        option("--default", help="Another default of a parameter.", metavar="PARAMETER=JSON"),
    ] = None,
    choices: Annotated[
        list[str] | None,
        option("--choices", help="Other choices of a parameter.", metavar="PARAMETER=JSON"),
    ] = None,
    env: Annotated[
        list[str] | None,
        option("--env", help="A variable that one task has for itself.", metavar="TASK.NAME=VALUE"),
    ] = None,
    env_file: Annotated[
        Path | None,
        option("--env-file", help="A file of KEY=VALUE lines, under the environment.", metavar="FILE"),
    ] = None,
    root: Annotated[
        Path | None, option("--root", help="The project's root; found by itself otherwise.", metavar="FOLDER")
    ] = None,
) -> None:
    """Write one file per task with what its settings are; a secret is written as a keyed hash.

    A file whose content stays the same is left alone, so that only changed settings run a stage again.
    """
    output.there("--root", root)
    given = Given(tuple(default or ()), tuple(choices or ()), tuple(env or ()))
    written = fingerprints(target, out, given, root, env_file)
    folders = ", ".join(dict.fromkeys(os.path.relpath(path.parent) for path in written))
    output.talk(f"{output.count(len(written), 'fingerprint')}" + (f" in {folders}" if folders else ""))


command = fingerprint
