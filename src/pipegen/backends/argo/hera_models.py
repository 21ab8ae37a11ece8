"""A second opinion on what is generated: Hera's models of Argo read each document and write it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipegen.emit.files import File
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline

if TYPE_CHECKING:
    from types import ModuleType

_OURS = "argoproj.io/"


def doubts(pipeline: Pipeline, files: Sequence[File]) -> Iterator[Diagnostic]:
    """What the models refuse, do not know, or take for something else, with its place in the file."""
    models = _models()
    for file in files:
        for document in _documents(file):
            for place, said in _read_and_written(models, document):
                message = f"Hera's models of Argo: in {file.path}, {place} {said}"
                hint = (
                    f"`pipegen explain {file.path} '{place}'` says where it comes from, once it is generated"
                )
                yield Diagnostic("PG572", message, pipeline.origin, hint)


def _models() -> ModuleType:
    try:
        from hera.workflows import models
    except ImportError:
        hint = "install 'hera', or pipegen with the extra 'argo'"
        raise PipegenError(
            Diagnostic("PG573", "a deep check for argo takes Hera, which is not installed", None, hint)
        ) from None
    found: ModuleType = models
    return found


def _documents(file: File) -> Iterator[dict[str, Any]]:
    import yaml

    if "/Chart.yaml" not in f"/{file.path}":
        for one in yaml.load_all(file.text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if str(one.get("apiVersion", "")).startswith(_OURS):
                yield one


def _read_and_written(models: ModuleType, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from pydantic import ValidationError

    try:
        read = getattr(models, document["kind"]).model_validate(document)
    except ValidationError as problem:
        for one in problem.errors():
            yield _path(one["loc"]), f"is refused: {one['msg'][:1].lower()}{one['msg'][1:]}"
        return
    written = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    yield from _different(document, written, ())


def _different(before: Any, after: Any, path: tuple[int | str, ...]) -> Iterator[tuple[str, str]]:
    """The first place on each way down at which what was read is not what was written."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if key not in after:
                yield _path((*path, key)), "is a field that they do not know"
            else:
                yield from _different(value, after[key], (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _different(one, other, (*path, number))
    elif before != after or type(before) is not type(after):
        yield _path(path), f"is taken for {after!r}, but is {before!r}"


def _path(parts: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
