"""Compile pipelines to files, and write them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from pipegen import __version__
from pipegen.app.configuring import GivenValues
from pipegen.app.known import known
from pipegen.app.loading import from_root, project_of, shown
from pipegen.app.prepared import Prepared, chosen_backends, prepare
from pipegen.backend import Context
from pipegen.dsl.load import split
from pipegen.dsl.project import Project
from pipegen.emit import files
from pipegen.emit.files import Change, File
from pipegen.errors import Diagnostic
from pipegen.frozen import frozen


@frozen
class Plan:
    """What `generate` would do."""

    project: Path
    root: Path  # of the files: the project's, or where --out says
    changes: tuple[Change, ...]
    warnings: tuple[Diagnostic, ...]
    command: str

    @property
    def stale(self) -> bool:
        return any(one.kind != "same" for one in self.changes)

    def shown(self, path: str) -> str:
        """A file's path as someone in the current folder would write it."""
        return os.path.relpath(self.root / path)


def generate(
    target: str | None,
    backends: Sequence[str],
    given: GivenValues,
    *,
    out: Path | None = None,
    force: bool = False,
) -> Plan:
    """Compile every pipeline of a target with every backend; nothing is written yet."""
    project = project_of(target)
    chosen = chosen_backends(backends, project)
    prepared = prepare(target, project, chosen, given)
    prepared.gathered.refuse()
    folder = (out or project.root).resolve()
    context = context_of(target, project, chosen, given, out)
    produced = prepared.lower(context, lambda name: shlex.join(_words(target, project, [name], given, out)))
    prepared.gathered.refuse()
    changes = files.plan(folder, _one_per_path(produced), force=force)
    return Plan(project.root, folder, changes, prepared.gathered.in_order, context.command)


def context_of(
    target: str | None, project: Project, backends: Sequence[str], given: GivenValues, out: Path | None
) -> Context:
    """What backends are told about a call of `generate`."""
    folder = (out or project.root).resolve()
    return Context(
        version=__version__,
        command=shlex.join(_words(target, project, backends, given, out)),
        to_root=_up(folder, project.root),
        out=folder.relative_to(project.root).as_posix() if folder.is_relative_to(project.root) else ".",
        known=known(target, project),
    )


def compiled(target: str | None, backends: Sequence[str], given: GivenValues) -> tuple[Prepared, list[File]]:
    """What `generate` would write into an empty folder, and what that is made of; no backend is fine too.

    The files do not say which values they come from, so that equal ones are equal.
    """
    project = project_of(target)
    chosen = tuple(dict.fromkeys(backends)) or project.backends
    prepared = prepare(target, project, chosen, given)
    prepared.gathered.refuse()
    produced = prepared.lower(context_of(target, project, chosen, GivenValues(), None))
    prepared.gathered.refuse()
    return prepared, _one_per_path(produced)


def _words(
    target: str | None, project: Project, backends: Sequence[str], given: GivenValues, out: Path | None
) -> list[str]:
    """The command that does the same again; however the project's own target and values were named, it is one."""
    words = ["pipegen", "generate"]
    if target is not None:
        module, name = (target, "") if target.endswith(".json") else split(target)
        named = from_root(module, project, Path.cwd()) + (f":{name}" if name else "")
        words += [named] if (named,) != project.targets else []
    words += [word for name in backends for word in ("--backend", name)]
    words += given.words(project)
    return [*words, "--out", shown(out, project.root)] if out is not None else words


def _up(folder: Path, root: Path) -> str:
    """The way from a folder inside the project to its root; elsewhere, the files are meant for the root."""
    if not folder.is_relative_to(root):
        return "."
    depth = len(folder.relative_to(root).parts)
    return "/".join([".."] * depth) or "."


def _one_per_path(produced: Sequence[File]) -> list[File]:
    """Files of several pipelines that share a path become one, when they know how to merge."""
    ordered = sorted(produced, key=lambda file: file.path)
    found: list[File] = []
    for _, group in groupby(ordered, key=lambda file: file.path):
        shared = list(group)
        merges = [file for file in shared if file.merge is not None]
        found.extend([_merged(shared)] if len(shared) > 1 and len(merges) == len(shared) else shared)
    return found


def _merged(shared: Sequence[File]) -> File:
    first, rest = shared[0], shared[1:]
    return File(first.path, _fold(rest, first.text, ""), partial(_fold, shared))


def _fold(shared: Sequence[File], existing: str, _text: str) -> str:
    for one in shared:
        assert one.merge is not None
        existing = one.merge(existing, one.text)
    return existing


def write(plan: Plan) -> None:
    """Write what a plan changes: all of it, or nothing."""
    files.write(plan.root, plan.changes)
