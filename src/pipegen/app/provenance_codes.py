"""What can be wrong with a place in a generated file that is asked about: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG374": (
        "file that pipegen did not generate",
        "The first lines of a generated file, or of its part of a shared one, say by which command it was "
        "generated. `pipegen explain FILE PATH` needs that line to do it again in memory.",
    ),
    "PG375": (
        "no such place in a generated file",
        "A place is written like `spec.workflowSpec.templates[1].container.image` or, by name, "
        "`templates[name=score]`; in a file of several documents it may begin with the document: `[1].spec`. Only "
        "YAML and JSON have such places.",
    ),
    "PG376": (
        "file without a place in it",
        "`pipegen explain FILE PATH` says where one value comes from, so it needs to know which one is meant.",
    ),
    "PG377": (
        "file that its command no longer generates",
        "The command in the file's header was repeated in memory, and what came out holds no such file: the "
        "pipeline or its values have changed since. Generate again, and ask about the new file.",
    ),
}
