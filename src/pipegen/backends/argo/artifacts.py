"""Where artifacts lie, as Argo writes it: by key alone, so that no wiring is needed across templates."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.backends.argo.artifact_config import ArtifactConfig
from pipegen.backends.kubernetes.config import KeyRef
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.json import compact
from pipegen.emit.yaml import Yaml
from pipegen.ir import Json, Pipeline
from pipegen.names import legal_names

OUT, IN, STORE = "/pipegen/out", "/pipegen/in", "/pipegen/store"


class Artifacts:
    """The artifact store of one pipeline."""

    def __init__(self, config: ArtifactConfig, pipeline: Pipeline) -> None:
        self.config = config
        name = legal_names([pipeline.name], limit=63, fallback="pipeline")[pipeline.name]
        self.prefix = (
            config.prefix.replace("{workflow}", "{{workflow.name}}")
            .replace("{namespace}", "{{workflow.namespace}}")
            .replace("{pipeline}", name)
            .strip("/")
        )

    @property
    def on_volume(self) -> bool:
        return self.config.store == "volume"

    def folder(self, task: str) -> str:
        """Where a task's artifact lies on the shared volume."""
        return f"{STORE}/{self.prefix}/{task}"

    def place(self, task: str) -> Data:
        """Where a task's artifact lies in the repository: only the key, or all that is needed to reach it."""
        config, key = self.config, f"{self.prefix}/{task}"
        if config.store == "default":
            return {config.default_kind: {"blob" if config.default_kind == "azure" else "key": key}}
        if config.store == "azure":
            return {"azure": {**self._azure(), "blob": key}}
        return {config.store: {**(self._s3() if config.store == "s3" else self._gcs()), "key": key}}

    def output(self) -> Data:
        """What every task hands on; a failed one has nothing, which must not hide how it failed."""
        found: Data = {"name": "out", "path": OUT, "optional": True, **self.place("{{tasks.name}}")}
        if self.config.compression is not None:
            found["archive"] = {"tar": {"compressionLevel": self.config.compression}}
        elif self.config.archive != "tar":
            found["archive"] = {"zip": {}} if self.config.archive == "zip" else {"none": {}}
        return found

    def input(self, name: str, path: str, task: str | None, optional: bool) -> Data:
        """What a task reads: by its key, or from wherever its caller says when `task` is None."""
        found: Data = {"name": name, "path": path, **({} if task is None else self.place(task))}
        if self.config.mode is not None:
            found["mode"] = int(self.config.mode, 8)
        return {**found, "optional": True} if optional else found

    def spec(self) -> Data:
        """What the workflow says about its artifacts."""
        found: Data = {}
        if self.config.repository is not None:
            key = self.config.repository_key
            found["artifactRepositoryRef"] = {
                "configMap": self.config.repository,
                **({"key": key} if key else {}),
            }
        if self.config.gc is not None:
            found["artifactGC"] = self._gc(self.config.gc)
        if self.on_volume and self.config.claim is None:
            found["volumeClaimTemplates"] = [self._claim()]
            if self.config.keep_claim == "never":
                found["volumeClaimGC"] = {"strategy": "OnWorkflowCompletion"}
        return found

    def _gc(self, strategy: str) -> Data:
        """How artifacts are deleted; the pod that does it keeps to the restricted standard, too."""
        found: Data = {"strategy": strategy}
        if self.config.gc_account is not None:
            found["serviceAccountName"] = self.config.gc_account
        if strategy != "Never":
            safe: Json = {
                "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
            }
            found["podSpecPatch"] = compact(safe)
        return found

    def volumes(self) -> list[Yaml]:
        if self.on_volume and self.config.claim is not None:
            return [{"name": "store", "persistentVolumeClaim": {"claimName": self.config.claim}}]
        return []

    def _claim(self) -> Data:
        spec: Data = {
            "accessModes": [self.config.access_mode],
            "resources": {"requests": {"storage": self.config.size}},
        }
        if self.config.storage_class is not None:
            spec["storageClassName"] = self.config.storage_class
        return {"metadata": {"name": "store"}, "spec": spec}

    def _s3(self) -> Data:
        config = self.config
        named: Mapping[str, Yaml] = {
            "endpoint": config.endpoint,
            "bucket": config.bucket,
            "region": config.region,
            "insecure": config.insecure or None,
            "accessKeySecret": _ref(config.access_key, "accesskey"),
            "secretKeySecret": _ref(config.secret_key, "secretkey"),
            "useSDKCreds": config.workload_identity or None,
        }
        return {key: value for key, value in named.items() if value is not None}

    def _gcs(self) -> Data:
        ref = _ref(self.config.secret_key, "serviceAccountKey")
        return {"bucket": self.config.bucket, **({"serviceAccountKeySecret": ref} if ref else {})}

    def _azure(self) -> Data:
        config = self.config
        named: Mapping[str, Yaml] = {
            "endpoint": config.endpoint,
            "container": config.bucket,
            "accountKeySecret": _ref(config.secret_key, "account-access-key"),
            "useSDKCreds": config.workload_identity or None,
        }
        return {key: value for key, value in named.items() if value is not None}


def _ref(ref: KeyRef | None, key: str) -> Data | None:
    return None if ref is None else {"name": ref.name, "key": ref.key or key}
