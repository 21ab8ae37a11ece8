"""The page about exported pipelines, with their JSON Schema."""

from __future__ import annotations

from pipegen.app import showing
from pipegen.emit.json import dump

INTRO = """\
# Pipeline as JSON

`pipegen export` writes a pipeline as JSON, and every command takes such a file where it takes a target.
[Edit an exported pipeline](../howto/json.md) shows how. Exporting, reading and exporting again gives the
same bytes. The format has a version; a file of another version is refused. This is its schema, which
`pipegen export --schema` prints:

"""


def page() -> str:
    return f"{INTRO}```json\n{dump(showing.export_schema())}```\n"
