"""What can be done with objects in a cluster, one request each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipegen.cluster.connection import APPLY, Answer, Connection
from pipegen.cluster.objects import Manifest
from pipegen.cluster.resources import Resource, Resources

MANAGER = "pipegen"
_AS_US = {"fieldManager": MANAGER, "fieldValidation": "Strict"}


class Session:
    """A connection that knows the kinds of its cluster."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.resources = Resources(connection)

    def namespace(self, manifest: Manifest, resource: Resource) -> str | None:
        return (manifest.namespace or self.connection.namespace) if resource.namespaced else None

    def live(self, resource: Resource, namespace: str | None, name: str) -> Answer:
        return self.connection.ask("GET", resource.path(namespace, name))

    def apply(
        self, manifest: Manifest, resource: Resource, namespace: str | None, *, dry: bool, force: bool
    ) -> Answer:
        """Put the fields of an object there, and take those away that we put there before."""
        query = {**_AS_US, **_dry(dry), "force": "true" if force else "false"}
        path = resource.path(namespace, manifest.name)
        return self.connection.ask("PATCH", path, query, manifest.data, APPLY)

    def create(self, manifest: Manifest, resource: Resource, namespace: str | None, *, dry: bool) -> Answer:
        """A new object, under a name that the cluster completes."""
        path = resource.path(namespace)
        return self.connection.ask("POST", path, {**_AS_US, **_dry(dry)}, manifest.data)

    def listed(self, resource: Resource, namespace: str | None, labels: Mapping[str, str]) -> Answer:
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        return self.connection.ask("GET", resource.path(namespace), {"labelSelector": selector})

    def delete(self, resource: Resource, live: Mapping[str, Any]) -> Answer:
        """Take away the very object that was seen, and what it owns."""
        metadata = live["metadata"]
        body = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": "Background",
            "preconditions": {"uid": metadata["uid"]},
        }
        return self.connection.ask(
            "DELETE", resource.path(metadata.get("namespace"), metadata["name"]), None, body
        )


def _dry(dry: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry else {}
