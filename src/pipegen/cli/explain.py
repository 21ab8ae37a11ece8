"""`pipegen explain`: what an error code means, or where a value in a generated file comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.cli import options, output
from pipegen.cli.words import argument


def explain(
    code: Annotated[
        str | None,
        argument(
            help="A code such as PG126, or a generated file; without it, all codes are listed.",
            metavar="CODE|FILE",
        ),
    ] = None,
    path: Annotated[
        str | None,
        argument(help="A place in the file: stages.score.cmd, templates[name=score].", metavar="PATH"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what an error code means, or which line of code and which value a place in a generated file comes from."""
    if path is not None:
        from pipegen.cli.places import explain_place

        explain_place(Path(code or ""), path, as_json=as_json)
    else:
        _explain_code(code, as_json)


def _explain_code(code: str | None, as_json: bool) -> None:
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
        if Path(code).is_file():
            hint = f"for example: pipegen explain {code} metadata.name"
            raise PipegenError(Diagnostic("PG376", f"which place in '{code}' is meant?", None, hint))
        hint = suggest(code.upper(), codes) or "pipegen explain lists them all"
        raise PipegenError(Diagnostic("PG190", f"there is no code '{code}'", None, hint))
    title, text = codes[code.upper()]
    if as_json:
        output.data({"code": code.upper(), "title": title, "text": text})
    else:
        output.text(f"{code.upper()}: {title}\n\n{output.wrapped(text)}")


command = explain
