"""What an API server says against an object, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipegen.cluster import fields
from pipegen.cluster.connection import Answer
from pipegen.errors import Diagnostic

NO = frozenset({"PG606", "PG611", "PG612", "PG613"})  # a valid question, to which the answer is no
_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<plural>[^"]*)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)"| at the cluster scope)'
)
_TYPED = re.compile(r"failed to create typed patch object \(.*?\): (.*)", re.DOTALL)
_EXAMPLE = re.compile(r" \(e\.g\. .*\)$")
_UNKNOWN = re.compile(r'(unknown|duplicate) field "([^"]+)"')
_FIELD = re.compile(r"\s*(\.\S+): (.*)")
_MANAGER = re.compile(r'conflict with "([^"]*)"')
_VALUE = re.compile(r"^(Invalid value|Unsupported value|Duplicate value): (.*): ((?:(?!: ).)*)$", re.DOTALL)
_NO_FIELD = "there is no such field"
_UNCHECKED = "some validation rules were not checked"
_MOST = 20
_LONG = 120


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason, and the field that it is about where it is about one."""

    diagnostic: Diagnostic
    field: fields.Path = ()


def refusals(answer: Answer, what: str) -> list[Refusal]:
    """Why an object was refused; `what` is the object as kubectl calls it."""
    body = answer.body
    message = str(body.get("message") or f"HTTP {answer.status}")
    details: Mapping[str, Any] = body.get("details") or {}
    causes = details.get("causes") or ()
    typed = _TYPED.search(message)
    found: list[Refusal] = []
    if answer.status == 403:
        found = [_forbidden(what, message)]
    elif answer.status == 404 and details.get("kind") == "namespaces":
        found = [_missing_namespace(str(details.get("name")))]
    elif answer.status == 409 and causes:
        found = [_conflict(what, one) for one in causes if one.get("field")]
    elif answer.status == 422 and causes:
        found = list(_invalid(what, causes))
    elif "strict decoding error" in message:
        found = [
            _unfit(what, field, _NO_FIELD if kind == "unknown" else "it stands there twice")
            for kind, field in _UNKNOWN.findall(message)
        ]
    elif typed:
        found = list(_untyped(what, typed[1]))
    return found[:_MOST] or [_other(what, message)]


def _missing_namespace(name: str) -> Refusal:
    hint = f"kubectl create namespace {name}, or set 'namespace' in the values"
    return Refusal(Diagnostic("PG608", f"the cluster has no namespace '{name}'", None, hint))


def _forbidden(what: str, message: str) -> Refusal:
    found = _FORBIDDEN.search(message)
    if found is None:
        return _other(what, message)
    kind = found["plural"] + (f".{found['group']}" if found["group"] else "")
    where = f" in namespace '{found['namespace']}'" if found["namespace"] else ""
    option = f" -n {found['namespace']}" if found["namespace"] else ""
    said = f"'{found['user']}' may not {found['verb']} {kind}{where}"
    hint = f"ask for a Role that allows it; kubectl auth can-i {found['verb']} {kind}{option}"
    return Refusal(Diagnostic("PG606", said, None, hint))


def _conflict(what: str, cause: Mapping[str, Any]) -> Refusal:
    field = str(cause["field"]).removeprefix(".")
    manager = _MANAGER.search(str(cause.get("message")))
    who = f"'{manager[1]}'" if manager else "somebody else"
    message = f"{what}: '{field}' was set by {who} to another value"
    hint = "take it over into code or values, or overwrite it with --force-conflicts"
    return Refusal(Diagnostic("PG611", message, None, hint), fields.parsed(field))


def _invalid(what: str, causes: Sequence[Mapping[str, Any]]) -> Iterator[Refusal]:
    for cause in causes:
        said = _sentence(str(cause.get("message")))
        field = str(cause.get("field") or "")
        if _UNCHECKED in said:
            continue
        if "immutable" in said or "cannot change" in said:
            hint = f"kubectl delete {what}, and apply again; or give it another name"
            yield Refusal(
                Diagnostic("PG612", f"{what}: '{field}' cannot be changed", None, hint), fields.parsed(field)
            )
        else:
            yield _unfit(what, field, said)


def _untyped(what: str, said: str) -> Iterator[Refusal]:
    """Fields that do not exist, or hold another kind of value; the server names them line by line."""
    for line in said.removeprefix("errors:\n").splitlines():
        found = _FIELD.fullmatch(line)
        if found:
            problem = re.sub(r"&value\.valueUnstructured\{Value:(.*)\}|&\{(.*)\}", r"'\1\2'", found[2])
            problem = _NO_FIELD if problem.startswith("field not declared") else problem
            yield _unfit(what, found[1].removeprefix("."), problem)


def _unfit(what: str, field: str, said: str) -> Refusal:
    hint = "change what it comes from, and apply again"
    return Refusal(Diagnostic("PG610", f"{what}: {field}: {said}", None, hint), fields.parsed(field))


def _other(what: str, message: str) -> Refusal:
    return Refusal(
        Diagnostic("PG613", f"{what} is refused: {_sentence(message)}", None, "the cluster's owners know why")
    )


def _sentence(message: str) -> str:
    """The server's words without the value that they quote, where that is an object."""
    said = " ".join(message.split())
    said = _EXAMPLE.sub("", said)
    found = _VALUE.match(said)
    if found and (len(found[2]) > _LONG or found[2] == "null"):
        said = found[3]
    said = said if len(said) <= 4 * _LONG else said[: 4 * _LONG] + "…"
    return said[:1].lower() + said[1:]
