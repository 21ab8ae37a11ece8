"""How the steps feed each other."""

from notes.steps import collect, contents, index, split_notes
from pipegen import Pipeline

library = collect()
chunks = library >> split_notes()

notes = Pipeline(
    "notes",
    chunks >> index(),
    library >> contents(),
    description="Chunks, an index and a table of contents of the notes",
)
