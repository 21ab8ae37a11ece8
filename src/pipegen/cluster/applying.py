"""Carry out what was planned, one object after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipegen.cluster.objects import Manifest
from pipegen.cluster.planning import Step, Target
from pipegen.cluster.refusals import Refusal, refusals
from pipegen.cluster.session import Session
from pipegen.cluster.surplus import Surplus
from pipegen.emit.change import Change

State = Literal["created", "configured", "unchanged", "deleted", "kept", "missing", "differs", "surplus"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one object, or would."""

    shown: str
    namespace: str | None
    state: State
    note: str = ""
    change: Change | None = None


def outcome_of(step: Step) -> Outcome:
    return Outcome(step.target.shown, step.target.namespace, step.state, _note(step.target), step.change)


def _note(target: Target) -> str:
    return (
        f"a new one each time: the cluster completes the name '{target.manifest.name}'"
        if target.manifest.generated
        else ""
    )


def deletion_of(one: Surplus) -> Outcome:
    """A claim stays: nobody can bring back what it holds."""
    if one.holds_data:
        note = f"it holds data; to delete it: kubectl delete {one.shown} -n {one.namespace}"
        return Outcome(one.shown, one.namespace, "kept", note)
    return Outcome(one.shown, one.namespace, "deleted")


class StoppedError(Exception):
    """The cluster refused what it had taken in the dry run."""

    def __init__(self, manifest: Manifest | None, reasons: Sequence[Refusal]) -> None:
        super().__init__(*(one.diagnostic.message for one in reasons))
        self.manifest, self.reasons = manifest, reasons


def apply(session: Session, steps: Sequence[Step], *, force: bool) -> Iterator[Outcome]:
    """Apply each object; StoppedError when the cluster has changed its mind."""
    for one in steps:
        target = one.target
        where = target.resource, target.namespace
        if target.manifest.generated:
            answer = session.create(target.manifest, *where, dry=False)
        else:
            answer = session.apply(target.manifest, *where, dry=False, force=force)
        if not answer.ok:
            raise StoppedError(target.manifest, refusals(answer, target.shown))
        done = Step(target, one.before, answer.body)
        shown = f"{target.resource.shown}/{answer.body['metadata']['name']}"
        yield Outcome(shown, target.namespace, done.state, _note(target), done.change)


def prune(session: Session, found: Sequence[Surplus]) -> Iterator[Outcome]:
    """Delete what is no longer generated."""
    for one in found:
        if not one.holds_data:
            answer = session.delete(one.resource, one.live)
            if not (answer.ok or answer.missing):
                raise StoppedError(None, refusals(answer, one.shown))
        yield deletion_of(one)
