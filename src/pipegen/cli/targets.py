"""`pipegen targets`: what each backend makes of what a pipeline uses."""

from __future__ import annotations

from typing import Annotated

from pipegen.app.configuring import GivenValues
from pipegen.app.targets import Feature, Report, reports
from pipegen.cli import options, output
from pipegen.cli.boundary import NO
from pipegen.cli.words import option

_MOST_USERS = 3


def targets(
    target: options.Target = None,
    backend: Annotated[
        list[str] | None,
        option("--backend", "-b", help="Ask this backend only; without it, all installed.", metavar="NAME"),
    ] = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    strict: Annotated[
        bool, option("--strict", help="What the step's own command carries out counts as refused.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say where a pipeline can run: what each backend has, what a step's command does there, what it refuses.

    Answers 1 when a backend that is asked refuses anything.
    """
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    found = reports(target, tuple(backend or ()), given)
    if as_json:
        output.data([one.data(strict) for one in found])
    else:
        for number, one in enumerate(found):
            _show(one, first=number == 0)
    if not all(one.ok(strict) for one in found):
        raise SystemExit(NO)


def _show(report: Report, *, first: bool) -> None:
    output.text(f"{'' if first else chr(10)}pipeline {report.pipeline}")
    rows = [
        (one.name, _users(one), *(one.fates[name][0] for name in report.backends)) for one in report.features
    ]
    if rows:
        output.table(rows, ("feature", "used by", *report.backends))
    else:
        output.text("it is tasks and how they feed each other, which every backend has")
    notes = [
        (name, one.name, one.fates[name][0], one.fates[name][1])
        for name in report.backends
        for one in report.features
        if one.fates[name][0] != "native"
    ]
    notes += [
        (name, one.code, "refused", f"{one.message} ({one.hint})" if one.hint else one.message)
        for name, found in report.problems.items()
        for one in found
    ]
    if notes:
        output.text("")
        output.table(notes, ("backend", "feature", "how", "where or why"))
    output.talk("; ".join(_summary(report, name) for name in report.backends))


def _users(feature: Feature) -> str:
    """The tasks that use it, without the words before their names."""
    names = [one.owner.partition("'")[2].rstrip("'") for one in feature.uses]
    if feature.uses[0].owner.startswith("pipeline "):
        return "the pipeline"
    more = f" and {len(names) - _MOST_USERS} more" if len(names) > _MOST_USERS else ""
    return ", ".join(names[:_MOST_USERS]) + more


def _summary(report: Report, backend: str) -> str:
    counts = [(how, report.count(backend, how)) for how in ("native", "carried", "left out", "refused")]
    return f"{backend}: " + (", ".join(f"{n} {how}" for how, n in counts if n) or "nothing is asked of it")


command = targets
