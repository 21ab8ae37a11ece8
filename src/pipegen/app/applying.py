"""Bring objects into a cluster, or say how it differs from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipegen.app.cluster_objects import Source, Wanted, wanted
from pipegen.app.cluster_places import Places
from pipegen.cluster import applying, planning, surplus
from pipegen.cluster.access import Access
from pipegen.cluster.applying import Outcome, StoppedError
from pipegen.cluster.connection import Connection
from pipegen.cluster.objects import Manifest
from pipegen.cluster.refusals import NO, Refusal
from pipegen.cluster.session import Session
from pipegen.cluster.surplus import Surplus
from pipegen.errors import Diagnostic, PipegenError, in_order


@dataclass(slots=True)
class Intent:
    """What is to be done in a cluster; nothing is done yet, and nothing may be when `refused` says why."""

    session: Session
    steps: list[planning.Step]
    surplus: list[Surplus]
    refused: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    root: Path
    force: bool
    places: Places
    done: list[Outcome] = field(default_factory=list)

    @property
    def is_no(self) -> bool:
        """Whether the input was right, and the cluster says no."""
        return all(one.code in NO for one in self.refused)

    @property
    def deletions(self) -> list[Surplus]:
        return [one for one in self.surplus if not one.holds_data]

    def outcomes(self) -> list[Outcome]:
        """What would become of each object."""
        return [*map(applying.outcome_of, self.steps), *map(applying.deletion_of, self.surplus)]

    def carry_out(self) -> Iterator[Outcome]:
        """Do it, object by object."""
        try:
            yield from applying.apply(self.session, self.steps, force=self.force)
            yield from applying.prune(self.session, self.surplus)
        except StoppedError as stop:
            raise PipegenError(*(self.places.placed(stop.manifest, one) for one in stop.reasons)) from None


def intend(source: Source, access: Access, *, force: bool, prune: bool) -> Intent:
    """Ask the cluster what applying would do, without changing anything."""
    objects = wanted(source)
    _refuse_other_namespaces(objects, access)
    session = Session(Connection(access))
    found = planning.plan(session, objects.manifests, force=force)
    targets = [one.target for one in found.steps]
    if prune and not found.refused and not surplus.marks(targets):
        hint = "generate the manifests anew, or leave --prune out"
        raise PipegenError(Diagnostic("PG619", "no object has the labels that --prune goes by", None, hint))
    beside = surplus.surplus(session, targets, found.warnings) if prune and not found.refused else []
    places = Places(source, objects)
    return Intent(
        session=session,
        steps=found.steps,
        surplus=beside,
        refused=_placed(places, found.refused),
        warnings=in_order([*objects.warnings, *found.warnings]),
        root=objects.root,
        force=force,
        places=places,
    )


def _placed(places: Places, refused: Iterable[tuple[Manifest | None, Refusal]]) -> tuple[Diagnostic, ...]:
    return in_order(places.placed(manifest, one) for manifest, one in refused)


def _refuse_other_namespaces(objects: Wanted, access: Access) -> None:
    """Objects refer to each other by namespace, so none is moved to another."""
    found = [
        Diagnostic(
            "PG609",
            f"{one.kind} '{one.name}' is for namespace '{one.namespace}', not '{access.namespace}'",
            None,
            f"set 'namespace: {access.namespace}' in the values, or leave --namespace out",
        )
        for one in objects.manifests
        if access.namespace is not None and one.namespace not in (None, access.namespace)
    ]
    if found:
        raise PipegenError(*found)


@dataclass(frozen=True, slots=True)
class Drift:
    """How a cluster differs from what is generated."""

    outcomes: tuple[Outcome, ...]
    refused: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    root: Path
    is_no: bool

    @property
    def differs(self) -> bool:
        return any(one.state != "unchanged" for one in self.outcomes)


def drift(source: Source, access: Access) -> Drift:
    """Compare each object with what applying it would leave: defaults and others' fields are on both sides."""
    objects = wanted(source)
    _refuse_other_namespaces(objects, access)
    session = Session(Connection(access))
    lasting = [one for one in objects.manifests if not one.generated]
    found = planning.plan(session, lasting, force=True)
    beside = surplus.surplus(session, [one.target for one in found.steps], found.warnings)
    refused = _placed(Places(source, objects), found.refused)
    return Drift(
        outcomes=(
            *map(_compared, found.steps),
            *(Outcome(one.shown, one.namespace, "surplus") for one in beside),
        ),
        refused=refused,
        warnings=in_order([*objects.warnings, *found.warnings]),
        root=objects.root,
        is_no=all(one.code in NO for one in refused),
    )


def _compared(step: planning.Step) -> Outcome:
    states = {"created": "missing", "configured": "differs", "unchanged": "unchanged"}
    change = step.change if step.state == "configured" else None
    return Outcome(step.target.shown, step.target.namespace, states[step.state], change=change)  # type: ignore[arg-type]
