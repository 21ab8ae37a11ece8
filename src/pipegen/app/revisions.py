"""The project as it stood at a revision of its git repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipegen.app.configuring import GivenValues
from pipegen.app.snapshot import Snapshot
from pipegen.errors import Diagnostic, PipegenError


def snapshot_at(revision: str, target: str | None, backends: Sequence[str], given: GivenValues) -> Snapshot:
    """What the project said at a revision, worked out in a work tree and a process of their own."""
    here = Path.cwd().resolve()
    top = Path(_git(here, "rev-parse", "--show-toplevel")).resolve()
    with _work_tree(top, revision) as tree:
        folder = tree / here.relative_to(top)
        if not folder.is_dir():
            raise _missing(revision, "this folder was not there then")
        files = tuple(_moved(one, here, top, tree) for one in given.files)
        return _asked(revision, folder, target, backends, replace(given, files=files))


def _moved(file: Path, here: Path, top: Path, tree: Path) -> Path:
    """A values file as it was then, when it belongs to the repository."""
    whole = (here / file).resolve()
    return tree / whole.relative_to(top) if whole.is_relative_to(top) else whole


@contextmanager
def _work_tree(top: Path, revision: str) -> Iterator[Path]:
    commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="pipegen-") as above:
        tree = Path(above).resolve() / top.name
        _git(top, "worktree", "add", "--detach", "--quiet", str(tree), commit)
        try:
            yield tree
        finally:
            _git(top, "worktree", "remove", "--force", str(tree))


def _git(folder: Path, *words: str) -> str:
    try:
        # hooks are for the people who work there
        command = ["git", "-c", f"core.hooksPath={os.devnull}", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        message = "git is not installed"
        raise PipegenError(Diagnostic("PG371", message, None, "install it, or compare values")) from None
    if done.returncode:
        if words[:2] == ("rev-parse", "--verify"):
            raise _missing(words[-1].removesuffix("^{commit}"), "there is no commit of that name")
        said = done.stderr.strip().splitlines()
        reason = said[-1].removeprefix("fatal: ") if said else f"it ended with {done.returncode}"
        hint = "run it inside of the project's git repository"
        raise PipegenError(Diagnostic("PG371", f"git {words[0]} failed: {reason}", None, hint))
    return done.stdout.strip()


def _missing(revision: str, reason: str) -> PipegenError:
    hint = "`git log --oneline` lists commits"
    return PipegenError(
        Diagnostic("PG371", f"revision '{revision}' cannot be looked at: {reason}", None, hint)
    )


def _asked(
    revision: str, folder: Path, target: str | None, backends: Sequence[str], given: GivenValues
) -> Snapshot:
    request = {
        "target": target,
        "backends": list(backends),
        "files": [str(one) for one in given.files],
        "sets": given.sets,
        "set_files": given.set_files,
        "expand_env": given.expand_env,
    }
    # -P: the folder holds the user's modules, which must not hide ours
    command = [sys.executable, "-P", "-m", "pipegen.app.snapshot", json.dumps(request)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        message = f"at '{revision}' the pipeline cannot be loaded: {last}"
        raise PipegenError(Diagnostic("PG372", message, None, "compare with another revision"))
    found = json.loads(done.stdout.rpartition("\n")[2])  # before it: what the user's modules print
    if "errors" in found:
        raise PipegenError(
            *(
                Diagnostic("PG372", f"at '{revision}' {message}", None, hint or f"pipegen explain {code}")
                for code, message, hint in found["errors"]
            )
        )
    return Snapshot(**found)
