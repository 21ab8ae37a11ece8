"""Objects by reference, for those who drive steps by hand: in a notebook, in a test, in a tool of their own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from pipegen.errors import Diagnostic, PipegenError
from pipegen.frozen import frozen


@frozen
class Reference:
    """Stands for an object that a RuntimeContext holds; small, and text when it has to be."""

    digest: str

    def __str__(self) -> str:
        return f"pipegen:{self.digest}"


class RuntimeContext:
    """Puts objects down as artifacts, in the very files that tasks hand on, and gives them back.

        with RuntimeContext() as context:
            reviews = context.put(Fetch().call(settings=settings))
            scores = context.put(Score().call(reviews=context.get(reviews)))

    A DataFrame is put down as Parquet, a list of models as JSON Lines, and so on: what is large waits on disk.
    Without a folder it is a temporary one, which is gone when the context is closed. Another context on the same
    folder finds what is there by the reference's text, and has to be told the type.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._is_own, self._is_closed = folder is None, False
        self.folder = Path(tempfile.mkdtemp(prefix="pipegen-") if folder is None else folder)
        self._types: dict[str, object] = {}

    def put(self, value: object, type: object = None) -> Reference:  # noqa: A002 - as annotations are called
        """Put an object down; its type is seen by looking, unless it is told."""
        from pipegen.runtime import artifact
        from pipegen.runtime.seen import type_of

        if self._is_closed:
            hint = "put it into one that is open"
            raise PipegenError(Diagnostic("PG317", "the context is closed", None, hint))
        annotation = type_of(value) if type is None else type
        draft = self.folder / "draft"
        artifact.write(draft, value, annotation, "context")
        digest = artifact.digest(draft)
        place = self.folder / digest
        if place.exists():
            shutil.rmtree(draft)
        else:
            draft.rename(place)
        self._types[digest] = annotation
        return Reference(digest)

    def get(self, reference: Reference | str, type: object = None) -> Any:  # noqa: A002
        """The object behind a reference, or behind its text; of the type that it was put down as, or of another."""
        from pipegen.runtime import artifact

        digest = str(reference).removeprefix("pipegen:")
        place = self.folder / digest
        if not digest.isalnum() or not place.is_dir():
            message = f"nothing is behind the reference '{reference}'"
            raise PipegenError(
                Diagnostic("PG317", message, None, "it came from another context, or that is closed")
            )
        annotation = self._types.get(digest, Any) if type is None else type
        return artifact.read(place, annotation, name="reference")

    def close(self) -> None:
        """Forget everything, if the folder was not given."""
        self._is_closed = True
        if self._is_own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> RuntimeContext:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
