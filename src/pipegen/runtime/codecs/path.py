"""Files and folders: what a step that returns a Path hands on."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs.contract import CodecError
from pipegen.runtime.codecs.types import bare

_FOLDER = "data"
_FILES = "files"


class PathCodec:
    """One file under its own name, or one folder with all that is in it."""

    name = "path"

    def fits(self, annotation: object) -> bool:
        found = bare(annotation)
        return isinstance(found, type) and issubclass(found, PurePath)

    def takes(self, value: object) -> bool:
        return isinstance(value, PurePath)

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        from pipegen.runtime.codecs import tree

        if not isinstance(value, PurePath):
            raise CodecError(f"it is {type_name(type(value))}, which is no Path", code="PG322")
        source = Path(os.path.realpath(value))
        if not source.exists():
            raise CodecError(f"'{value}' does not exist", code="PG337")
        if source in Path(os.path.realpath(folder)).parents:
            raise CodecError(f"'{value}' holds the folder of the artifact itself", code="PG338")
        target = folder / _FOLDER if source.is_dir() else folder / _FILES / value.name
        tree.hand_over(source, target, _scratch())
        return None

    def read(self, folder: Path, annotation: object) -> object:
        from pipegen.runtime.manifest_json import load_manifest

        # The manifest says which: beside the payload there may be files of others.
        first = load_manifest(folder).payload[0]
        return folder.absolute() / (_FOLDER if first.startswith(f"{_FOLDER}/") or first == _FOLDER else first)


def _scratch() -> Path | None:
    """The task's scratch folder: what lies in it is of no further use, so it is moved rather than copied."""
    from pipegen.errors import PipegenError
    from pipegen.runtime.scratch import workdir

    try:
        return workdir()
    except PipegenError:  # no task is running: a test, or a script
        return None
