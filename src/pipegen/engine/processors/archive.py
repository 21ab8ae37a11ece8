"""The post-processor `archive`: artifacts in one file, the same bytes for the same artifacts."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, cast

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from pipegen.engine.processors.choosing import chosen, filled, template_problem
from pipegen.engine.processors.config import ProcessorConfig, TaskNames
from pipegen.engine.processors.contract import Finished, Processed
from pipegen.errors import Diagnostic, PipegenError
from pipegen.names import folder_names

Form = Literal["zip", "tar.gz", "tar.zst"]
_FORMS: tuple[Form, ...] = ("zip", "tar.gz", "tar.zst")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows


class ArchiveConfig(ProcessorConfig):
    """Where the archive goes, and what is in it."""

    usual: ClassVar[tuple[str, ...]] = ("path",)
    path: str = Field(
        "{pipeline}-{run}.tar.gz",
        description="The file, from the project's root; {pipeline}, {run}, {date} and {time} are filled in.",
        examples=["archives/{pipeline}-{date}.tar.gz"],
    )
    form: Form | None = Field(
        None, description="zip, tar.gz or tar.zst; without it, as the path ends.", examples=["zip"]
    )
    tasks: TaskNames | None = Field(
        None, description="Whose artifacts; without it, those of the last tasks.", examples=[["report"]]
    )
    overwrite: bool = Field(False, description="Whether a file that is there already is replaced.")

    @field_validator("path")
    @classmethod
    def _known_braces(cls, path: str) -> str:
        problem = template_problem(path)
        if problem:
            raise ValueError(problem)
        return path

    @model_validator(mode="after")
    def _one_form(self) -> ArchiveConfig:
        by_name = self._by_name()
        if self.form is None and by_name is None:
            hint = "name it *.zip, *.tar.gz or *.tar.zst, or say 'form'"
            raise _no_form(f"'{self.path}' does not say how to pack; {hint}")
        if None not in (self.form, by_name) and self.form != by_name:
            raise _no_form(f"'{self.path}' is the name of a {by_name}, and 'form' is {self.form}; change one")
        return self

    def named_tasks(self) -> Sequence[str]:
        return self.tasks or ()

    @property
    def packed(self) -> Form:
        form = self.form or self._by_name()
        assert form is not None
        return form

    def _by_name(self) -> Form | None:
        return next((one for one in _FORMS if self.path.endswith(f".{one}")), None)


def _no_form(problem: str) -> PydanticCustomError:
    return PydanticCustomError("PG752", "{problem}", {"problem": problem})


class Archive:
    """Packs artifacts into one file."""

    name: ClassVar[str] = "archive"
    summary: ClassVar[str] = "pack artifacts into a zip, tar.gz or tar.zst"
    config: ClassVar[type[ArchiveConfig]] = ArchiveConfig

    def process(self, finished: Finished, config: ArchiveConfig) -> Processed:
        path = finished.root / Path(filled(config.path, finished)).expanduser()
        shown = os.path.relpath(path, finished.root)
        folders = chosen(finished, config.tasks)
        try:
            if path.exists() and not config.overwrite:
                hint = "put {run} into its path, or say 'overwrite: true'"
                raise PipegenError(Diagnostic("PG753", f"'{shown}' is there already", None, hint))
            with _appearing(path) as file:
                _PACK[config.packed](file, folders)
        except OSError as error:
            message = f"'{shown}' cannot be written: {(error.strerror or str(error)).lower()}"
            raise PipegenError(
                Diagnostic("PG755", message, None, "check 'path' of the config, and the disk")
            ) from None
        return Processed(
            f"wrote {shown}", {"path": shown, "bytes": path.stat().st_size, "tasks": list(folders)}
        )


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file that is there when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:200]}.{os.urandom(6).hex()}")
    try:
        with beside.open("xb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _members(folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Everything in the artifacts in a fixed order: each under the name of its task's folder."""
    names = folder_names(folders)
    for task, folder in sorted(folders.items()):
        yield names[task], folder
        waiting = sorted(folder.iterdir(), reverse=True)
        while waiting:
            path = waiting.pop()
            yield f"{names[task]}/{path.relative_to(folder).as_posix()}", path
            if path.is_dir() and not path.is_symlink():
                waiting += sorted(path.iterdir(), reverse=True)


def _tar(file: Any, folders: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in _members(folders):
            info = archive.gettarinfo(path, name)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = 0
            info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
            if info.isreg():
                info.type, info.linkname = tarfile.REGTYPE, ""
                with path.open("rb") as content:
                    archive.addfile(info, content)
            else:
                archive.addfile(info)


def _tar_gz(file: BinaryIO, folders: Mapping[str, Path]) -> None:
    import gzip

    with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        _tar(packed, folders)


def _tar_zst(file: BinaryIO, folders: Mapping[str, Path]) -> None:
    try:
        import zstandard
    except ImportError:
        message = "tar.zst is packed by zstandard, which is not installed"
        raise PipegenError(
            Diagnostic("PG754", message, None, "pip install 'pipegen-compiler[zstd]'")
        ) from None
    with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as packed:
        _tar(packed, folders)


def _zip(file: BinaryIO, folders: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in _members(folders):
            _zip_member(archive, name, path)


def _zip_member(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    """With what Unix knows of a file: a link stays a link, and what can be executed stays so."""
    if path.is_symlink():
        info = zipfile.ZipInfo(name, _EPOCH)
        info.external_attr = 0o120777 << 16
        archive.writestr(info, os.readlink(path))  # noqa: PTH115 - as it was written
    elif path.is_dir():
        info = zipfile.ZipInfo(f"{name}/", _EPOCH)
        info.external_attr = (0o040755 << 16) | 0x10
        archive.writestr(info, b"")
    else:
        info = zipfile.ZipInfo(name, _EPOCH)
        mode = 0o100755 if path.stat().st_mode & 0o100 else 0o100644
        info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
        info.file_size = path.stat().st_size
        with path.open("rb") as content, archive.open(info, "w") as packed:
            while block := content.read(1 << 20):
                cast(BinaryIO, packed).write(block)


_PACK = {"zip": _zip, "tar.gz": _tar_gz, "tar.zst": _tar_zst}
