"""What `apply` and `drift` have in common: which objects, which cluster, and how results are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from pipegen.app.checking import diagnostic_data
from pipegen.app.cluster_objects import Source
from pipegen.app.loading import project_of
from pipegen.cli import output
from pipegen.cli.boundary import WRONG
from pipegen.cli.words import argument, option
from pipegen.cluster.access import Access
from pipegen.cluster.applying import Outcome
from pipegen.emit.files import unified
from pipegen.errors import Diagnostic, PipegenError

What = Annotated[
    list[str] | None,
    argument(
        metavar="TARGET|FILE",
        help="A target to compile, as for `generate`; or manifests: YAML files, folders of them, - for stdin.",
    ),
]
Backend = Annotated[
    list[str] | None,
    option("--backend", "-b", help="What to compile to: argo, cronjob.", metavar="NAME"),
]
Kubeconfig = Annotated[
    Path | None,
    option("--kubeconfig", help="The kubeconfig; without it, as kubectl finds it.", metavar="FILE"),
]
ContextName = Annotated[
    str | None,
    option("--context", help="The context of the kubeconfig; without it, the current one.", metavar="NAME"),
]
Namespace = Annotated[
    str | None,
    option(
        "--namespace",
        "-n",
        help="For objects that name none; one that names another is refused.",
        metavar="NAME",
    ),
]
Timeout = Annotated[
    str,
    option("--timeout", help="How long the cluster may take for one answer: 30s.", metavar="DURATION"),
]


def access(kubeconfig: Path | None, context: str | None, namespace: str | None, timeout: str) -> Access:
    from pipegen.units import duration_error, given_seconds

    try:
        limit = given_seconds(timeout)
    except ValueError:
        message = f"'--timeout': {duration_error(timeout)}"
        raise PipegenError(Diagnostic("PG186", message, None, "write --timeout 30s")) from None
    return Access(kubeconfig, context, namespace, limit)


@contextmanager
def places_of(source: Source) -> Iterator[None]:
    """Mistakes are shown with the lines of the project that the target is in."""
    try:
        yield
    except PipegenError as error:
        root = _root(source)
        if root is None:
            raise
        output.warnings(error.diagnostics, root)
        raise SystemExit(WRONG) from None


def _root(source: Source) -> Path | None:
    try:
        return project_of(source.target).root if source.is_compiled else None
    except PipegenError:
        return None


def told(outcomes: Sequence[Outcome], end: str = "") -> None:
    """One line an object."""
    for one in outcomes:
        note = f" ({one.note})" if one.note else ""
        output.talk(f"{one.shown} {one.state}{end}{note}")


def changes(outcomes: Sequence[Outcome]) -> None:
    """What is different, as a unified diff of the objects."""
    output.shown([one.change for one in outcomes if one.change is not None])


def data(
    outcomes: Sequence[Outcome], diagnostics: Sequence[Diagnostic], *, ok: bool, diff: bool, **more: object
) -> None:
    objects = [_data(one, diff) for one in outcomes]
    found = [diagnostic_data(one) for one in diagnostics]
    output.data({"ok": ok, **more, "objects": objects, "diagnostics": found})


def _data(one: Outcome, diff: bool) -> Mapping[str, Any]:
    found: dict[str, Any] = {"object": one.shown, "namespace": one.namespace, "state": one.state}
    if one.note:
        found["note"] = one.note
    if diff and one.change is not None and one.change.kind != "same":
        found["diff"] = unified([one.change])
    return found
