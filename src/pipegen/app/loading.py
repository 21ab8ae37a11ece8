"""From what a user names on the command line to linked pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pipegen.dsl.graph import forgotten
from pipegen.dsl.load import every_pipeline, load_pipelines, split
from pipegen.dsl.pipeline import Pipeline as Written
from pipegen.dsl.project import Project, find, is_marked
from pipegen.dsl.trace import trace
from pipegen.errors import Diagnostic, Origin, PipegenError, refuse
from pipegen.ir import Draft, Pipeline
from pipegen.link import link

CODES: dict[str, tuple[str, str]] = {
    "PG195": (
        "no backend chosen",
        'Name one with `--backend`, or put `backend = "dvc"` into the `[tool.pipegen]` table of pyproject.toml.',
    ),
    "PG196": (
        "file that cannot be read",
        "A file that was named on the command line is not there, is no file, or may not be read.",
    ),
    "PG197": (
        "one pipeline is meant",
        "The command works on a single pipeline and the target holds several. Name one: `reviews.py:nightly`.",
    ),
    "PG199": (
        "argument that cannot be used",
        "An option's value is not of the form that the option takes, or a manifest that was named cannot be read.",
    ),
    "PG198": (
        "file that cannot be written",
        "The path given for the output is a folder, lies in a place that may not be written, or the disk is full.",
    ),
}


def load(target: str | None, project: Project, *, schemas: bool = False) -> tuple[Pipeline, ...]:
    """The linked pipelines of a target, before values; everything wrong with any of them is reported."""
    if target is None:
        if not project.targets:
            hint = (
                'pipegen generate reviews.py, or target = "reviews.py" under [tool.pipegen] in pyproject.toml'
            )
            raise PipegenError(Diagnostic("PG106", "no target was given", None, hint))
        return tuple(one for given in project.targets for one in _load(given, project, project.root, schemas))
    return _load(target, project, Path.cwd(), schemas)


def _load(target: str, project: Project, base: Path, schemas: bool) -> tuple[Pipeline, ...]:
    if target.endswith(".json"):
        return (_load_json(target, project, base),)
    written = load_pipelines(target, project, base)
    everything = every_pipeline(target, project, base)
    module = from_root(split(target)[0], project, base)
    problems = list(forgotten(everything, project))
    names = [one.name for one in everything]
    problems += [
        Diagnostic("PG133", f"two pipelines are called '{name}'", _place(project, everything, name))
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    drafts: list[Draft] = []
    for one in written:
        try:
            drafts.append(trace(one, project, f"{module}:{one.name}", schemas=schemas))
        except PipegenError as error:
            problems.extend(error.diagnostics)
    refuse(problems)
    return tuple(_linked(drafts))


def _linked(drafts: Iterable[Draft]) -> list[Pipeline]:
    linked: list[Pipeline] = []
    problems: list[Diagnostic] = []
    for draft in drafts:
        try:
            linked.append(link(draft))
        except PipegenError as error:
            problems.extend(error.diagnostics)
    refuse(problems)
    return linked


def _place(project: Project, pipelines: Sequence[Written], name: str) -> Origin:
    last = [one for one in pipelines if one.name == name][-1]
    return Origin(project.relative(last.origin.file), last.origin.line)


def _load_json(target: str, project: Project, base: Path) -> Pipeline:
    from pipegen.ir_json import from_json

    shown = from_root(target, project, base)
    return link(replace(from_json(read_text(base / target), shown), target=shown))


def read_text(path: Path) -> str:
    """A file the user named; PipegenError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PipegenError(
            Diagnostic("PG196", f"'{path.name}' is not UTF-8 text", None, "save it as UTF-8")
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PipegenError(
            Diagnostic("PG196", f"cannot read '{path}': {reason}", None, "check the path")
        ) from None


def from_root(module: str, project: Project, base: Path) -> str:
    """A target's module as it is named from the project's root, whatever folder it was named from."""
    if not (module.endswith((".py", ".json")) or "/" in module):
        return module
    return shown(base / module, project.root)


def shown(path: Path, root: Path) -> str:
    absolute = path.resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path.name


def project_of(target: str | None) -> Project:
    """The project that a target belongs to: that of its file, else that of the current folder."""
    if target is not None:
        module = split(target)[0] if not target.endswith(".json") else target
        path = Path(module)
        if (module.endswith((".py", ".json")) or "/" in module) and path.parent.is_dir():
            found = find(path.parent)
            cwd = Path.cwd().resolve()
            # without a marker the current folder is the project, when the file is below it
            return find(cwd) if not is_marked(found.root) and found.root.is_relative_to(cwd) else found
    return find(Path.cwd())
