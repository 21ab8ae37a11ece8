"""What is asked of a run, and what is known of a pipeline before it runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipegen.app.configuring import GivenValues
from pipegen.app.prepared import Prepared
from pipegen.dsl.project import Project
from pipegen.engine.configs.section import Given
from pipegen.engine.keys import Keys
from pipegen.engine.selection import Selection
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for when they run a pipeline; `given` is about runner and post-processors."""

    target: str | None = None
    values: GivenValues = field(default_factory=GivenValues)
    workers: int | None = None
    selection: Selection = field(default_factory=Selection)
    env_files: tuple[Path, ...] = ()
    parameters: tuple[str, ...] = ()
    timeout: str | None = None
    force: bool = False
    keep_going: bool = False
    given: Given = field(default_factory=Given)
    isolation: str | None = None
    resume: str | None = None
    shared: str | None = None
    validate: bool = True  # what came out, before post-processors get it
    clean_up: bool = False  # after a failure
    variables: Mapping[str, str] = field(default_factory=dict)  # over those of the environment
    root: Path | None = None  # the project's, where it cannot be found by itself
    reason: str = field(default_factory=lambda: os.environ.get("PIPEGEN_RUN_REASON", "asked for"))


@dataclass(frozen=True, slots=True)
class Ready:
    """A pipeline of which all is known that can be known before it runs."""

    pipeline: Pipeline
    project: Project
    prepared: Prepared
    environ: Mapping[str, str]
    parameters: Mapping[str, str]
    keys: Keys
    warnings: tuple[Diagnostic, ...] = ()
