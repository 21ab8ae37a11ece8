"""Which codecs there are: the built-in ones, then those of installed packages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from pipegen import plugins
from pipegen.errors import suggest
from pipegen.runtime.codecs.contract import Codec, CodecError

GROUP = "pipegen.codecs"
# In the order in which they are asked. The same lines stand in pyproject.toml; here they cost no scan.
BUILT_IN = {
    "none": "pipegen.runtime.codecs.none:NoneCodec",
    "raw": "pipegen.runtime.codecs.raw:RawCodec",
    "path": "pipegen.runtime.codecs.path:PathCodec",
    "parquet": "pipegen.runtime.codecs.parquet:ParquetCodec",
    "jsonl": "pipegen.runtime.codecs.jsonl:JsonLinesCodec",
    "json": "pipegen.runtime.codecs.json:JsonCodec",
}
_PARTS = ("fits", "takes", "write", "read")


def every() -> Iterator[Codec]:
    """Each codec in the order in which it is asked; plugins are looked for only when no built-in one will do."""
    for name in BUILT_IN:
        yield named(name)
    for name in plugins.entry_points(GROUP):
        if name not in BUILT_IN:
            yield named(name)


def named(name: str) -> Codec:
    """The codec an artifact says it was written by; CodecError when it is not installed."""
    if name in BUILT_IN:
        return _loaded(name, BUILT_IN[name])
    offered = plugins.entry_points(GROUP)
    if name not in offered:
        raise CodecError(
            f"there is no codec '{name}'", code="PG331", hint=suggest(name, {*BUILT_IN, *offered})
        )
    same = plugins.clashes(GROUP).get(name, ())
    if len({one.reference for one in same}) > 1:
        names = " and ".join(f"'{one.distribution}'" for one in same)
        raise CodecError(f"codec '{name}' is offered by {names}", code="PG341", hint="remove one of them")
    return _loaded(name, offered[name])


@lru_cache
def _loaded(name: str, reference: str) -> Codec:
    try:
        found = plugins.load(reference)
        codec = found() if isinstance(found, type) else found
    except Exception as problem:  # a package that does not import may raise anything
        reason = f"{type(problem).__name__}: {problem}"
        raise CodecError(
            f"codec '{name}' ({reference}) cannot be loaded: {reason}", code="PG339"
        ) from problem
    lacking = [part for part in _PARTS if not callable(getattr(codec, part, None))]
    if lacking or getattr(codec, "name", None) != name:
        what = f"it has no '{lacking[0]}'" if lacking else f"its name is {getattr(codec, 'name', None)!r}"
        raise CodecError(f"'{reference}' is no codec '{name}': {what}", code="PG339")
    return cast(Codec, codec)
