"""Codecs: the formats in which artifacts are kept, built in and from plugins."""

from __future__ import annotations

from pipegen.errors import Diagnostic, PipegenError
from pipegen.runtime.codecs import choose, find
from pipegen.runtime.codecs.contract import Codec, CodecError, DiskError, writing

__all__ = [
    "Codec",
    "CodecError",
    "DiskError",
    "codec_for",
    "codec_for_value",
    "codec_named",
    "codecs_for",
    "writing",
]


def codecs_for(annotation: object) -> tuple[Codec, ...]:
    """The codecs that values of a type may need: none for Any, several for a union of different kinds."""
    try:
        return tuple(codec for codec, _ in choose.choices(annotation))
    except CodecError as problem:
        raise refused(problem) from problem


def codec_for(annotation: object) -> Codec | None:
    """The codec for values of a type, of several the first; None when only the value can tell."""
    return next(iter(codecs_for(annotation)), None)


def codec_for_value(value: object) -> Codec:
    """The codec for a value whose type is open."""
    try:
        return choose.match_value(value)
    except CodecError as problem:
        raise refused(problem) from problem


def codec_named(name: str) -> Codec:
    """The codec of that name, built in or from a plugin."""
    try:
        return find.named(name)
    except CodecError as problem:
        raise refused(problem) from problem


def refused(problem: CodecError) -> PipegenError:
    """A codec's refusal as diagnostics."""
    code = problem.code or "PG323"
    return PipegenError(*(Diagnostic(code, text, hint=problem.hint) for text in problem.problems))
