"""Texts and documents that YAML readers are known to disagree about."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# fmt: off
SHORT = (
    "", " ", "  x", "x  ", "\t", "a\tb", "\n", "\n\n", "a\n", "a\n\n", "a\nb", " a\nb", "\ta\nb", "a\n\tb\n",
    "a \nb", "a\n \nb", "a\n\n\nb\n", "\na", "# a\nb", "- a\n- b\n", "---\n...\n", "%YAML 1.2\n---\n",
    "a\r\nb", "a\rb", "a\x85b", "a\u2028b", "a\u2029b\n", "\ufeffa", "a\ufeff", "\x00", "\x1b[0m", "\x7f",
    "\x9f", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\U0010ffff", "\u202eabc", "\xa0", "a\xa0", "\u3000a",
    "\xad", "ü", "übung", "日本", "😀", "👩\u200d👩", "é: ü", "ñ #", "y", "Y", "n", "N", "yes", "Yes", "NO",
    "on",
    "Off", "true", "TRUE", "False", "null", "Null", "NULL", "~", "none", "=", "<<", "<", "inf", ".inf",
    "-.INF", "+.inf", ".nan", ".NaN", "nan", "-inf", "Infinity", "0", "00", "07", "017", "08", "0o17", "0x1F",
    "0b11", "1_000", "_1", "1,000", "1e3", "1E3", "1.0e+3", "1e+3", "-1", "+1", "-1.5", ".5", "5.", "-.5",
    "+.5", "._", "_", ".", "..", "...", "1:30", "1:30:00", "-1:30", "190:20:30.15", "2024-01-01", "2024-1-1",
    "2024-01-01T00:00:00Z", "12e03", "2024-01-01 10:00:00 +02:00", "2024-01-01t10:00:00.5-05", "0x1p-2",
    "3.11", "1.2.3", "v1", "4Gi", "500m", "2d", "1a2b3c", "-", "--", "---", "--- a", "- a", "-a", "--flag",
    "--flag=a b", "-1a", "?", "? a", "?a", ":", ": a", ":a", "a:", "a: b", "a:b", "a ::b", "::", "a #b",
    "a#b", "#a", "*a", "&a", "!a", "!!str a", "|", "|-", ">", ">a", "'", "''", '"', '""', "'a'", '"a"', "a'b",
    'a"b', "\\", "a\\nb", "%a", "@a", "`a`", "[", "]", "{", "}", "[a]", "{a: b}", "{{x}}", "${{ x }}", "$VAR",
    "a, b", "a,b", ",", "a]", "a}", "a[0]", "a{b", "a?", "?,", "-,", "http://x/y?z=1#f", "0 4 * * *",
    "@daily", "* * * * *", "/x/y", "./x", "../x", "~/x", "C:\\x", "a & b", "a && b || c; d > e",
)
LONG = ("x" * 2000, "x: " * 500, "ü" * 1100, "a b " * 300 + "c", "line\n" * 300, "'" * 600, "\x01" * 400)
# fmt: on
TEXTS = SHORT + LONG

_CHARACTERS = st.one_of(
    st.sampled_from(" \t\n\r:#-?,[]{}&*!|>'\"%@`~=<._+0123456789eExXoOyYnNtTzZ/\\\x00\x85\xa0\u2028\ufeff😀"),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text(_CHARACTERS, max_size=12),
    st.lists(st.sampled_from(SHORT), max_size=3).map("".join),
    st.text(st.sampled_from("0123456789_.:+-eExoTZ "), max_size=8),
)
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)


documents: st.SearchStrategy[Any] = st.recursive(_leaves, _nested, max_leaves=12)
