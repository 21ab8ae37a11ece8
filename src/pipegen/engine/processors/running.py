"""All post-processors of a run, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from pipegen.engine.configs.loading import Configured
from pipegen.engine.processors.contract import Finished
from pipegen.errors import PipegenError
from pipegen.ir import Json


def process_all(finished: Finished, processors: Sequence[Configured]) -> list[dict[str, Json]]:
    """What each came to; whatever one raises is its result, and the others still have their turn."""
    return [_one(finished, one) for one in processors if _wanted(finished, one)]


def failed(results: Sequence[dict[str, Json]]) -> Iterator[str]:
    """Those that the run depends on."""
    yield from (str(one["type"]) for one in results if not one["ok"] and one["required"])


def _wanted(finished: Finished, one: Configured) -> bool:
    when = getattr(one.config, "when", "success")
    return when == "always" or (when == "success") == (finished.run.status == "SUCCESS")


def _one(finished: Finished, one: Configured) -> dict[str, Json]:
    began = time.monotonic()
    details: dict[str, Json] = {}
    code: str | None = None
    try:
        done = one.plugin.process(finished, one.config)
        ok, message, details = True, str(done.message), dict(done.details)
    except Exception as error:  # a plugin may fail in any way
        ok, code, message = False, *_told(error)
    return {
        "type": one.name,
        "ok": ok,
        "message": message,
        "code": code,
        "required": getattr(one.config, "required", True),
        "seconds": round(time.monotonic() - began, 3),
        "details": details,
    }


def _told(error: Exception) -> tuple[str, str]:
    """The code of an error, and what it says in one line."""
    if isinstance(error, PipegenError):
        found = error.diagnostics
        said = "; ".join(f"{one.message} ({one.hint})" if one.hint else one.message for one in found)
        return found[0].code, said
    text = str(error).strip().partition("\n")[0][:300]
    return "PG757", f"{type(error).__name__}: {text}".removesuffix(": ")
