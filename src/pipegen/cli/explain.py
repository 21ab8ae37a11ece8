"""`pipegen explain`: what an error code means."""

from __future__ import annotations

from typing import Annotated

from pipegen.cli import options, output
from pipegen.cli.words import argument


def explain(
    code: Annotated[str | None, argument(help="A code such as PG126; without it, all are listed.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what an error code means and what to do about it."""
    from pipegen.codes import every_code
    from pipegen.errors import Diagnostic, PipegenError, suggest

    codes = every_code()
    if code is None:
        if as_json:
            output.data({key: {"title": title, "text": text} for key, (title, text) in codes.items()})
        else:
            output.table([(key, title) for key, (title, _) in codes.items()], ("code", "what is wrong"))
        return
    if code.upper() not in codes:
        hint = suggest(code.upper(), codes) or "pipegen explain lists them all"
        raise PipegenError(Diagnostic("PG190", f"there is no code '{code}'", None, hint))
    title, text = codes[code.upper()]
    if as_json:
        output.data({"code": code.upper(), "title": title, "text": text})
    else:
        output.text(f"{code.upper()}: {title}\n\n{output.wrapped(text)}")


command = explain
