"""What is said of the artifacts of a run: type, rows, files, size and path, as their manifests have it."""

from __future__ import annotations

from pathlib import Path

from pipegen.engine.artifacts import Artifacts
from pipegen.engine.places import Places
from pipegen.engine.spans import size
from pipegen.errors import PipegenError
from pipegen.graph.lettering import short_type
from pipegen.ir import Json
from pipegen.runtime.manifest_json import load_manifest

_MOST_FILES = 20


def handed_on(digest: str, root: Path) -> dict[str, Json]:
    """One artifact; of one that is gone from the store, where it was."""
    folder = Artifacts(Places(root)).folder(digest)
    said: dict[str, Json] = {"path": folder.relative_to(root).as_posix()}
    try:
        manifest = load_manifest(folder)
    except PipegenError:
        return {**said, "gone": True}
    total = sum(one.size for one in manifest.files)
    return {
        **said,
        "type": short_type(manifest.type),
        "codec": manifest.codec,
        "bytes": total,
        "size": size(total),
        "files": [[one.path, size(one.size)] for one in manifest.files[:_MOST_FILES]],
        "more": max(len(manifest.files) - _MOST_FILES, 0),
    }
