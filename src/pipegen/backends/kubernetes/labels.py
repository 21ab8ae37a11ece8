"""Labels and annotations as the API server takes them: what is wrong with those that users give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_ANNOTATIONS = 256 * 1024


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
