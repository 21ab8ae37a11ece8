"""Arguments and options that several commands take, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Target = Annotated[
    str | None,
    typer.Argument(
        metavar="TARGET",
        help="file.py, file.py:name, package.module:name or an exported pipeline.json; "
        "without it, `target` of [tool.pipegen] in pyproject.toml.",
        show_default=False,
    ),
]
Values = Annotated[
    list[Path] | None,
    typer.Option(
        "--values", "-f", help="A values file; later ones win. Without it, values.yaml of the project."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set one value: --set dvc.artifacts=out.", metavar="KEY=VALUE"),
]
SetFile = Annotated[
    list[str] | None,
    typer.Option("--set-file", help="Set one value to the text of a file.", metavar="KEY=PATH"),
]
ExpandEnv = Annotated[
    bool, typer.Option("--expand-env", help="Replace ${NAME} in values from the environment.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
