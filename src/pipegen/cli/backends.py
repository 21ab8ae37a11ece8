"""`pipegen backends`: what is installed, and configs for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.app import installed
from pipegen.app.writing import write_text
from pipegen.cli import options, output
from pipegen.cli.words import argument, option

Name = Annotated[str, argument(help="A backend, as `pipegen backends list` names it.")]


def list_(
    features: Annotated[
        bool, option("--features", help="Show how each backend deals with each feature of a pipeline.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show every installed backend."""
    if features:
        matrix = installed.capabilities()
        if as_json:
            output.data(matrix)
        else:
            rows = [
                (feature, name, cell["how"], cell["note"])
                for feature, row in matrix.items()
                for name, cell in row.items()
            ]
            output.table(rows, ("feature", "backend", "how", "where or why"))
        return
    known = installed.backends()
    if as_json:
        output.data(known)
    else:
        output.table(
            [(str(one["name"]), str(one["from"]), str(one["summary"])) for one in known],
            ("backend", "from", "makes"),
        )


def create(
    name: Name,
    out: options.OutFile = None,
    force: Annotated[bool, option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a config file for a backend: every key as a comment with what it does and its default."""
    text = installed.sketch(name)
    if out is None:
        output.text(text)
    else:
        write_text(out, text, replace=force, instead="overwrite it with --force")
        output.talk(f"wrote {out}")


def validate(
    file: Annotated[Path, argument(help="A values file, or a config with a `type`.", metavar="FILE")],
    backend: Annotated[
        str | None, option("--backend", "-b", help="The backend, when the file has no type.", metavar="NAME")
    ] = None,
) -> None:
    """Say whether a file fits the backends that it configures."""
    checked = installed.validate(file, backend)
    output.talk(f"{file} fits {', '.join(checked)}")


def schema(name: Name) -> None:
    """Print the JSON Schema of a backend's config."""
    output.data(installed.config_schema(name))


command = {"list": list_, "create": create, "validate": validate, "schema": schema}
