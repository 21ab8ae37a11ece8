"""A config dataclass built from nodes: everything wrong is reported, each with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar

from pipegen.errors import Diagnostic, Origin, suggest
from pipegen.values.forms import (
    Choice,
    Flag,
    Form,
    Free,
    Items,
    Keyed,
    Maybe,
    Number,
    OneOf,
    Record,
    Text,
    fields_of,
)
from pipegen.values.nodes import (
    Entry,
    Listing,
    Node,
    Scalar,
    Table,
    data,
    is_null,
    join,
    number,
    truth,
    whole,
)

Config = TypeVar("Config")
Also = Mapping[type, Collection[str]]
_WRONG: Final = object()  # what could not be read; the report says why
_YES = frozenset(word for one in ("yes", "on") for word in (one, one.title(), one.upper()))
_NO = frozenset(word for one in ("no", "off") for word in (one, one.title(), one.upper()))


def build(
    cls: type[Config], node: Node, path: str, report: list[Diagnostic], also: Also | None = None
) -> Config | None:
    """An instance of a config dataclass, or None when anything was reported.

    `also` says by class which further keys are read by somebody else. A class may say what its fields must
    fulfil together: `def validate(self) -> Iterator[tuple[str, str]]` yields the name of a field ("" for
    all of it) and what is wrong, with a hint after "; ". It is asked once every field is right by itself.
    """
    built = _Builder(report, also or {}).record(cls, node, path)
    return built if isinstance(built, cls) else None


class _Builder:
    """Reads nodes as forms; what is wrong goes into the report."""

    def __init__(self, report: list[Diagnostic], also: Also) -> None:
        self.report, self.also = report, also

    def read(self, form: Form, node: Node, path: str) -> Any:
        match form:
            case Maybe(inner):
                return None if is_null(node) else self.read(inner, node, path)
            case Free():
                return data(node)
            case Record(cls):
                return self.record(cls, node, path)
            case Keyed():
                return self.keyed(form, node, path)
            case Items():
                return self.items(form, node, path)
            case OneOf():
                return self.one_of(form, node, path)
            case _:
                return self.scalar(form, node, path)

    def record(self, cls: type, node: Node, path: str) -> Any:
        table = _table(node)
        if table is None:
            return self.unfit(Record(cls), node, path)
        before = len(self.report)
        self.report.extend(_unknown_keys(cls, table, path, self.also.get(cls, ())))
        given = self.fields(cls, table, path)
        if len(self.report) > before:
            return _WRONG
        built = cls(**given)
        self.report.extend(_broken_rules(built, table, path))
        return _WRONG if len(self.report) > before else built

    def fields(self, cls: type, table: Table, path: str) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for field in fields_of(cls):
            entry = table.entries.get(field.name)
            if entry is not None:
                given[field.name] = self.read(field.form, entry.value, join(path, field.name))
            elif field.required:
                self.report.append(
                    Diagnostic("PG221", f"{named(path)} lacks the key '{field.name}'", table.origin)
                )
        return given

    def keyed(self, form: Keyed, node: Node, path: str) -> Any:
        table = _table(node)
        if table is None:
            return self.unfit(form, node, path)
        built = {}
        for key, (origin, value) in table.entries.items():
            self.check(form.key, key, origin, path)
            built[key] = self.read(form.value, value, join(path, key))
        return built

    def items(self, form: Items, node: Node, path: str) -> Any:
        if is_null(node):
            return form.make()
        if not isinstance(node, Listing):
            return self.unfit(form, node, path)
        return form.make([self.read(form.item, item, f"{path}[{n}]") for n, item in enumerate(node.items)])

    def one_of(self, form: OneOf, node: Node, path: str) -> Any:
        fitting = [one for one in form.forms if _holds(one, node)]
        for one in fitting[:-1]:
            attempt = _Builder([], self.also)
            read = attempt.read(one, node, path)
            if not attempt.report:
                return read
        return self.read(fitting[-1], node, path) if fitting else self.unfit(form, node, path)

    def scalar(self, form: Text | Number | Flag | Choice, node: Node, path: str) -> Any:
        if not isinstance(node, Scalar) or is_null(node):
            return self.unfit(form, node, path)
        read: object
        match form:
            case Text():
                text = _text(form, node)
                self.check(form, text, node.origin, path)
                return text
            case Number():
                read = self.number(form, node, path)
            case Flag():
                read = _flag(node)
            case Choice(options):
                read = next((option for option in options if str(option) == node.text), None)
        return self.unfit(form, node, path) if read is None else read

    def check(self, form: Text, text: str, origin: Origin, path: str) -> None:
        for kind in form.kinds:
            problem = kind.check(text)
            if problem:
                self.problem(kind.code, problem, origin, path)
                return

    def number(self, form: Number, node: Scalar, path: str) -> float | None:
        read = whole(node.text) if form.whole else number(node.text)
        if read is not None:
            for problem in filter(None, (limit.check(read) for limit in form.limits)):
                self.problem("PG224", problem, node.origin, path)
        return read

    def problem(self, code: str, problem: str, origin: Origin, path: str) -> None:
        message, _, hint = problem.partition("; ")
        self.report.append(Diagnostic(code, f"{named(path)}: {message}", origin, hint))

    def unfit(self, form: Form, node: Node, path: str) -> object:
        choosing = isinstance(form, Choice) and isinstance(node, Scalar) and not is_null(node)
        message = f"{named(path)} takes {expected(form)}, but {told(node)} is given"
        code = "PG223" if choosing else "PG222"
        self.report.append(Diagnostic(code, message, node.origin, _hint(form, node)))
        return _WRONG


def _unknown_keys(cls: type, table: Table, path: str, also: Collection[str]) -> Iterator[Diagnostic]:
    known = {*(field.name for field in fields_of(cls)), *also}
    for key, entry in table.entries.items():
        if key not in known:
            where = f"in '{path}'" if path else "at the top level"
            yield Diagnostic("PG220", f"unknown key '{key}' {where}", entry.key, suggest(key, known))


def _broken_rules(built: Any, table: Table, path: str) -> Iterator[Diagnostic]:
    rules = getattr(built, "validate", None)
    for field, problem in rules() if rules is not None else ():
        entry = table.entries.get(field, Entry(table.origin, table))
        message, _, hint = problem.partition("; ")
        where = join(path, field) if field else path
        yield Diagnostic("PG234", f"{named(where)}: {message}", entry.value.origin, hint)


def _holds(form: Form, node: Node) -> bool:
    """Whether a form takes this sort of node, whatever is in it."""
    if isinstance(node, Table):
        return isinstance(form, (Record, Keyed, Free))
    if isinstance(node, Listing):
        return isinstance(form, (Items, Free))
    return not isinstance(form, (Record, Keyed, Items))


def _text(form: Text, node: Scalar) -> str:
    meant = (kind.of_number(node.text) for kind in form.kinds) if node.plain else ()
    return next(filter(None, meant), node.text)


def _flag(node: Scalar) -> bool | None:
    if node.plain and node.text in _YES | _NO:
        return node.text in _YES
    return truth(node.text)


def _table(node: Node) -> Table | None:
    """The mapping a node is; a key with nothing after it is an empty one."""
    if is_null(node):
        return Table(origin=node.origin)
    return node if isinstance(node, Table) else None


def named(path: str) -> str:
    return f"'{path}'" if path else "the top level"


def expected(form: Form) -> str:
    """What a form takes, in words."""
    match form:
        case Text():
            return "text"
        case Number(only_whole):
            return "a whole number" if only_whole else "a number"
        case Flag():
            return "true or false"
        case Choice(options):
            return ("one of " if len(options) > 1 else "") + ", ".join(f"'{option}'" for option in options)
        case Items():
            return "a list"
        case Free():
            return "any value"
        case Maybe(inner):
            return expected(inner)
        case OneOf(forms):
            return " or ".join(dict.fromkeys(expected(one) for one in forms))
        case _:
            return "a mapping"


def told(node: Node) -> str:
    if isinstance(node, Table):
        return "a mapping"
    if isinstance(node, Listing):
        return "a list"
    if is_null(node):
        return "nothing"
    text = node.text.replace("\n", "\\n")
    return f"'{text[:60]}...'" if len(text) > 60 else f"'{text}'"


def _hint(form: Form, node: Node) -> str:
    if not isinstance(node, Scalar):
        return ""
    if isinstance(form, Choice):
        hint = suggest(node.text, [str(option) for option in form.options])
        return hint if hint.startswith("did you mean") else ""
    if isinstance(form, Items) and re.fullmatch(r"[\w./:@-]+", node.text):
        return f"a list of one is [{node.text}]"
    digits = node.text.lstrip("+-")
    if isinstance(form, Number) and digits.isdigit() and digits.startswith("0"):
        return "leave out the leading zero, which might mean an octal number"
    return ""
