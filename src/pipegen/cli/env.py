"""`pipegen env`: the variables a pipeline reads at run time, and whether an environment has them."""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipegen.app import sketches, variables
from pipegen.app.checking import diagnostic_data
from pipegen.app.loading import load, project_of
from pipegen.cli import options, output
from pipegen.cli.boundary import NO
from pipegen.cli.words import option
from pipegen.runtime.environment import Variable


class Format(StrEnum):
    table = "table"
    env = "env"
    kubernetes = "kubernetes"
    json = "json"


def env(
    target: options.Target = None,
    format_: Annotated[
        Format, option("--format", help="A table, a .env file, a Secret and a ConfigMap, or JSON.")
    ] = Format.table,
    check: Annotated[
        bool, option("--check", help="Say what is missing, wrong or unknown; exit 1 when anything is.")
    ] = False,
    env_file: Annotated[
        list[Path] | None,
        option("--env-file", help="Check this file instead of the environment.", metavar="FILE"),
    ] = None,
    secret: Annotated[
        list[Path] | None,
        option("--secret", help="Check the Secrets and ConfigMaps of this manifest instead.", metavar="FILE"),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the variables that a pipeline reads at run time, or check that an environment has them."""
    if check or env_file or secret:
        _check(target, tuple(env_file or ()), tuple(secret or ()), as_json)
        return
    pipelines = load(target, project_of(target))
    listed = variables.listing(pipelines)
    if as_json or format_ is Format.json:
        output.data([_data(one) for one in listed])
    elif format_ is Format.env:
        output.text(sketches.env_file(listed))
    elif format_ is Format.kubernetes:
        output.text(sketches.of_cluster(pipelines))
    else:
        _table(listed)


def _check(
    target: str | None, env_files: tuple[Path, ...], manifests: tuple[Path, ...], as_json: bool
) -> None:
    found = variables.check(target, env_files, manifests)
    if as_json:
        output.data({"ok": not found, "diagnostics": [diagnostic_data(one) for one in found]})
    elif found:
        output.warnings(found, project_of(target).root)
    else:
        output.talk("every variable is there and fits")
    if found:
        raise SystemExit(NO)


def _data(one: Variable) -> dict[str, object]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _table(listed: tuple[Variable, ...]) -> None:
    if not listed:
        output.talk("the pipeline reads no variables")
        return
    rows = [
        (
            one.name,
            one.type,
            "required" if one.required else sketches.text_of(one.default) or "-",
            ". ".join(
                filter(None, (one.description.rstrip("."), one.alternative and f"Or {one.alternative}"))
            ),
        )
        for one in listed
    ]
    output.table(rows, ("variable", "type", "default", "what it is"))


command = env
