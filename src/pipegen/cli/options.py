"""Arguments and options that several commands take, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.cli.words import argument, option

Target = Annotated[
    str | None,
    argument(
        metavar="TARGET",
        help="file.py, file.py:name, package.module:name or an exported pipeline.json; "
        "without it, `target` of [tool.pipegen] in pyproject.toml.",
    ),
]
Values = Annotated[
    list[Path] | None,
    option(
        "--values",
        "-f",
        help="A values file; later ones win. Without it, values.yaml of the project.",
        metavar="FILE",
    ),
]
Set = Annotated[
    list[str] | None,
    option("--set", help="Set one value: --set dvc.artifacts=out.", metavar="KEY=VALUE"),
]
SetFile = Annotated[
    list[str] | None,
    option("--set-file", help="Set one value to the text of a file.", metavar="KEY=FILE"),
]
OutFile = Annotated[
    Path | None,
    option("--out", "-o", help="The file to write; without it, stdout.", metavar="FILE"),
]
ExpandEnv = Annotated[bool, option("--expand-env", help="Replace ${NAME} in values from the environment.")]
AsJson = Annotated[bool, option("--json", help="Print JSON.")]
