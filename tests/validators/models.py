"""Two more opinions, in Python: Hera's models of Argo, and the published schemas of Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

KUBERNETES = "1.36"


def hera_roundtrip(document: Mapping[str, Any]) -> list[str]:
    """What Hera's model of an Argo document refuses, drops or changes; it ignores fields it does not know."""
    from hera.workflows import models
    from pydantic import ValidationError

    try:
        read = getattr(models, document["kind"]).model_validate(document)
    except ValidationError as problem:
        return [f"{_path(error['loc'])}: {error['msg']}" for error in problem.errors()]
    written = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return list(_differences(document, written, ""))


def _path(parts: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def _differences(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            if key not in after:
                yield f"{path}.{key}: not a field"
            else:
                yield from _differences(before.get(key), after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (item, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(item, other, f"{path}[{number}]")
    elif before != after or type(before) is not type(after):
        yield f"{path}: {before!r} became {after!r}"


def kubernetes_schema(document: Mapping[str, Any]) -> list[str]:
    """What the JSON schema of a built-in kind refuses, by kubernetes-validate; unknown fields too."""
    import kubernetes_validate  # type: ignore[import-untyped]

    try:
        kubernetes_validate.validate(dict(document), KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as problem:
        return [f"{_path(tuple(problem.absolute_path))}: {problem.message}"]
    except kubernetes_validate.SchemaNotFoundError as problem:
        return [str(problem.message)]
    return []
