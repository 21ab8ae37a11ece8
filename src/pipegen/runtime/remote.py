"""A task whose artifacts lie in a bucket: what feeds it is fetched before it runs, what it makes is put there after.

`--in` and `--out` are then s3://BUCKET/PREFIX/NAME, and the object is NAME.tar below the prefix. It is there as a
whole or not at all, so a task that is tried again, or run again by hand, replaces what it made before.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipegen.errors import Diagnostic, PipegenError, refuse
from pipegen.runtime.arguments import Arguments, Input, is_remote
from pipegen.runtime.bucket import Place, open_place, pack, unpack
from pipegen.runtime.outcome import DONE, Outcome


def with_bucket(arguments: Arguments, run: Callable[[Arguments], Outcome]) -> Outcome:
    """Run a task with all its folders on this machine."""
    target = _place(arguments.out, "--out") if is_remote(arguments.out) else None
    with tempfile.TemporaryDirectory(prefix="pipegen-exec-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        out = place / "out" / arguments.out.name if target else arguments.out
        outcome = run(replace(arguments, inputs=_fetched(arguments.inputs, place / "in"), out=out))
        if target and outcome.code == DONE:
            _put(out, target, place / "packed")
        return outcome


def _place(folder: Path, option: str) -> Place:
    """The place of an artifact; the prefix ends with its name."""
    found = open_place(f"s3://{'/'.join(folder.parts[1:])}", option)
    if not found.prefix:
        message = f"{option} 's3://{found.name}' is a bucket, not an artifact in it"
        raise PipegenError(Diagnostic("PG780", message, None, "add the artifact's name: s3://BUCKET/NAME"))
    return found._replace(prefix=found.prefix.removesuffix("/"))


def _fetched(inputs: tuple[Input, ...], place: Path) -> tuple[Input, ...]:
    """The same inputs, each in a folder of this machine; one that may be absent has none when it is."""
    problems: list[Diagnostic] = []
    found = []
    for one in inputs:
        folders: list[Path] = []
        for folder in one.folders:
            if is_remote(folder):
                here = place / one.parameter / str(len(folders)) / folder.name
                there = _fetch(_place(folder, "--in"), here)
                problems += [] if there or one.optional else [_missing(one, folder)]
            folders.append(here if is_remote(folder) else folder)
        found.append(replace(one, folders=tuple(folders)))
    refuse(problems)
    return tuple(found)


def _fetch(source: Place, folder: Path) -> bool:
    """Whether it was there; reading it checks what is in it."""
    folder.parent.mkdir(parents=True)
    packed = folder.with_name(f"{folder.name}.tar")
    if not source.download(".tar", packed):
        return False
    try:
        unpack(packed, folder)
    except tarfile.TarError as error:
        message = f"'s3://{source.name}/{source.prefix}.tar' is no archive of an artifact: {error}"
        hint = "run the task that writes it again"
        raise PipegenError(Diagnostic("PG329", message, None, hint)) from None
    packed.unlink()
    return True


def _missing(one: Input, folder: Path) -> Diagnostic:
    url = f"s3://{'/'.join(folder.parts[1:])}.tar"
    message = f"parameter '{one.parameter}' has no artifact: there is no '{url}'"
    return Diagnostic("PG328", message, None, "run the task that writes it first, or correct the path")


def _put(folder: Path, target: Place, packed: Path) -> None:
    with packed.open("w+b") as file:
        pack(folder, file)
        file.seek(0)
        target.upload(file, ".tar")
