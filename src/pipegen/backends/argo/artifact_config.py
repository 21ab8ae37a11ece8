"""What values.yaml may say about where Argo keeps artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pipegen.backends.kubernetes.config import KeyRef, ObjectName
from pipegen.values.kinds import Doc, Pattern, Range, Size

Store = Literal["default", "s3", "gcs", "azure", "volume"]
_PREFIX = "letters, digits, '.', '_', '/', '-' and {workflow}, {pipeline}, {namespace}"
_ONLY_WITH = {
    "endpoint": ("s3", "azure"),
    "region": ("s3",),
    "insecure": ("s3",),
    "access_key": ("s3",),
    "secret_key": ("s3", "gcs", "azure"),
    "workload_identity": ("s3", "gcs", "azure"),
    "bucket": ("s3", "gcs", "azure"),
    "repository": ("default",),
    "claim": ("volume",),
    "storage_class": ("volume",),
    "gc": ("default", "s3", "gcs", "azure"),
    "mode": ("default", "s3", "gcs", "azure"),
}


@dataclass(frozen=True, slots=True)
class ArtifactConfig:
    """Where tasks hand on what they make."""

    store: Annotated[
        Store,
        Doc("`default` is the cluster's own artifact repository; `volume` is a folder that all pods share."),
    ] = "default"
    default_kind: Annotated[
        Literal["s3", "gcs", "azure"], Doc("What the cluster's default repository is made of.")
    ] = "s3"
    repository: Annotated[ObjectName | None, Doc("A ConfigMap that describes an artifact repository.")] = None
    repository_key: Annotated[str | None, Doc("Its key, when it holds several.")] = None
    bucket: Annotated[str | None, Doc("The bucket, or Azure's container.", "artifacts")] = None
    endpoint: Annotated[str | None, Doc("The server, without a scheme.", "s3.eu-central-1.amazonaws.com")] = (
        None
    )
    region: Annotated[str | None, Doc("The region.", "eu-central-1")] = None
    insecure: Annotated[bool, Doc("Use HTTP; for a server inside the cluster only.")] = False
    access_key: Annotated[KeyRef | None, Doc("The Secret's key with the access key.")] = None
    secret_key: Annotated[
        KeyRef | None, Doc("The Secret's key with the secret key, or with the account's key.")
    ] = None
    workload_identity: Annotated[
        bool,
        Doc("Take the credentials of the pod's ServiceAccount; GCS does so whenever no secret_key is given."),
    ] = False
    prefix: Annotated[
        str,
        Pattern(r"([A-Za-z0-9._/-]|\{(workflow|pipeline|namespace)\})+", _PREFIX),
        Doc("What keys begin with; must hold {workflow}, so that runs stay apart."),
    ] = "{workflow}"
    gc: Annotated[
        Literal["OnWorkflowCompletion", "OnWorkflowDeletion", "Never"] | None,
        Doc("When artifacts are deleted; needs a ServiceAccount that may."),
    ] = None
    gc_account: Annotated[ObjectName | None, Doc("The ServiceAccount that deletes them.")] = None
    archive: Annotated[
        Literal["tar", "zip", "none"],
        Doc("How a folder is stored; `none` is file by file, and loses links and empty folders."),
    ] = "tar"
    compression: Annotated[int | None, Range(ge=0, le=9), Doc("How hard tar archives are compressed.")] = None
    mode: Annotated[
        str | None, Pattern("[0-7]{3}", "an octal mode"), Doc("The mode of artifacts that are read.", "750")
    ] = None
    claim: Annotated[
        ObjectName | None, Doc("For `volume`: an existing claim that many pods can write to.")
    ] = None
    size: Annotated[
        str, Size(), Doc("For `volume` without a claim: how large a claim is made for each run.")
    ] = "10Gi"
    storage_class: Annotated[
        ObjectName | None, Doc("For `volume` without a claim: its storage class.", "nfs")
    ] = None
    access_mode: Annotated[
        Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"],
        Doc("For `volume` without a claim: who may write to it."),
    ] = "ReadWriteMany"
    keep_claim: Annotated[
        Literal["on-failure", "never"], Doc("For `volume` without a claim: when it outlives the run.")
    ] = "on-failure"

    def validate(self) -> Iterator[tuple[str, str]]:
        if "{workflow}" not in self.prefix:
            yield (
                "prefix",
                "it must hold {workflow}, or runs would overwrite each other; for example 'runs/{workflow}'",
            )
        if ".." in self.prefix.split("/"):
            yield "prefix", "it must not climb out with '..'; for example 'runs/{workflow}'"
        if self.store in ("s3", "gcs", "azure") and self.bucket is None:
            yield "bucket", f"a store of kind '{self.store}' needs one; for example 'bucket: artifacts'"
        if self.store == "azure" and self.endpoint is None:
            yield (
                "endpoint",
                "azure needs one; for example 'endpoint: https://account.blob.core.windows.net'",
            )
        if self.store == "s3" and (self.access_key is None) != (self.secret_key is None):
            yield "access_key", "access_key and secret_key go together; give both, or workload_identity: true"
        if self.workload_identity and self.secret_key is not None:
            yield "workload_identity", "credentials come from one place; leave secret_key or this one out"
        if self.compression is not None and self.archive != "tar":
            yield "compression", "only tar archives are compressed; leave it out"
        if self.repository_key is not None and self.repository is None:
            yield "repository_key", "it is a key of 'repository', which is not given; name the ConfigMap"
        if self.gc_account is not None and self.gc is None:
            yield "gc_account", "nothing is deleted without 'gc'; leave it out"
        yield from self._foreign()

    def _foreign(self) -> Iterator[tuple[str, str]]:
        """Keys that the store does not use: they would be dropped in silence."""
        for key, stores in _ONLY_WITH.items():
            if getattr(self, key) not in (None, False) and self.store not in stores:
                yield key, f"a store of kind '{self.store}' has none; leave it out, or choose another store"
        if self.store == "volume" and (self.archive != "tar" or self.compression is not None):
            yield "archive", "artifacts on a volume are plain folders; leave it out"
        if self.claim is not None and self.storage_class is not None:
            yield "storage_class", "an existing claim has its class already; give claim or storage_class"
