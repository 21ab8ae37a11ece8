"""What a YAML parser complains about, in one plain sentence."""

from __future__ import annotations

import re

from pipegen.errors import Diagnostic, Origin

# What the parser's words contain (libyaml's or PyYAML's own), what is wrong, and what to do.
_SENTENCES = (
    (r"tab character", "a tab is used for indentation", "YAML is indented with spaces"),
    (r"mapping values are not allowed", "a ':' stands where no key can be",
     "write 'key: value' with a space, quote a text that contains ': ', and indent keys of one mapping alike"),
    (r"(block )?sequence entries are not allowed", "a '-' stands where no list can begin",
     "begin the list on a line of its own"),
    (r"could not find expected ':'", "a key is not followed by ':'", "write 'key: value', with a space after ':'"),
    (r"found unexpected end of stream", "a quote is never closed", ""),
    (r"',' or '\]'", "a '[' is never closed, or a ',' is missing in the list", ""),
    (r"',' or '\}'", "a '{' is never closed, or a ',' is missing in the mapping", ""),
    (r"expected '-' indicator", "something stands between the '-' items of a list that is none of them",
     "indent it like what it belongs to"),
    (r"expected key|expected <block end>", "this does not fit the indentation of what stands above it",
     "indent keys of one mapping alike"),
    (r"cannot start any token", "no value can begin with this character", "quote the text"),
    (r"alphabetic or numeric", "a '*', '&' or '%' is not followed by a name", "quote the text"),
    (r"unknown escape|invalid Unicode character escape", "an escape in a double-quoted text is unknown",
     "use single quotes for text with backslashes"),
    (r"undefined tag handle", "a tag uses a prefix that is not declared", "remove the tag"),
    (r"(control|special) characters are not allowed", "there is a control character in the text",
     "remove it, or write it as an escape in double quotes"),
    (r"comment or line break|chomping", "nothing else may follow '|' or '>' on its line",
     "begin the text on the next line"),
    (r"node content", "a value is missing", ""),
    (r"incompatible YAML document", "the file asks for another version of YAML", "remove the '%YAML' line"),
    (r"<document start>", "something follows the end of the document", "indent it like what it belongs to"),
)  # fmt: skip


def diagnostic(problem: Exception, text: str, file: str) -> Diagnostic:
    """A parser's error as a diagnostic."""
    said = str(getattr(problem, "problem", None) or getattr(problem, "reason", None) or problem)
    origin = _place(problem, text, file)
    before, at = _around(text, origin)
    if "cannot start any token" in said and at == "\t":
        said = "tab character"
    if re.search("expected key|expected <block end>", said) and before.strip():
        return Diagnostic("PG203", "the value ends before this", origin, "quote the whole value")
    for pattern, sentence, hint in _SENTENCES:
        if re.search(pattern, said):
            return Diagnostic("PG203", sentence, origin, hint)
    return Diagnostic("PG203", f"this is not valid YAML: {said}", origin)


def _place(problem: Exception, text: str, file: str) -> Origin:
    """Where it went wrong; where the unfinished thing begins, when that is the end of the text."""
    mark, context = getattr(problem, "problem_mark", None), getattr(problem, "context_mark", None)
    if mark is None:
        position = getattr(problem, "position", None)
        return offset(text, position, file) if isinstance(position, int) else Origin(file)
    end = len(text.rstrip())
    if context is not None and (mark.index >= end or "alphabetic" in str(getattr(problem, "problem", ""))):
        mark = context
    if mark.line > text.count("\n"):
        return offset(text, end, file)
    return Origin(file, mark.line + 1, mark.column + 1)


def offset(text: str, position: int, file: str) -> Origin:
    """The line and column of a position in a text."""
    before = text[:position]
    return Origin(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


def _around(text: str, origin: Origin) -> tuple[str, str]:
    """The text before a place on its line, and the character there."""
    lines = text.split("\n")
    line = lines[origin.line - 1] if 0 < origin.line <= len(lines) else ""
    return line[: origin.column - 1], line[origin.column - 1 : origin.column]
