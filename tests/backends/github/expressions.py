"""GitHub's expressions, as far as generated workflows use them, evaluated as GitHub documents it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][A-Za-z0-9_-]*)|(&&|\|\||==|!=|[][!().,*]))")
Functions = Mapping[str, Callable[..., Any]]


def filled_in(text: str, contexts: Mapping[str, Any], functions: Functions) -> str:
    """A text with the value of each `${{ }}` in its place; a quoted `}}` does not end one."""
    found, at = [], 0
    while (begin := text.find("${{", at)) >= 0:
        found.append(text[at:begin])
        end = _end(text, begin + 3)
        found.append(as_text(evaluate(text[begin + 3 : end], contexts, functions)))
        at = end + 2
    return "".join([*found, text[at:]])


def _end(text: str, at: int) -> int:
    quoted = False
    while quoted or not text.startswith("}}", at):
        assert at < len(text), f"an expression without an end: {text}"
        quoted ^= text[at] == "'"
        at += 1
    return at


def as_text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(text: str, contexts: Mapping[str, Any], functions: Functions) -> Any:
    """The value of one expression; a condition may stand with or without `${{ }}`."""
    text = text.strip()
    if text.startswith("${{") and _end(text, 3) == len(text) - 2:
        text = text[3:-2]
    reader = _Reader(text, contexts, functions)
    value = reader.either()
    assert reader.at == len(reader.tokens), f"more than one expression: {text}"
    return value


class _Reader:
    def __init__(self, text: str, contexts: Mapping[str, Any], functions: Functions) -> None:
        self.contexts, self.functions, self.at = contexts, functions, 0
        self.tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            assert match is not None, f"no expression of GitHub's: {text[at:]}"
            self.tokens.append(match[0].strip())
            at = match.end()

    def take(self, *wanted: str) -> str:
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def either(self) -> Any:
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self) -> Any:
        value = self.one()
        while sign := self.take("==", "!="):
            value = (value == self.one()) is (sign == "==")
        return value

    def one(self) -> Any:
        if self.take("!"):
            return not self.one()
        if self.take("("):
            value = self.either()
            assert self.take(")")
            return value
        token, self.at = self.tokens[self.at], self.at + 1
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if self.take("("):
            return self.within(self.called(token))
        return self.within(self.contexts[token])  # a context that is not there would be refused

    def called(self, name: str) -> Any:
        arguments: list[Any] = []
        while not self.take(")"):
            arguments.append(self.either())
            self.take(",")
        return self.functions[name](*arguments)

    def within(self, value: Any) -> Any:
        while sign := self.take(".", "["):
            key, self.at = self.tokens[self.at], self.at + 1
            if sign == "[":
                assert self.take("]")
                value = (value or {}).get(key[1:-1].replace("''", "'"))
            elif key == "*":
                value = list(value.values())
            elif isinstance(value, list):
                value = [one.get(key) for one in value]
            else:
                value = (value or {}).get(key)
        return value
