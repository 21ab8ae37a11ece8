"""Where a value in a generated file comes from, found by trying.

What is asked about is generated again in memory, each time with something else changed: a value, something
that the code says, the name of a task. Whatever changes the value there is what it comes from. This needs to
know nothing about the backend, so it holds for those of plugins too. Many things are changed at once, and
only when that shows are they told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pipegen.app import marks
from pipegen.app.closed_lists import choices_of
from pipegen.app.code_lines import line_of
from pipegen.app.configuring import GivenValues, layers_of
from pipegen.app.document_paths import GONE, Step, documents, follow, resolve, whole
from pipegen.app.generating import context_of
from pipegen.app.loading import load
from pipegen.app.marks import REMOVED, Mark
from pipegen.app.overlay_places import patched
from pipegen.app.prepared import chosen_backends
from pipegen.backend import Backend, Context
from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.ir import Pipeline
from pipegen.registry import backend as backend_named
from pipegen.registry import sections as section_names
from pipegen.values.apply import apply
from pipegen.values.document import read_values
from pipegen.values.nodes import Table

Effect = Literal["same", "changed", "gone", "refused"]
MOST_TRIES = 2000


@dataclass(frozen=True, slots=True)
class Request:
    """The command that a generated file says it comes from."""

    target: str | None
    backends: tuple[str, ...]
    given: GivenValues
    out: Path | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """A value in a generated file, and what it comes from."""

    path: str
    value: Any
    backend: str
    pipeline: str
    sets: tuple[Mark, ...]  # what it is made of
    places: tuple[Mark, ...]  # what decides that it is there, when nothing sets it
    task: Mark | None  # the task that it belongs to, when that is one
    complete: bool  # whether everything could be tried


def provenance(file: str, path: str, request: Request, project: Project) -> Provenance:
    """Where the value at a path of a generated file comes from; called in the project's root."""
    found: list[PipegenError] = []
    unread = False
    inside = patched((request.out or Path()) / file, path)
    if inside is not None:
        path = inside.path
    for one in _sources(file, request, project):
        one.file = file if inside is None else one.holding(inside.kind, inside.name)
        text = one.generated()
        if text is None:
            continue
        parsed = documents(text)
        if parsed is None:
            unread = True
            continue
        try:
            steps = whole(parsed, resolve(parsed, path), path)
        except PipegenError as error:
            found.append(error)
            continue
        return _placed(_Search(one, parsed, steps).answer(), one.pipeline, project.root)
    if found:
        raise found[0]
    if unread:
        message, hint = f"'{file}' is not YAML or JSON", "only keys and values have a path"
        raise PipegenError(Diagnostic("PG375", message, None, hint))
    message, hint = f"its command no longer generates '{file}'", "generate again, then ask about what is new"
    raise PipegenError(Diagnostic("PG377", message, None, hint))


def _placed(answer: Provenance, pipeline: Pipeline, root: Path) -> Provenance:
    """With the lines on which code says what it says."""
    steps = {task.name: pipeline.steps[task.step].origin for task in pipeline.every_task}
    found = tuple(
        replace(one, origin=line_of(root, (one.origin, steps.get(one.owner)), one.option))
        if one.kind == "code"
        else one
        for one in answer.sets
    )
    return replace(answer, sets=found)


def _sources(file: str, request: Request, project: Project) -> Iterator[_Source]:
    chosen = chosen_backends(request.backends, project)
    backends = [backend_named(name) for name in chosen]
    pipelines = load(request.target, project)
    node = layers_of(request.given, project)
    context = context_of(request.target, project, chosen, request.given, request.out)
    sections = {one.name: one.config for one in backends}
    every = {name for one in pipelines for name in (*one.steps, *(task.name for task in one.every_task))}
    for pipeline in pipelines:
        for backend in backends:
            yield _Source(file, pipeline, backend, node, context, sections, every)


@dataclass
class _Source:
    """One pipeline, compiled by one backend, as often as need be."""

    file: str
    pipeline: Pipeline
    backend: Backend
    node: Table
    context: Context
    sections: Mapping[str, type]
    names: set[str]
    number: int = 0  # of the file among those that come out
    tries: int = 0

    def holding(self, kind: str, name: str) -> str:
        """The file with an object; "" when there is none."""
        for path, text in self.lower({}):
            for found in documents(text) or ():
                if (
                    isinstance(found, dict)
                    and found.get("kind") == kind
                    and found["metadata"]["name"] == name
                ):
                    return path
        return ""

    def generated(self) -> str | None:
        """The file's text as things are; None when another pipeline or backend makes it."""
        files = list(self.lower({}))
        paths = [one[0] for one in files]
        if self.file not in paths:
            return None
        self.number = paths.index(self.file)
        return files[self.number][1]

    def changed(self, changes: Mapping[Mark, Any]) -> str | None:
        """The file's text with some things changed; None when that is refused."""
        self.tries += 1
        try:
            files = list(self.lower(changes))
        except (PipegenError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError):
            return None  # a change may be nonsense, which those who compile real pipelines never see
        named = [text for path, text in files if path == self.file]
        return named[0] if named else files[self.number][1] if self.number < len(files) else ""

    def lower(self, changes: Mapping[Mark, Any]) -> Iterator[tuple[str, str]]:
        node: Any = self.node
        pipeline, name = self.pipeline, self.pipeline.name
        names: dict[str, str] = {}
        # from the last to the first: what is taken out of a list moves what stands after it
        for mark, value in sorted(changes.items(), key=lambda one: _order(one[0]), reverse=True):
            if mark.kind == "values":
                node = marks.in_node(node, mark.path, value)
            elif mark.path == ("name",):
                name = value  # values go by the old one
            elif mark.kind == "code":
                pipeline = marks.in_code(pipeline, mark.path, value)
            else:
                names[mark.owner] = value
        values = read_values(node, self.sections, section_names())
        pipeline = apply(pipeline, values, self.names)
        if names:
            pipeline = marks.renamed(pipeline, names)
            values = read_values(marks.renamed_keys(node, names), self.sections, section_names())  # type: ignore[arg-type]
        config = values.section(self.backend.name, pipeline.name)
        for one in self.backend.lower(replace(pipeline, name=name), config, self.context):
            yield one.path, one.text


