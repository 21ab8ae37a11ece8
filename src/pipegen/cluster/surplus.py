"""Objects that carry a pipeline's labels and are no longer generated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.backends.kubernetes.labels import BACKEND, MANAGED_BY, PIPELINE
from pipegen.cluster.connection import Answer
from pipegen.cluster.planning import Target
from pipegen.cluster.refusals import refusals
from pipegen.cluster.resources import Resource
from pipegen.cluster.session import Session
from pipegen.errors import Diagnostic

# What backends emit, what depends on others first. Claims are looked for, and never deleted: they hold data.
_ARGO, _RIGHTS = "argoproj.io/v1alpha1", "rbac.authorization.k8s.io/v1"
_KINDS = (
    (_ARGO, "CronWorkflow"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    (_ARGO, "Workflow"),
    (_ARGO, "WorkflowTemplate"),
    (_ARGO, "ClusterWorkflowTemplate"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("v1", "ConfigMap"),
    (_RIGHTS, "RoleBinding"),
    (_RIGHTS, "Role"),
    ("v1", "ServiceAccount"),
    ("v1", "PersistentVolumeClaim"),
)
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Surplus:
    """One object that its pipeline no longer has."""

    resource: Resource
    live: Mapping[str, Any]

    @property
    def shown(self) -> str:
        return f"{self.resource.shown}/{self.live['metadata']['name']}"

    @property
    def namespace(self) -> str | None:
        found = self.live["metadata"].get("namespace")
        return None if found is None else str(found)

    @property
    def holds_data(self) -> bool:
        return self.resource.kind == "PersistentVolumeClaim"


def marks(targets: Sequence[Target]) -> dict[tuple[str | None, Labels], None]:
    """The pipelines that objects belong to: by namespace, and by all three labels."""
    keys = (MANAGED_BY, PIPELINE, BACKEND)
    return {
        (one.namespace, tuple((key, one.manifest.labels[key]) for key in keys)): None
        for one in targets
        if set(keys) <= set(one.manifest.labels) and one.manifest.labels[MANAGED_BY] == "pipegen"
    }


def surplus(session: Session, targets: Sequence[Target], warnings: list[Diagnostic]) -> list[Surplus]:
    """What the cluster has under the labels of these objects' pipelines, beside these objects."""
    wanted = {one.key for one in targets}
    found: dict[str, Surplus] = {}
    for namespace, labels in marks(targets):
        for version, kind in _KINDS:
            resource = session.resources.of(version, kind)
            # kinds without a namespace only when this set has such an object: others may share the labels
            if isinstance(resource, Resource) and resource.namespaced == (namespace is not None):
                for one in _of_kind(session, resource, namespace, labels, warnings):
                    if (version, kind, one.namespace, one.live["metadata"]["name"]) not in wanted:
                        found[one.live["metadata"]["uid"]] = one
    return list(found.values())


def _of_kind(
    session: Session, resource: Resource, namespace: str | None, labels: Labels, warnings: list[Diagnostic]
) -> Iterator[Surplus]:
    answer: Answer = session.listed(resource, namespace, dict(labels))
    if not answer.ok and not answer.missing:
        (why, *_) = refusals(answer, resource.plural)
        message = f"surplus {resource.plural} are not looked for: {why.diagnostic.message}"
        hint = "they may be left behind without a word"
        warnings.append(Diagnostic("PG622", message, None, hint, severity="warning"))
    for one in answer.body.get("items") or () if answer.ok else ():
        metadata = one["metadata"]
        # what a controller made, and runs that were started by name prefix, are no part of a definition
        if not (
            metadata.get("ownerReferences")
            or metadata.get("generateName")
            or metadata.get("deletionTimestamp")
        ):
            yield Surplus(resource, {**one, "kind": resource.kind, "apiVersion": resource.version})
