"""Values in layers: files in order, then --set, then --set-file; the later one wins."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pipegen.errors import Diagnostic, Origin, PipegenError, refuse
from pipegen.values.nodes import Entry, Node, Scalar, Table, merge_tables, split

_KEY = re.compile(r"((?:\\.|[^=\\])+)=(.*)", re.DOTALL)
_DEEPEST = 100
_Given = TypeVar("_Given")


def load(
    files: Sequence[Path] = (),
    sets: Sequence[str] = (),
    set_files: Sequence[str] = (),
    *,
    expand_env: bool = False,
    root: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Table:
    """All that the user gave as one mapping; everything wrong with any of it is raised together."""
    if not (files or sets or set_files):
        return Table()
    from pipegen.values.environment import settled

    variables = (os.environ if environ is None else environ) if expand_env else None
    found: list[Diagnostic] = []
    merged = Table()
    for file in files:
        layer = _attempt(found, lambda path: _file(path, root or Path.cwd()), file)
        merged = merge_tables(merged, settled(layer, variables, found))
    for text in sets:
        merged = merge_tables(merged, settled(_attempt(found, setting, text), variables, found))
    for text in set_files:  # a file's content is taken as it is: a `${NAME}` in it is its own affair
        merged = merge_tables(merged, _attempt(found, file_setting, text))
    refuse(found)
    return merged


def setting(text: str, option: str = "--set") -> Table:
    """What `--set KEY=VALUE` says: [..], {..} and quoted text are YAML, anything else is taken as it stands."""
    origin = Origin(f"{option} {text}")
    keys, value = _halves(text, origin)
    if value[:1] not in ("[", "{", '"', "'"):
        return _nested(keys, Scalar(value, origin, plain=bool(value)), origin)
    from pipegen.values.reading import parse

    try:
        node = parse(value, origin.file, placed=False)
    except PipegenError as wrong:
        said = wrong.diagnostics[0].message
        hint = "quote the whole value if it is meant as text"
        raise PipegenError(
            Diagnostic("PG212", f"the value of '{option} {text}': {said}", origin, hint)
        ) from None
    return _nested(keys, node or Scalar("", origin), origin)


def file_setting(text: str) -> Table:
    """What `--set-file KEY=FILE` says: the file's content as a text."""
    from pipegen.values.reading import read_text

    origin = Origin(f"--set-file {text}")
    keys, name = _halves(text, origin)
    content = read_text(Path(name), name, "PG215", "the file")
    return _nested(keys, Scalar(content, origin, plain=False), origin)


def _file(path: Path, root: Path) -> Table:
    from pipegen.values.reading import read

    return read(path, root)


def _attempt(found: list[Diagnostic], make: Callable[[_Given], Table], given: _Given) -> Table:
    try:
        return make(given)
    except PipegenError as wrong:
        found += wrong.diagnostics
        return Table()


def _halves(text: str, origin: Origin) -> tuple[list[str], str]:
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise PipegenError(
            Diagnostic("PG212", "a '--set' is not UTF-8 text", hint="check the terminal's encoding")
        )
    match = _KEY.fullmatch(text)
    if match is None:
        is_file = origin.file.startswith("--set-file")
        form = "KEY=FILE" if is_file else "KEY=VALUE"
        example = "steps.score.timeout=1h" if origin.file.startswith("--set") else "timeout=60"
        hint = f"write it like '{'steps.score.env.QUERY=query.sql' if is_file else example}'"
        raise PipegenError(Diagnostic("PG212", f"'{origin.file}' is not {form}", origin, hint))
    keys = split(match[1])
    if "" in keys or len(keys) > _DEEPEST:
        problem = f"more than {_DEEPEST} parts" if "" not in keys else "an empty part"
        hint = "write a '.' that belongs to a part as '\\.'"
        raise PipegenError(Diagnostic("PG212", f"the key in '{origin.file}' has {problem}", origin, hint))
    return keys, match[2]


def _nested(keys: list[str], node: Node, origin: Origin) -> Table:
    for key in reversed(keys[1:]):
        node = Table({key: Entry(origin, node)}, origin)
    return Table({keys[0]: Entry(origin, node)}, origin)
