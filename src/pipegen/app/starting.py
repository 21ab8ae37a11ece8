"""Start something: a project, a step, a Dockerfile, a CI job; planned as a whole, written all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipegen import __version__
from pipegen.app import naming
from pipegen.dsl.project import Project, find
from pipegen.emit import files
from pipegen.emit.files import Change, File
from pipegen.emit.text import render
from pipegen.errors import Diagnostic, PipegenError, refuse

_PROJECT = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".dvc/config": "dvc_config",
    ".dvc/.gitignore": "dvc_gitignore",
    "values.yaml": "values.yaml",
    "data/notes.txt": "notes.txt",
    "src/{package}/__init__.py": "package.py",
    "src/{package}/steps.py": "steps.py",
    "src/{package}/pipeline.py": "pipeline.py",
    "tests/test_steps.py": "test_steps.py",
}
_EXTRAS = {"dvc": "dvc", "argo": "kubernetes", "cronjob": "kubernetes"}  # what a CI job needs beside pipegen
_CI = {"github": ".github/workflows/pipegen.yml", "gitlab": ".gitlab-ci.yml"}
_CHILD = "ci/pipegen.gitlab-ci.yml"  # where a pipeline for GitLab goes, that its own job starts


@dataclass(frozen=True, slots=True)
class Start:
    """What is about to be written below a folder, and what its reader may want to type next."""

    folder: Path
    changes: tuple[Change, ...]
    next: tuple[str, ...]


def project(folder: Path, name: str | None, *, force: bool = False) -> Start:
    """A project that works at once: two steps, a pipeline, values, a test."""
    if (folder / "pyproject.toml").exists() and not force:
        hint = "add to it with --step, --dockerfile or --ci, or overwrite it with --force"
        raise PipegenError(Diagnostic("PG363", f"'{folder}' is a project already", None, hint))
    names = naming.project(name if name is not None else folder.resolve().name)
    release = ".".join(__version__.split(".")[:2])
    values = {"distribution": names.distribution, "package": names.package, "version": release}
    made = [
        File(path.format(package=names.package), render(f"project/{template}.j2", **values))
        for path, template in _PROJECT.items()
    ]
    return Start(folder, files.plan(folder, made, force=force), (_first_commands(folder),))


def _first_commands(folder: Path) -> str:
    import shlex
    import shutil

    where = os.path.relpath(folder)
    enter = "" if where == "." else f"cd {shlex.quote(where)} && "
    missing = "" if shutil.which("dvc") else "pip install 'pipegen-compiler[dvc]' && "
    return f"{enter}pipegen generate && {missing}dvc repro"


def additions(
    folder: Path, steps: Sequence[str], dockerfile: bool, ci: Sequence[str], *, force: bool = False
) -> Start:
    """More for the project that a folder belongs to."""
    found = find(folder)
    if not (found.root / "pyproject.toml").is_file():
        hint = "make one: pipegen init DIR"
        raise PipegenError(Diagnostic("PG362", f"there is no pyproject.toml in '{folder}'", None, hint))
    made: list[File] = []
    hints: list[str] = []
    for step in steps:
        made += _step(found, naming.step(step), hints)
    if dockerfile:
        made += _dockerfile(found, hints)
    for system in dict.fromkeys(ci):
        made.append(_ci(found, system, hints))
    changes = files.plan(found.root, made, force=force)
    refuse([] if force else _over_generated(changes))
    return Start(found.root, changes, tuple(hints))


def _over_generated(changes: Sequence[Change]) -> Iterator[Diagnostic]:
    """A pipeline's own file is no job that checks it, though both are pipegen's."""
    for one in changes:
        if one.before is not None and one.before != one.after and files.is_generated(one.before):
            hint = "move it away, or overwrite it with --force"
            if one.path == _CI["gitlab"]:
                hint = f"set gitlab.file: {_CHILD} in values.yaml, remove '{one.path}', and generate anew"
            yield Diagnostic("PG364", f"'{one.path}' was generated from a pipeline", None, hint)


def write(start: Start) -> None:
    """Write what was planned: all of it, or nothing."""
    files.write(start.folder, start.changes)


def make_repository(folder: Path) -> bool:
    """Make the folder a Git repository, which DVC needs, unless it is inside one; False when Git will not."""
    import shutil
    import subprocess

    place = folder.resolve()
    if any((one / ".git").exists() for one in (place, *place.parents)):
        return True
    git = shutil.which("git")
    if git is None:
        return False
    return subprocess.run([git, "init", "--quiet", place], capture_output=True, check=False).returncode == 0


def _step(project: Project, names: naming.StepNames, hints: list[str]) -> list[File]:
    folder, package = _code_of(project)
    module = f"{package}.{names.module}" if package else names.module
    values = {"name": names.name, "module": module, "function": names.module}
    path = (folder / f"{names.module}.py").relative_to(project.root).as_posix()
    hints.append(f"import it where your pipeline is: from {module} import {names.name}")
    return [
        File(path, render("step/step.py.j2", **values)),
        File(f"tests/test_{names.module}.py", render("step/test_step.py.j2", **values)),
    ]


def _code_of(project: Project) -> tuple[Path, str]:
    """The folder that the project's pipeline is in, and its package when it has one."""
    target = project.targets[0].partition(":")[0] if project.targets else ""
    if target.endswith(".py") or not target:
        folder = (project.root / target).parent if target else project.root
        return folder, ".".join(_package_of(folder, project))
    *above, _ = target.split(".")
    for path in project.paths:
        if path.joinpath(*above).is_dir():
            return path.joinpath(*above), ".".join(above)
    return project.root, ""


def _package_of(folder: Path, project: Project) -> list[str]:
    parts: list[str] = []
    while (folder / "__init__.py").is_file() and folder != project.root:
        parts.insert(0, folder.name)
        folder = folder.parent
    return parts


def _dockerfile(project: Project, hints: list[str]) -> list[File]:
    name = naming.project(_name_of(project), for_code=False).distribution
    hints.append(f"docker build --tag {name} .")
    return [
        File("Dockerfile", render("Dockerfile.j2", distribution=name)),
        File(".dockerignore", render("dockerignore.j2")),
    ]


def _name_of(project: Project) -> str:
    """What pyproject.toml calls the project, else its folder's name."""
    import tomllib

    try:
        table = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return project.root.name
    name = table.get("project", {}).get("name") if isinstance(table.get("project"), dict) else None
    return name if isinstance(name, str) else project.root.name


def _ci(project: Project, system: str, hints: list[str]) -> File:
    backend = project.backend or "dvc"
    extra = _EXTRAS.get(backend)
    values: Mapping[str, object] = {
        "backend": backend,
        "requirement": f"pipegen-compiler[{extra}]" if extra else "pipegen-compiler",
    }
    if backend == system == "gitlab":
        hints.append(f"set gitlab.file: {_CHILD} in values.yaml, and generate")
    hints.append(f"commit {_CI[system]}")
    return File(_CI[system], render(f"ci/{system}.yml.j2", child=_CHILD, **values))
