"""A post-processor that writes a page about what came out."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from pipegen.engine.processors.config import ProcessorConfig
from pipegen.engine.processors.contract import Finished, Processed


class PagesConfig(ProcessorConfig):
    """Where the page goes, and how it begins."""

    usual: ClassVar[tuple[str, ...]] = ("to",)
    to: Path = Field(Path("page.md"), description="The file, from the project's root.")
    title: str = Field(description="What stands above it.", examples=["Results"])


class Pages:
    """Writes one line about each artifact."""

    name: ClassVar[str] = "pages"
    summary: ClassVar[str] = "a page about what came out"
    config: ClassVar[type[PagesConfig]] = PagesConfig

    def process(self, finished: Finished, config: PagesConfig) -> Processed:
        lines = [f"{name}: {len(list(folder.rglob('*')))}" for name, folder in finished.folders.items()]
        text = "\n".join([f"# {config.title} of {finished.run.pipeline}", *lines, *finished.outputs])
        (finished.root / config.to).write_text(f"{text}\n", encoding="utf-8")
        return Processed(f"wrote {config.to}", {"lines": len(lines)})
