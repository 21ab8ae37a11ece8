"""`pipegen values`: values.yaml written, shown and described."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.app import config_files, configuring
from pipegen.app.configuring import GivenValues
from pipegen.app.writing import write_text
from pipegen.cli import options, output
from pipegen.cli.words import option

Backends = Annotated[
    list[str] | None,
    option("--backend", "-b", help="Only for this backend; without it, for all.", metavar="NAME"),
]


def init(
    backend: Backends = None,
    out: Annotated[
        Path, option("--out", "-o", help="The file to write; - is stdout.", metavar="FILE")
    ] = Path("values.yaml"),
    force: Annotated[bool, option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Write a values file in which every key stands as a comment, with what it does and its default."""
    text = configuring.initial_values(tuple(backend or ()))
    if str(out) == "-":
        output.text(text)
        return
    write_text(out, text, replace=force, instead="overwrite it with --force")
    output.talk(f"wrote {out}")


def show(
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    origin: Annotated[bool, option("--origin", help="Say where each value comes from.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show what all values files and --set options come to, after checking it."""
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    merged = configuring.merged(given)
    if origin:
        rows = [(path, text, str(place)) for path, text, place in merged.rows]
        if as_json:
            output.data([{"key": path, "value": text, "origin": place} for path, text, place in rows])
        else:
            output.table(rows, ("key", "value", "from"))
    elif as_json:
        output.data(merged.data)
    else:
        output.text(configuring.as_yaml(merged))


def schema(backend: Backends = None) -> None:
    """Print the JSON Schema of values files; editors use it to complete and to check."""
    output.data(config_files.values_schema(tuple(backend or ())))


command = {"init": init, "show": show, "schema": schema}
