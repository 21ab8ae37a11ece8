"""`pipegen backends`: what is installed, and configs for it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

from pipegen.app import config_files, installed
from pipegen.app.writing import write_text
from pipegen.cli import options, output
from pipegen.cli.words import argument, option


class Kind(Enum):
    """What can be installed."""

    BACKEND = "backend"
    RUNNER = "runner"
    PROCESSOR = "processor"
    STORE = "store"


Name = Annotated[
    str, argument(help="A backend, runner, post-processor or store, as `pipegen backends list` names it.")
]
OfKind = Annotated[
    Kind | None, option("--kind", help="Which kind of thing is meant, when several have the same name.")
]


def list_(
    kind: Annotated[Kind | None, option("--kind", help="Only this kind of thing.")] = None,
    features: Annotated[
        bool, option("--features", help="Show how each backend deals with each feature of a pipeline.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show every installed backend, runner, post-processor and store."""
    if features:
        _features(as_json)
        return
    known = installed.listed(_plain(kind))
    if as_json:
        output.data(known)
    else:
        rows = [(str(one["kind"]), str(one["name"]), str(one["from"]), str(one["summary"])) for one in known]
        output.table(rows, ("kind", "name", "from", "makes"))


def _features(as_json: bool) -> None:
    matrix = installed.capabilities()
    if as_json:
        output.data(matrix)
        return
    rows = [
        (feature, name, cell["how"], cell["note"])
        for feature, row in matrix.items()
        for name, cell in row.items()
    ]
    output.table(rows, ("feature", "backend", "how", "where or why"))


def create(
    name: Name,
    kind: OfKind = None,
    out: options.OutFile = None,
    force: Annotated[bool, option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a config file: every key as a comment with what it does and its default."""
    text = config_files.sketch(name, _plain(kind))
    if out is None:
        output.text(text)
    else:
        write_text(out, text, replace=force, instead="overwrite it with --force")
        output.talk(f"wrote {out}")


def validate(
    file: Annotated[Path, argument(help="A values file, or a config with a `type`.", metavar="FILE")],
    backend: Annotated[
        str | None,
        option("--backend", "-b", help="What the config is for, when the file has no type.", metavar="NAME"),
    ] = None,
    kind: OfKind = None,
) -> None:
    """Say whether a file fits what it configures."""
    checked = config_files.validate(file, backend, _plain(kind))
    output.talk(f"{file} fits {', '.join(checked)}")


def schema(name: Name, kind: OfKind = None) -> None:
    """Print the JSON Schema of a config."""
    output.data(config_files.config_schema(name, _plain(kind)))


def _plain(kind: Kind | None) -> installed.Kind | None:
    return None if kind is None else kind.value


command = {"list": list_, "create": create, "validate": validate, "schema": schema}
