"""YAML and JSON text to nodes. Built from parse events, so that neither depth nor aliases can exhaust us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from pipegen.errors import Diagnostic, Origin, PipegenError, Related, refuse
from pipegen.values import syntax
from pipegen.values.nodes import Entry, Listing, Node, Scalar, Table, is_null

MOST_COPIES = 100_000
DEEPEST = 100
_YAML = "tag:yaml.org,2002:"
_TAGS = {
    "scalar": frozenset(_YAML + name for name in ("str", "int", "float", "bool", "null")) | {"!"},
    "list": frozenset((_YAML + "seq", "!")),
    "mapping": frozenset((_YAML + "map", "!")),
}
# JSON writes a character beyond U+FFFF as two escapes, which YAML does not know.
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")


def read(path: Path, root: Path, what: str = "the values file") -> Table:
    """The top-level mapping of a values file; places are named relative to root."""
    file = shown(path, root)
    text = read_text(path, file, "PG201", what)
    if path.suffix == ".json":
        text = _PAIR.sub(lambda pair: pair[1] + _character(pair[2]), text)
    node = parse(text, file)
    if node is None or is_null(node):
        return Table(origin=Origin(file))
    if isinstance(node, Table):
        return node
    found = "a list" if isinstance(node, Listing) else "a single value"
    raise PipegenError(
        Diagnostic("PG208", f"{what} is {found}, not a mapping", node.origin, "write 'key: value' lines")
    )


def shown(path: Path, root: Path) -> str:
    """A path as messages name it: relative to the project where it can be."""
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return path.as_posix()


def read_text(path: Path, file: str, code: str, what: str) -> str:
    """The UTF-8 text of a file that the user named."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        if "\0" in text[:1000]:  # UTF-16, as some editors save it
            raise UnicodeDecodeError("utf-8", data, data.index(0), data.index(0) + 1, "null byte")
        return text
    except UnicodeDecodeError as problem:
        before = problem.object[: problem.start].decode("utf-8", "replace")
        origin = syntax.offset(before, len(before), file)
        code = "PG202" if code == "PG201" else code
        error = Diagnostic(code, f"{what} is not UTF-8 text", origin, "save it as UTF-8")
    except FileNotFoundError:
        error = Diagnostic(code, f"{what} '{file}' does not exist", None, "check the path")
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        error = Diagnostic(code, f"{what} '{file}' cannot be read: {reason.lower()}", None, "check the path")
    raise PipegenError(error)


def parse(text: str, file: str, *, placed: bool = True) -> Node | None:
    """The single document in a text, or None when there is none; placed=False leaves out line and column."""
    import yaml  # only who has values pays for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return parse_events(_events(text, file, loader), file, placed=placed)


def _events(text: str, file: str, loader: Any) -> Iterator[Any]:
    import yaml

    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.YAMLError as problem:
        raise PipegenError(syntax.diagnostic(problem, text, file)) from None


def parse_events(events: Iterator[Any], file: str, *, placed: bool = True) -> Node | None:
    """The single document that YAML parse events describe."""
    document = _Document(file, placed)
    try:
        for event in events:
            document.take(event)
    except PipegenError as stopped:
        raise PipegenError(*document.found, *stopped.diagnostics) from None
    refuse(document.found)
    return document.root


class _Open:
    """A list whose end has not been read yet."""

    def __init__(self, origin: Origin, anchor: str | None) -> None:
        self.origin, self.anchor = origin, anchor
        self.items: list[Node] = []
        self.copied, self.height = 1, 0  # how many nodes it holds, itself included, and how deep

    def add(self, node: Node, found: list[Diagnostic]) -> None:
        self.items.append(node)

    def close(self, found: list[Diagnostic]) -> Node:
        return Listing(tuple(self.items), self.origin)


