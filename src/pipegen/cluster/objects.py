"""Objects as they stand in manifests: read from YAML, told apart, and put into the order of applying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipegen.errors import Diagnostic, Origin, PipegenError

# What is needed by something else comes before it; what is not named here stands in the middle.
_FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "Secret",
    "ConfigMap",
    "PersistentVolumeClaim",
    "NetworkPolicy",
)
_LAST = ("ClusterWorkflowTemplate", "WorkflowTemplate", "CronWorkflow", "CronJob", "Job", "Workflow")
_RANK = {kind: n for n, kind in enumerate((*_FIRST, "", *_LAST))}


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object that is to be applied, and the document that it stands in."""

    data: Mapping[str, Any]
    file: str
    number: int = 0  # of the document in its file

    @property
    def version(self) -> str:
        return str(self.data["apiVersion"])

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def metadata(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data["metadata"]
        return found

    @property
    def name(self) -> str:
        """Its name; one that the cluster is to complete ends in a dash."""
        return str(self.metadata.get("name") or self.metadata.get("generateName"))

    @property
    def generated(self) -> bool:
        """Whether the cluster makes a new object of it each time."""
        return "name" not in self.metadata

    @property
    def namespace(self) -> str | None:
        found = self.metadata.get("namespace")
        return None if found is None else str(found)

    @property
    def labels(self) -> Mapping[str, str]:
        return self.metadata.get("labels") or {}


def in_order(manifests: Iterable[Manifest]) -> list[Manifest]:
    """What others need comes first; otherwise the order is that of the files."""
    return sorted(manifests, key=lambda one: _RANK.get(one.kind, _RANK[""]))


def read(text: str, file: str, *, skip_others: bool = False) -> list[Manifest]:
    """The objects of a file; with `skip_others`, a file that holds something else has none."""
    import yaml

    try:
        found = list(yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        if skip_others:
            return []
        place = getattr(error, "problem_mark", None)
        origin = Origin(file, place.line + 1, place.column + 1) if place else Origin(file)
        problem = getattr(error, "problem", None) or "it cannot be read"
        hint = "`helm template FOLDER | pipegen apply -` applies a chart" if "{{" in text else "mend the file"
        message = f"'{file}' is not YAML: {problem}"
        raise PipegenError(Diagnostic("PG615", message, origin, hint)) from None
    documents = [(number, one) for number, one in enumerate(found) if one is not None]
    if skip_others and not all(_is_object(one) for _, one in documents):
        return []
    wrong = [_unfit(one, file, number, text) for number, one in documents if not _is_named(one)]
    if wrong or not documents:
        raise PipegenError(*(wrong or [_empty(file)]))
    return [Manifest(one, file, number) for number, one in documents]


def _is_object(one: Any) -> bool:
    return (
        isinstance(one, dict) and isinstance(one.get("apiVersion"), str) and isinstance(one.get("kind"), str)
    )


def _is_named(one: Any) -> bool:
    metadata = one.get("metadata") if _is_object(one) else None
    return isinstance(metadata, dict) and any(
        isinstance(metadata.get(key), str) for key in ("name", "generateName")
    )


def _unfit(one: Any, file: str, number: int, text: str) -> Diagnostic:
    lacks = "a name in 'metadata'" if _is_object(one) else "'apiVersion' and 'kind'"
    where = f"document {number + 1} of '{file}'" if number else f"'{file}'"
    hint = "name a file that `pipegen generate --backend argo` or `--backend cronjob` wrote"
    return Diagnostic("PG615", f"{where} is no Kubernetes object: it lacks {lacks}", None, hint)


def _empty(file: str) -> Diagnostic:
    return Diagnostic("PG616", f"'{file}' holds no objects", None, "generate it again")


def place(text: str, file: str, number: int, path: Iterable[str | int]) -> Origin:
    """Where the deepest part of a path stands that a document of a file has."""
    import yaml

    nodes = list(yaml.compose_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    node, mark = nodes[number], nodes[number].start_mark
    for part in path:
        found = next(_below(node, part), None)
        if found is None:
            break
        mark, node = found
    return Origin(file, mark.line + 1, mark.column + 1)


def _below(node: Any, part: str | int) -> Iterator[tuple[Any, Any]]:
    """What stands under a key or number, and where the key or item begins."""
    if node.id == "sequence" and isinstance(part, int):
        yield from ((one.start_mark, one) for one in node.value[part : part + 1])
    elif node.id == "mapping":
        yield from ((key.start_mark, value) for key, value in node.value if key.value == str(part))
