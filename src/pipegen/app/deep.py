"""Checks that take a backend's own libraries: asked for by name, because they are slow to load."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.app.prepared import Prepared
from pipegen.backend import Context, deep_check
from pipegen.errors import Diagnostic


def deep_findings(prepared: Prepared, context: Context) -> Iterator[Diagnostic]:
    """What the backends find in their files; a backend that has such a check has a method `deep`."""
    checks = {one: check for one in prepared.backends if (check := deep_check(one)) is not None}
    if not checks or prepared.values is None:
        names = ", ".join(f"'{one.name}'" for one in prepared.backends) or "no backend"
        yield Diagnostic(
            "PG574", f"there is no deep check for {names}", None, "say --backend argo, or leave it out"
        )
        return
    for pipeline in prepared.pipelines:
        for backend, check in checks.items():
            config = prepared.values.section(backend.name, pipeline.name)
            yield from check(pipeline, backend.lower(pipeline, config, context))
