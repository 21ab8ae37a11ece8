"""Which kinds a cluster serves, and under which paths."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from pipegen.cluster.connection import Answer, Connection
from pipegen.errors import Diagnostic


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind as the API server serves it."""

    version: str  # batch/v1
    kind: str
    plural: str
    singular: str
    namespaced: bool

    @property
    def shown(self) -> str:
        """cronjob.batch, as kubectl writes it."""
        group = self.version.rpartition("/")[0]
        return f"{self.singular}.{group}" if group else self.singular

    def path(self, namespace: str | None, name: str = "") -> str:
        """The path of an object, or of all objects of a namespace."""
        root = "/apis/" if "/" in self.version else "/api/"
        within = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced and namespace else ""
        return f"{root}{self.version}{within}/{self.plural}" + (f"/{quote(name, safe='')}" if name else "")


class Resources:
    """The kinds of a cluster, asked for a group at a time and remembered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, dict[str, Resource] | Answer] = {}

    def of(self, version: str, kind: str) -> Resource | Answer | None:
        """The resource; None when the cluster has no such kind, its answer when it does not say."""
        if version not in self._known:
            self._known[version] = self._asked(version)
        found = self._known[version]
        return found.get(kind) if isinstance(found, dict) else found

    def _asked(self, version: str) -> dict[str, Resource] | Answer:
        root = "/apis/" if "/" in version else "/api/"
        answer = self._connection.ask("GET", root + version)
        if answer.missing:
            return {}
        if not answer.ok:
            return answer
        return {
            one["kind"]: Resource(
                version,
                one["kind"],
                one["name"],
                one.get("singularName") or one["kind"].lower(),
                one["namespaced"],
            )
            for one in answer.body.get("resources") or ()
            if "/" not in one["name"]  # cronjobs/status is no kind of its own
        }


def unknown_kind(version: str, kind: str, host: str) -> Diagnostic:
    """The cluster serves no such kind."""
    message = f"the cluster at {host} does not know '{kind}' of {version}"
    if version.startswith("argoproj.io/"):
        hint = "install Argo there, choose another --context, or use --backend cronjob"
        return Diagnostic("PG607", f"{message}: Argo Workflows is not installed", None, hint)
    return Diagnostic("PG607", message, None, "check the kind, or choose another --context")
