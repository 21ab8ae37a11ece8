"""DVC: one stage per task in a dvc.yaml that `dvc repro` runs as it stands."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from pipegen.backend import Capabilities, Context, carried, native, refused
from pipegen.backends.dvc.config import DvcConfig
from pipegen.backends.dvc.lower import lower, notes
from pipegen.backends.dvc.regions import document
from pipegen.emit.files import File
from pipegen.ir import Pipeline

_NO_TIME = refused("DVC runs when it is called; it has no scheduler")
_NO_MACHINE = refused("DVC runs every stage on the machine it is called on")
_NO_AFTERMATH = refused("DVC stops at the first failure and runs nothing after it")


class DvcBackend:
    """Compiles a pipeline to dvc.yaml."""

    name: ClassVar[str] = "dvc"
    summary: ClassVar[str] = "dvc.yaml, run by `dvc repro`"
    config: ClassVar[type] = DvcConfig
    can: ClassVar[Capabilities] = Capabilities(
        schedule=_NO_TIME,
        timezone=_NO_TIME,
        concurrency=refused("DVC locks its repository: two runs never overlap"),
        deadline=refused("DVC has no limit on a whole run"),
        on_failure=_NO_AFTERMATH,
        on_exit=_NO_AFTERMATH,
        parameters=carried("exec --param, from the environment"),
        description=native("a comment above the stages"),
        pipeline_labels=refused("dvc.yaml has no place for labels of a whole pipeline"),
        retry=carried("exec --retry, --backoff"),
        timeout=carried("exec --timeout"),
        cpu=_NO_MACHINE,
        memory=_NO_MACHINE,
        ephemeral_storage=_NO_MACHINE,
        gpu=_NO_MACHINE,
        cache_off=native("stage always_changed"),
        cache_key=carried("exec --cache-key: a changed command runs again"),
        trigger_all_done=_NO_AFTERMATH,
        trigger_one_failed=_NO_AFTERMATH,
        streaming=carried("exec"),
        row=carried("exec"),
        image=refused("DVC runs commands, not containers"),
        env=native("the command of the stage: env NAME=VALUE"),
        labels=native("stage meta.labels"),
        metadata=native("stage meta"),
    )

    def lower(self, pipeline: Pipeline, config: DvcConfig, context: Context) -> Sequence[File]:
        sections = lower(pipeline, config, context).sections()
        text = document(pipeline, sections, context, notes(pipeline, config, context))
        return [File("dvc.yaml", text, partial(_spliced, pipeline, context))]


def _spliced(pipeline: Pipeline, context: Context, existing: str, generated: str) -> str:
    """A dvc.yaml that is there already, with what is generated in it; only then is this loaded."""
    from pipegen.backends.dvc.splice import Owner, splice

    file = posixpath.normpath(f"{context.out}/dvc.yaml")
    owner = Owner(pipeline.name, pipeline.target, context.known, file, pipeline.origin)
    return splice(owner, existing, generated)
