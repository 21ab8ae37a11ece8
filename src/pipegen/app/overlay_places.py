"""Places in the patches of a kustomize overlay, as places in the objects that they change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipegen.app.document_paths import documents
from pipegen.errors import Diagnostic, PipegenError

_KUSTOMIZATION = "kustomization.yaml"
_OPERATION = re.compile(r"\[(\d+)\]\.value\b(.*)")


class Patched(NamedTuple):
    """An object that a patch changes, and where in it."""

    kind: str
    name: str
    path: str


def patched(file: Path, path: str) -> Patched | None:
    """What a place in a patch is about; None for a file that is none."""
    lists = _first(file.with_name(_KUSTOMIZATION))
    if not isinstance(lists, Mapping):
        return None
    if file.name == _KUSTOMIZATION and any(one.startswith("..") for one in lists.get("resources") or ()):
        message = f"'{file.as_posix()}' lists what an overlay changes, and no single value does that"
        raise PipegenError(Diagnostic("PG375", message, None, "ask about one of the patches beside it"))
    found = [one for one in lists.get("patches") or () if one.get("path") == file.name]
    operations = _first(file)
    if not found:
        return None
    asked = _OPERATION.fullmatch(path)
    if asked is None or int(asked[1]) >= len(operations):
        hint = f"ask about one of its {len(operations)} values: '[0].value'"
        raise PipegenError(Diagnostic("PG375", f"there is no value '{path}' in a patch", None, hint))
    target = found[0]["target"]
    return Patched(target["kind"], target["name"], _path(operations, int(asked[1])) + asked[2])


def _first(file: Path) -> Any:
    found = documents(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found[0] if found else None


def _path(operations: Sequence[Mapping[str, str]], number: int) -> str:
    """The place of an operation in what comes out; what is added to a list stands at its end."""
    pointer = operations[number]["path"]
    later = sum(one["path"] == pointer for one in operations[number:])
    parts = [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]
    return "".join(_step(one, later) for one in parts).removeprefix(".")


def _step(part: str, later: int) -> str:
    if part == "-":
        return f"[-{later}]"
    if part.isdigit():
        return f"[{part}]"
    return f'["{part}"]' if re.search(r"[.\[]", part) else f".{part}"
