"""Pipelines that are generated together: one per name, and one step per slug."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipegen.errors import Diagnostic, Origin, Related, refuse
from pipegen.ir import Pipeline, Step


def together(pipelines: Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    """Each pipeline once; PipegenError when two of them, or two steps, go by one name."""
    found: list[Pipeline] = []
    by_name: dict[str, Pipeline] = {}
    problems: list[Diagnostic] = []
    for one in pipelines:
        other = by_name.setdefault(one.name, one)
        if other is one:
            found.append(one)
        elif replace(one, target=other.target) != other:
            problems.append(_same_name(one, other))
    refuse([*problems, *_same_slugs(found)])
    return tuple(found)


def _same_name(one: Pipeline, other: Pipeline) -> Diagnostic:
    message = f"two pipelines are called '{one.name}': {other.target} and {one.target}"
    hint = "give one of them another name"
    return Diagnostic("PG133", message, one.origin, hint, _related(other.origin))


def _same_slugs(pipelines: Sequence[Pipeline]) -> Iterator[Diagnostic]:
    first: dict[str, Step] = {}
    for step in (step for one in pipelines for step in one.steps.values()):
        other = first.setdefault(step.slug, step)
        if other.entrypoint != step.entrypoint:
            message = f"two steps have the slug '{step.slug}': {step.entrypoint} and {other.entrypoint}"
            hint = f'give one of them slug = "{step.slug}-2", or another name'
            yield Diagnostic("PG128", message, step.origin, hint, _related(other.origin))


def _related(origin: Origin | None) -> tuple[Related, ...]:
    return (Related(origin, "the other one"),) if origin else ()