def _order(mark: Mark) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(one, str), one if isinstance(one, int) else 0, str(one)) for one in mark.path)


@dataclass
class _Search:
    """The search for what changes one value."""

    source: _Source
    parsed: list[Any]
    steps: tuple[Step, ...]

    def answer(self) -> Provenance:
        source = self.source
        choices = choices_of(source.sections)
        values = marks.of_values(source.node, choices)
        code = list(marks.of_code(source.pipeline, choices))
        tasks = marks.of_tasks(source.pipeline)
        substitutes = [mark for mark in values if mark.tries[0] is not REMOVED]
        found = [mark for mark, effect in self.find([*substitutes, *code, *tasks]) if effect == "changed"]
        places: list[Mark] = []
        if not found:
            places = [mark for mark, _ in self.find([_removing(mark) for mark in values])]
        return Provenance(
            path=_text(self.steps, len(self.parsed)),
            value=follow(self.parsed, self.steps),
            backend=source.backend.name,
            pipeline=source.pipeline.name,
            sets=tuple(sorted(found, key=_shown_order)),
            places=tuple(sorted(places, key=_shown_order)),
            task=self.owner(tasks),
            complete=source.tries < MOST_TRIES,
        )

    def owner(self, tasks: Sequence[Mark]) -> Mark | None:
        """The task without whose name the place is no longer found."""
        found = [mark for mark, effect in self.find(tasks, strict=True) if effect == "gone"]
        return found[0] if len(found) == 1 else None

    def find(self, among: Sequence[Mark], *, strict: bool = False) -> list[tuple[Mark, Effect]]:
        """Those that have an effect, each on its own; together where only that has one."""
        if not among or self.source.tries >= MOST_TRIES:
            return []
        effect = self.effect(_first(among), strict)
        if effect == "same":
            return []
        if len(among) == 1:
            effect = self.one(among[0], effect, strict)
            return [(among[0], effect)] if effect in ("changed", "gone") else []
        half = len(among) // 2
        found = [*self.find(among[:half], strict=strict), *self.find(among[half:], strict=strict)]
        if found or effect != "changed":
            return found
        return [(mark, effect) for mark in self.fewest(list(among))]

    def fewest(self, among: list[Mark]) -> list[Mark]:
        """Of marks that change the place together, no more than that takes."""
        size = len(among) // 2
        while size and self.source.tries < MOST_TRIES:
            for start in range(0, len(among), size):
                rest = among[:start] + among[start + size :]
                if rest and self.effect(_first(rest), strict=False) == "changed":
                    among = rest
                    break
            else:
                size //= 2
        return among

    def one(self, mark: Mark, effect: Effect, strict: bool) -> Effect:
        """The effect of one mark: by another change, where the first was refused or took the place away."""
        gone = False
        for value in mark.tries[1:]:
            gone |= effect == "gone"
            if effect in ("same", "changed") or (strict and gone):
                break
            if value is not REMOVED:
                effect = self.effect({mark: value}, strict)
        return "gone" if gone and effect != "changed" else effect

    def effect(self, changes: Mapping[Mark, Any], strict: bool) -> Effect:
        text = self.source.changed(changes)
        if text is None:
            return "refused"
        parsed = documents(text)
        now = GONE if parsed is None else follow(parsed, self.steps, strict=strict)
        if now is GONE:
            return "gone"
        return "same" if now == follow(self.parsed, self.steps) else "changed"


def _first(among: Sequence[Mark]) -> dict[Mark, Any]:
    return {mark: mark.tries[0] for mark in among}


def _removing(mark: Mark) -> Mark:
    return replace(mark, tries=(REMOVED,))


def _shown_order(mark: Mark) -> tuple[int, str, int, int, str]:
    place = mark.origin or Origin("")
    return ("values", "code", "task").index(mark.kind), place.file, place.line, place.column, mark.what


def _text(steps: Sequence[Step], count: int) -> str:
    return "".join(one.text for one in (steps if count > 1 else steps[1:])).removeprefix(".")
