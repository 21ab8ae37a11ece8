"""Changes as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipegen.emit.change import Change

_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # not splitlines(): a form feed does not end a line in a diff
_NO_NEWLINE = "\n\\ No newline at end of file\n"
_CONTEXT = 3
Script = list[tuple[str, str]]  # each line with " ", "-" or "+" before it


def unified(changes: Iterable[Change]) -> str:
    """The diff of every file that is new or changed; "" when there is none."""
    return "".join(part for change in changes if change.kind != "same" for part in _file(change))


def _file(change: Change) -> Iterator[str]:
    old, new = f"a/{change.path}", f"b/{change.path}"
    if change.before is None and not change.after:  # no lines: only git has words for it
        yield f"diff --git {old} {new}\nnew file mode 100644\n"
        return
    yield f"--- {'/dev/null' if change.before is None else _name(old)}\n+++ {_name(new)}\n"
    script = _script(_LINE.findall(change.before or ""), _LINE.findall(change.after))
    yield from _hunks(script)


def _name(path: str) -> str:
    return f"{path}\t" if " " in path else path  # the tab says where a name with blanks ends


def _script(before: list[str], after: list[str]) -> Script:
    from pipegen.emit.lines import pairs  # only a difference pays for it

    script: Script = []
    i = j = 0
    for same_i, same_j in (*pairs(before, after), (len(before), len(after))):
        script += [("-", line) for line in before[i:same_i]]
        script += [("+", line) for line in after[j:same_j]]
        script += [(" ", line) for line in before[same_i : same_i + 1]]
        i, j = same_i + 1, same_j + 1
    return script


def _hunks(script: Script) -> Iterator[str]:
    done = old = new = 0
    for first, last in _spans(script):
        old, new = old + _count(script[done:first], "+"), new + _count(script[done:first], "-")
        hunk = script[first:last]
        olds, news = _count(hunk, "+"), _count(hunk, "-")
        yield f"@@ -{_range(old, olds)} +{_range(new, news)} @@\n"
        yield from (sign + (line if line.endswith("\n") else line + _NO_NEWLINE) for sign, line in hunk)
        done, old, new = last, old + olds, new + news


def _count(script: Script, without: str) -> int:
    return sum(sign != without for sign, _ in script)


def _range(before: int, count: int) -> str:
    if count == 1:
        return str(before + 1)
    return f"{before + (count > 0)},{count}"


def _spans(script: Script) -> list[tuple[int, int]]:
    """The parts to show: each difference with lines around it, joined where they touch."""
    spans: list[tuple[int, int]] = []
    for n, (sign, _) in enumerate(script):
        if sign == " ":
            continue
        first, last = max(0, n - _CONTEXT), min(len(script), n + _CONTEXT + 1)
        if spans and first <= spans[-1][1]:
            first = spans.pop()[0]
        spans.append((first, last))
    return spans
