"""What applying would do: asked of the cluster object by object, by dry runs, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipegen.cluster.connection import Answer
from pipegen.cluster.content import content, difference
from pipegen.cluster.objects import Manifest, in_order
from pipegen.cluster.refusals import Refusal, refusals
from pipegen.cluster.resources import Resource, unknown_kind
from pipegen.cluster.session import Session
from pipegen.emit.change import Change
from pipegen.errors import Diagnostic

State = Literal["created", "configured", "unchanged"]


@dataclass(frozen=True, slots=True)
class Target:
    """An object that is to be applied, and where."""

    manifest: Manifest
    resource: Resource
    namespace: str | None

    @property
    def shown(self) -> str:
        return f"{self.resource.shown}/{self.manifest.name}"

    @property
    def key(self) -> tuple[str, str, str | None, str]:
        return self.resource.version, self.resource.kind, self.namespace, self.manifest.name


@dataclass(frozen=True, slots=True)
class Step:
    """One object as it is in the cluster, and as applying would leave it."""

    target: Target
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    @property
    def state(self) -> State:
        if self.before is None:
            return "created"
        return "unchanged" if content(self.before) == content(self.after) else "configured"

    @property
    def change(self) -> Change:
        return difference(self.target.shown, self.before, self.after)


@dataclass(slots=True)
class Plan:
    """What would be done, in order, and what stands against it."""

    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[Manifest | None, Refusal]] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)


def plan(session: Session, manifests: Sequence[Manifest], *, force: bool) -> Plan:
    """Try every object without changing anything; what is refused does not hide the rest."""
    found = Plan()
    targets = list(_targets(session, in_order(manifests), found))
    roles = {one.key for one in targets if one.resource.kind == "Role"}
    for one in targets:
        _try(session, one, found, roles, force)
    return found


def _targets(session: Session, manifests: Sequence[Manifest], found: Plan) -> Iterator[Target]:
    first: dict[tuple[str, str, str | None, str], Manifest] = {}
    for one in manifests:
        resource = session.resources.of(one.version, one.kind)
        if isinstance(resource, Answer):
            found.refused += ((one, why) for why in refusals(resource, f"{one.kind}/{one.name}"))
            continue
        if resource is None:
            found.refused.append(
                (None, Refusal(unknown_kind(one.version, one.kind, session.connection.host)))
            )
            continue
        target = Target(one, resource, session.namespace(one, resource))
        other = first.setdefault(target.key, one)
        if other is not one and not one.generated:
            found.refused.append((one, Refusal(_twice(target, other))))
            continue
        yield target


def _twice(target: Target, other: Manifest) -> Diagnostic:
    message = f"{target.shown} stands in '{other.file}' and in '{target.manifest.file}'"
    return Diagnostic("PG618", message, None, "apply one of them")


def _try(session: Session, one: Target, found: Plan, roles: set[Any], force: bool) -> None:
    before = None
    if one.manifest.generated:
        answer = session.create(one.manifest, one.resource, one.namespace, dry=True)
    else:
        live = session.live(one.resource, one.namespace, one.manifest.name)
        if not (live.ok or live.missing):
            found.refused += ((one.manifest, why) for why in refusals(live, one.shown))
            return
        before = live.body if live.ok else None
        answer = session.apply(one.manifest, one.resource, one.namespace, dry=True, force=force)
    found.warnings += _warned(one, answer)
    if answer.ok:
        after = one.manifest.data if one.manifest.generated else answer.body
        found.steps.append(Step(one, before, after))
    elif _waits_for_role(one, answer, roles):
        found.steps.append(Step(one, before, one.manifest.data))
    else:
        found.refused += ((one.manifest, why) for why in _every_refusal(session, one, answer))


def _every_refusal(session: Session, one: Target, answer: Answer) -> list[Refusal]:
    """Of unknown fields an API server names some when applying, now these and now those, and all when creating."""
    first = refusals(answer, one.shown)
    if answer.status != 500 or one.manifest.generated:
        return first
    second = session.create(one.manifest, one.resource, one.namespace, dry=True)
    return refusals(second, one.shown) if second.status == 400 else first


def _waits_for_role(one: Target, answer: Answer, roles: set[Any]) -> bool:
    """Whether a binding is refused only because its role, which comes before it, is not there in a dry run."""
    role = one.manifest.data.get("roleRef") or {}
    asked = (one.resource.version, "Role", one.namespace, role.get("name"))
    return one.resource.kind == "RoleBinding" and answer.missing and asked in roles


def _warned(one: Target, answer: Answer) -> list[Diagnostic]:
    """What the API server warns about although it takes the object."""
    hint = "the object is taken all the same"
    return [
        Diagnostic("PG621", f"{one.shown}: {text}", None, hint, severity="warning")
        for text in answer.warnings
    ]
