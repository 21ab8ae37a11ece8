"""Labels and annotations: those by which a pipeline finds its objects again, and what is wrong with users' own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipegen.ir import Pipeline
from pipegen.names import legal_names

MANAGED_BY, PIPELINE, BACKEND = "app.kubernetes.io/managed-by", "pipegen/pipeline", "pipegen/backend"
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_ANNOTATIONS = 256 * 1024


def belonging(pipeline: Pipeline, backend: str) -> dict[str, str]:
    """What objects that are applied say about where they come from; what runs make of them does not."""
    name = legal_names([pipeline.name], limit=63, fallback="pipeline")[pipeline.name]
    return {PIPELINE: name, BACKEND: backend}


def own_name(pipeline: Pipeline) -> dict[str, str]:
    """The annotation with what the user calls a pipeline, where no label can say it."""
    return {} if belonging(pipeline, "")[PIPELINE] == pipeline.name else {PIPELINE: pipeline.name}


def label_problems(labels: Mapping[str, str]) -> Iterator[str]:
    """Sentences about keys and values that are not legal."""
    for key, value in labels.items():
        if not _is_key(key):
            yield f"the label '{key}' has no legal key"
        if value and re.fullmatch(_NAME, value) is None:
            yield f"the label '{key}' has the value '{value}', which is not legal"


def annotation_problems(annotations: Mapping[str, str]) -> Iterator[str]:
    """Sentences about keys that are not legal, and about too much text."""
    for key in annotations:
        if not _is_key(key.lower()):
            yield f"the annotation '{key}' has no legal key"
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > _ANNOTATIONS:
        yield f"the annotations are {size} bytes together; at most {_ANNOTATIONS} fit"


def _is_key(key: str) -> bool:
    domain, slash, name = key.rpartition("/")
    known = not slash or (len(domain) <= 253 and re.fullmatch(_DOMAIN, domain) is not None)
    return known and re.fullmatch(_NAME, name) is not None
