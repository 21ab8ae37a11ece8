"""What MkDocs calls while it builds: adds the reference pages, which are written from the code."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages beside those that are written by hand."""
    sys.path.insert(0, str(Path(__file__).parent))
    import reference

    for path, text in reference.pages().items():
        files.append(File.generated(config, path, content=text))
    return files
