"""Every error code and what it means, gathered from the modules that raise them."""

from __future__ import annotations

from importlib import import_module

HOMES = (
    "pipegen.dsl.codes",
    "pipegen.link",
    "pipegen.option_rules",
    "pipegen.checks",
    "pipegen.registry",
    "pipegen.ir_json",
    "pipegen.cli.codes",
    "pipegen.app.codes",
    "pipegen.app.run_codes",
    "pipegen.engine.processors.codes",
    "pipegen.engine.selection",
    "pipegen.runtime.bucket",
    "pipegen.app.init_codes",
    "pipegen.app.comparing_codes",
    "pipegen.app.provenance_codes",
    "pipegen.values.codes",
    "pipegen.runtime.codes",
    "pipegen.runtime.codec_codes",
    "pipegen.graph.codes",
    "pipegen.emit.codes",
    "pipegen.engine.configs.codes",
    "pipegen.engine.runners.codes",
    "pipegen.engine.history.codes",
    "pipegen.backends.command",
    "pipegen.backends.dvc.codes",
    "pipegen.backends.kubernetes.codes",
    "pipegen.backends.argo.codes",
    "pipegen.backends.cronjob.codes",
    "pipegen.backends.gitlab.codes",
    "pipegen.backends.github.codes",
    "pipegen.backends.airflow.codes",
    "pipegen.cluster.codes",
)


def every_code() -> dict[str, tuple[str, str]]:
    """Code to title and explanation, in order; a code with two meanings is a fault of ours."""
    found: dict[str, tuple[str, str]] = {}
    for home in HOMES:
        codes: dict[str, tuple[str, str]] = import_module(home).CODES
        twice = set(codes) & set(found)
        if twice:
            raise AssertionError(f"{', '.join(sorted(twice))} of {home} stands elsewhere too")
        found.update(codes)
    return dict(sorted(found.items()))
