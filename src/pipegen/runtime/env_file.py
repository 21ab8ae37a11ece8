"""Files of variables: NAME=value lines, as `.env` files are written."""

from __future__ import annotations

import re
from pathlib import Path

from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.units import env_name_error

_LINE = re.compile(r"\s*(?:export\s+)?([^=\s]+)\s*=\s*(.*?)\s*")
_SINGLE = re.compile(r"'([^']*)'\s*(?:#.*)?")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}


def load(path: Path) -> dict[str, str]:
    """The variables in a file; PipegenError lists every line that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = str(error.strerror).lower() if isinstance(error, OSError) else "it is not UTF-8 text"
        message = f"the env file '{path}' cannot be read: {reason}"
        raise PipegenError(Diagnostic("PG309", message, None, "check the path")) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> dict[str, str]:
    """The variables in the text of a file; nothing in it is expanded or run."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            name, value = _read(line)
            if name in found:
                raise ValueError(f"'{name}' is set twice")
            if "\0" in value:  # which no environment can hold
                raise ValueError(f"the value of '{name}' holds a null character")
            found[name] = value
        except ValueError as error:
            problems.append(Diagnostic("PG309", str(error), Origin(file, number), "write NAME=value"))
    if problems:
        raise PipegenError(*problems)
    return found


def _read(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("this line sets no variable")
    name, value = match.groups()
    if env_name_error(name):  # the text may be a line of a secret: it is not repeated
        raise ValueError("what stands before '=' is not the name of a variable")
    return name, _unquoted(name, value)


def _unquoted(name: str, value: str) -> str:
    if value[:1] == "'":
        match = _SINGLE.fullmatch(value)
    elif value[:1] == '"':
        match = _DOUBLE.fullmatch(value)
    else:
        return re.sub(r"(^|\s+)#.*", "", value)
    if match is None:
        raise ValueError(f"the quotes around the value of '{name}' do not close")
    if value[0] == "'":
        return match[1]
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), match[1])
