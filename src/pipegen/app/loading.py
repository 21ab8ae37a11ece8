"""From what a user names on the command line to linked pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipegen.app.gathering import Gathered
from pipegen.app.places import at, in_document, placed
from pipegen.app.together import together
from pipegen.checks import open_secrets
from pipegen.dsl.findings import Findings
from pipegen.dsl.graph import forgotten
from pipegen.dsl.load import every_pipeline, every_step, load_pipelines, split
from pipegen.dsl.pipeline import Pipeline as Written
from pipegen.dsl.project import Project, find, is_marked
from pipegen.dsl.steps import Steps
from pipegen.dsl.trace import trace
from pipegen.errors import Diagnostic, Origin, PipegenError, Related, refuse
from pipegen.ir import Draft, Mode, Pipeline, Step
from pipegen.link import link

Modes = Mapping[str, Mapping[str, Mode]]
"""The modes of single tasks, by pipeline."""


def load(
    target: str | None, project: Project, *, schemas: bool = False, modes: Modes | None = None
) -> tuple[Pipeline, ...]:
    """The linked pipelines of a target, before values; everything wrong with any of them is reported.

    Only a mode that changes what a task takes and returns has to be known here already.
    """
    if target is not None:
        return _load(target, project, Path.cwd(), schemas, modes or {})
    if not project.targets:
        hint = 'name a file, or put target = "reviews.py" under [tool.pipegen] in pyproject.toml'
        raise PipegenError(Diagnostic("PG106", "no target was given", None, hint))
    gathered = Gathered()
    loaded = [
        gathered.attempt(_load, one, project, project.root, schemas, modes or {}) for one in project.targets
    ]
    gathered.found = list(at(project.place("target", "targets"), gathered.found))
    gathered.refuse()
    return together(pipeline for each in loaded for pipeline in each or ())


def _load(target: str, project: Project, base: Path, schemas: bool, modes: Modes) -> tuple[Pipeline, ...]:
    if target.endswith(".json"):
        return (_load_json(target, project, base),)
    written = load_pipelines(target, project, base)
    everything = every_pipeline(target, project, base)
    module = from_root(split(target)[0], project, base)
    gathered = Gathered([*forgotten(everything, project), *_same_name(everything, project)])
    drafts = [
        gathered.attempt(
            trace, one, project, f"{module}:{one.name}", schemas=schemas, modes=modes.get(one.name, {})
        )
        for one in written
    ]
    gathered.refuse()
    linked = [gathered.attempt(_linked, draft) for draft in drafts if draft is not None]
    gathered.refuse()
    return together(one for one in linked if one is not None)


def with_those_beside(
    pipelines: Sequence[Pipeline], target: str | None, project: Project
) -> tuple[Pipeline, ...]:
    """The pipelines, and after them those of their modules that are not asked for: values speak of all."""
    given = [(one, project.root) for one in project.targets] if target is None else [(target, Path.cwd())]
    beside: dict[str, Pipeline] = {}
    for one, base in given:
        module, name = ("", "") if one.endswith(".json") else split(one)
        found = Gathered().attempt(_load, module, project, base, False, {}) if name else None
        beside |= {each.name: each for each in found or ()}
    named = {one.name for one in pipelines}
    return (*pipelines, *(one for name, one in beside.items() if name not in named))


def load_steps(target: str | None, project: Project) -> tuple[Step, ...]:
    """Every step that the modules of a target know, placed or not; a document knows those that it holds."""
    given = [(one, project.root) for one in project.targets] if target is None else [(target, Path.cwd())]
    modules = [pair for pair in given if not pair[0].endswith(".json")]
    found = Findings(project)
    targets = [one for name, base in modules for one in every_step(name, project, base)]
    steps = Steps(targets, found).data(schemas=True)
    found.refuse()
    return tuple(steps.values())


def _same_name(pipelines: Sequence[Written], project: Project) -> Iterator[Diagnostic]:
    first: dict[str, Written] = {}
    for one in pipelines:
        other = first.setdefault(one.name, one)
        if other is not one:
            yield Diagnostic(
                "PG133",
                f"two pipelines are called '{one.name}'",
                _place(one, project),
                "give one of them another name",
                (Related(_place(other, project), "the other one"),),
            )


def _place(pipeline: Written, project: Project) -> Origin:
    return Origin(project.relative(pipeline.origin.file), pipeline.origin.line)


def _linked(draft: Draft) -> Pipeline:
    """The pipeline; with a secret in it, it could not be shown to anybody."""
    pipeline = link(draft)
    refuse(open_secrets(pipeline))
    return pipeline


def _load_json(target: str, project: Project, base: Path) -> Pipeline:
    from pipegen.ir_json import from_json

    shown, text = from_root(target, project, base), read_text(base / target, target)
    try:
        draft = replace(from_json(text, shown), target=shown)
    except PipegenError as error:
        raise PipegenError(*in_document(text, shown, error.diagnostics)) from None
    try:
        return _linked(draft)
    except PipegenError:
        return _linked(placed(draft, text, shown))  # which is refused again, and says where


def read_text(path: Path, named: str) -> str:
    """A file the user named; PipegenError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        wrong = Diagnostic("PG196", f"'{named}' is not UTF-8 text", None, "save it as UTF-8")
    except FileNotFoundError:
        wrong = Diagnostic("PG196", f"there is no file '{named}'", None, _similar(path))
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        wrong = Diagnostic("PG196", f"'{named}' cannot be read: {reason}", None, "check the path")
    raise PipegenError(wrong)


def _similar(path: Path) -> str:
    from pipegen.errors import suggest

    beside = [one.name for one in path.parent.glob(f"*{path.suffix}")] if path.parent.is_dir() else []
    return suggest(path.name, beside) or "paths are taken from the folder that the command runs in"


def from_root(module: str, project: Project, base: Path) -> str:
    """A target's module as it is named from the project's root, whatever folder it was named from."""
    if not (module.endswith((".py", ".json")) or "/" in module):
        return module
    return shown(base / module, project.root)


def shown(path: Path, root: Path) -> str:
    """A path as it is named from the project's root; one outside of it by its name alone."""
    absolute = path.resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else path.name


def project_of(target: str | None) -> Project:
    """The project that a target belongs to: that of its file, else that of the current folder."""
    if target is None:
        return find(Path.cwd())
    module = target if target.endswith(".json") else split(target)[0]
    if not (module.endswith((".py", ".json")) or "/" in module) or not _is_folder(Path(module).parent):
        return find(Path.cwd())
    found, cwd = find(Path(module).parent), Path.cwd().resolve()
    # without a marker the current folder is the project, when the file is below it
    return find(cwd) if not is_marked(found.root) and found.root.is_relative_to(cwd) else found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no path can be so long, or hold such a character
        return False