class _OpenTable(_Open):
    """A mapping whose end has not been read yet: a key, its value, a key, ..."""

    def __init__(self, origin: Origin, anchor: str | None) -> None:
        super().__init__(origin, anchor)
        self.entries: dict[str, Entry] = {}
        self.merged: Entry | None = None
        self.key: Node | None = None

    def add(self, node: Node, found: list[Diagnostic]) -> None:
        key, self.key = self.key, None
        if key is None:
            self.key = node
            if not isinstance(node, Scalar):
                kind = "list" if isinstance(node, Listing) else "mapping"
                hint = "quote it, or write 'key: value'"
                found.append(Diagnostic("PG209", f"a key is text, not a {kind}", node.origin, hint))
        elif isinstance(key, Scalar):
            self.put(key, node, found)

    def put(self, key: Scalar, node: Node, found: list[Diagnostic]) -> None:
        merges = key.plain and key.text == "<<"
        first = self.merged if merges else self.entries.get(key.text)
        if first is not None:
            related = (Related(first.key, "it is given here first"),)
            message = f"the key '{key.text}' is given twice"
            found.append(Diagnostic("PG205", message, key.origin, "remove one of the two", related))
        elif merges:
            self.merged = Entry(key.origin, node)
        else:
            self.entries[key.text] = Entry(key.origin, node)

    def close(self, found: list[Diagnostic]) -> Node:
        if self.merged is None:
            return Table(self.entries, self.origin)
        merged = self.merged.value
        sources = merged.items if isinstance(merged, Listing) else (merged,)
        entries: dict[str, Entry] = {}
        for source in reversed(sources):  # the first of several wins
            if isinstance(source, Table):
                entries |= source.entries
            else:
                message = "'<<' merges mappings, and this is none"
                hint = "point it at a mapping, or quote the key"
                found.append(Diagnostic("PG210", message, source.origin, hint))
        return Table(entries | self.entries, self.origin)


class _Document:
    """One document, put together from events without recursion."""

    def __init__(self, file: str, placed: bool) -> None:
        self.file, self.placed = file, placed
        self.root: Node | None = None
        self.found: list[Diagnostic] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}  # node, how many it holds, how deep
        self.documents = self.copied = 0

    def take(self, event: Any) -> None:
        """Let one parse event in."""
        match type(event).__name__:
            case "ScalarEvent":
                self.tag(event, "scalar")
                plain = event.implicit[0] if event.tag is None else event.tag not in (_YAML + "str", "!")
                self.place(Scalar(event.value, self.at(event), plain), event.anchor, 1, 0)
            case "AliasEvent":
                self.alias(event)
            case "SequenceStartEvent":
                self.tag(event, "list")
                self.push(_Open(self.at(event), event.anchor))
            case "MappingStartEvent":
                self.tag(event, "mapping")
                self.push(_OpenTable(self.at(event), event.anchor))
            case "SequenceEndEvent" | "MappingEndEvent":
                done = self.open.pop()
                self.place(done.close(self.found), done.anchor, done.copied, done.height + 1)
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    self.stop(
                        "PG204", "the file holds a second document", event, "put each into a file of its own"
                    )

    def push(self, start: _Open) -> None:
        if start.anchor is not None:
            self.anchors[start.anchor] = None
        self.open.append(start)
        self.depth(0, start.origin)

    def place(self, node: Node, anchor: str | None, copied: int, height: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, copied, height)
        if not self.open:
            self.root = node
            return
        holder = self.open[-1]
        holder.copied += copied
        holder.height = max(holder.height, height)
        holder.add(node, self.found)

    def alias(self, event: Any) -> None:
        name = event.anchor
        if name not in self.anchors:
            self.stop(
                "PG203", f"the alias '*{name}' has no '&{name}' before it", event, "quote it if it is text"
            )
        known = self.anchors[name]
        if known is None:
            self.stop("PG206", f"the alias '*{name}' contains itself", event, "write the value out")
        node, copied, height = known
        self.copied += copied
        if self.copied > MOST_COPIES:
            message = f"aliases copy more than {MOST_COPIES:,} values"
            self.stop("PG206", message, event, "write the values out")
        self.depth(height, self.at(event))
        self.place(node, None, copied, height)

    def depth(self, height: int, origin: Origin) -> None:
        if len(self.open) + height > DEEPEST:
            message = f"values are nested more than {DEEPEST} levels deep"
            raise PipegenError(Diagnostic("PG206", message, origin))

    def tag(self, event: Any, kind: str) -> None:
        if event.tag is not None and event.tag not in _TAGS[kind]:
            name = event.tag.replace(_YAML, "!!", 1)
            self.found.append(
                Diagnostic("PG207", f"the tag '{name}' is refused", self.at(event), "remove it")
            )

    def stop(self, code: str, message: str, event: Any, hint: str) -> NoReturn:
        raise PipegenError(Diagnostic(code, message, self.at(event), hint))

    def at(self, event: Any) -> Origin:
        mark = event.start_mark
        return Origin(self.file, mark.line + 1, mark.column + 1) if self.placed else Origin(self.file)


def _character(escapes: str) -> str:
    high, low = int(escapes[2:6], 16), int(escapes[8:12], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
