"""What a codec is: the contract between artifacts and the formats they are kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol


class Codec(Protocol):
    """Turns values of some types into files and back.

    `write` and `read` raise `CodecError` for what does not fit; everything else that escapes them is the
    user's own exception and is passed on as it is.
    """

    name: str

    def fits(self, annotation: object) -> bool:
        """Values of this type are written by this codec."""

    def takes(self, value: object) -> bool:
        """This very value can be written; asked when the type leaves it open, as Any and unions do."""

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        """Fill an empty folder; the number of items when there is something to count."""

    def read(self, folder: Path, annotation: object) -> object:
        """The value as the annotation asks for it; the files are known to be whole."""


class CodecError(Exception):
    """Why a value cannot be written or a payload cannot be read, one plain sentence per problem."""

    def __init__(self, *problems: str, code: str = "", hint: str = "", file: str = "", line: int = 0) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.code = code
        self.hint = hint
        self.file = file
        self.line = line


class DiskError(Exception):
    """The disk refused; how many bytes were to be written, when that is known."""

    def __init__(self, cause: OSError, needed: int | None) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.needed = needed


class Lazy(ABC):
    """An iterable that reads from the disk each time it is walked."""

    @abstractmethod
    def __iter__(self) -> Iterator[Any]: ...


@contextmanager
def writing(needed: int | None = None) -> Iterator[None]:
    """Around a codec's own file operations, never around the user's code: tells a full disk from theirs."""
    try:
        yield
    except OSError as problem:
        raise DiskError(problem, needed) from problem
