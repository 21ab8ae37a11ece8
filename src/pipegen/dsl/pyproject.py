"""The `[tool.pipegen]` table of pyproject.toml: read, checked, and with the line that each key stands on."""

from __future__ import annotations

import re
from pathlib import Path

from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

FILE = "pyproject.toml"
_KEYS = ("target", "targets", "pythonpath", "values", "backend")

Table = dict[str, tuple[str, ...]]


def read_table(root: Path) -> Table:
    """The texts under each key that is there; PipegenError lists everything that cannot be used."""
    try:
        text = (root / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None)
        problem = f"cannot be read: {reason.lower()}" if reason else "is not UTF-8 text"
        hint = "check its permissions" if reason else "save it as UTF-8"
        raise PipegenError(Diagnostic("PG107", f"{FILE} {problem}", Origin(FILE), hint)) from None
    if "pipegen" not in text:  # spares importing a TOML reader
        return {}
    table = _parsed(text)
    problems: list[Diagnostic] = []
    found = {key: _texts(key, value, text, problems) for key, value in table.items()}
    problems += [
        Diagnostic("PG107", f"there is no folder '{one}'", _place(text, "pythonpath"), "correct pythonpath")
        for one in found.get("pythonpath", ())
        if not (root / one).is_dir()
    ]
    if problems:
        raise PipegenError(*problems)
    return found


def key_place(root: Path, key: str) -> Origin | None:
    """Where a key of the table stands; None when it is not there."""
    try:
        text = (root / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    return _place(text, key) if key in _parsed(text) else None


def _parsed(text: str) -> dict[str, object]:
    import tomllib

    try:
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        at_end = (text.count("\n") + 1, 0)
        line, column = re.findall(r"\d+", str(error))[-2:] if "(at line" in str(error) else at_end
        problem = str(error).partition(" (at ")[0]
        problem = problem[:1].lower() + problem[1:]
        place = Origin(FILE, int(line), int(column))
        hint = "text is quoted, and each key stands on a line of its own"
        raise PipegenError(Diagnostic("PG107", f"{FILE} is not valid TOML: {problem}", place, hint)) from None
    table = tool.get("pipegen", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        hint = 'write it below a line [tool.pipegen]: target = "reviews.py"'
        raise PipegenError(
            Diagnostic("PG107", "'tool.pipegen' must be a table", _place(text, "pipegen"), hint)
        )
    return table


def _texts(key: str, value: object, text: str, problems: list[Diagnostic]) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if key not in _KEYS:
        message, hint = f"[tool.pipegen] has no key '{key}'", suggest(key, _KEYS)
    elif not all(isinstance(one, str) for one in values):
        message = f"'{key}' in [tool.pipegen] must be text or a list of texts"
        hint = f"for example {_EXAMPLES[key]}"
    else:
        return tuple(values)
    problems.append(Diagnostic("PG107", message, _place(text, key), hint))
    return ()


_EXAMPLES = {
    "target": 'target = "reviews.py"',
    "targets": 'targets = ["reviews.py", "nightly.py"]',
    "pythonpath": 'pythonpath = ["lib"]',
    "values": 'values = ["values.yaml", "production.yaml"]',
    "backend": 'backend = "dvc"',
}


def _place(text: str, key: str) -> Origin:
    """The line on which a key of the table stands, as far as it can be found without a parser."""
    inside = re.search(rf"^\s*\[tool\.pipegen\]|^\s*{re.escape(key)}\s*=", text, re.MULTILINE)
    start = inside.start() if inside else 0
    found = re.compile(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*=""", re.MULTILINE).search(text, start)
    place = found or inside
    return Origin(FILE, text.count("\n", 0, place.start()) + 1) if place else Origin(FILE)
