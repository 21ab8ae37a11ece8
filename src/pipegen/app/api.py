"""Running a pipeline from Python: `reviews.run()`, and what it returns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipegen.app.configuring import GivenValues
from pipegen.app.running import run
from pipegen.app.running_types import Asked
from pipegen.backends.command import parameter_text
from pipegen.dsl.load import importing, load_module, load_step, module_name_of
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.project import find
from pipegen.engine.configs.section import Given
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.result import result
from pipegen.engine.run import Outcome
from pipegen.engine.selection import Selection
from pipegen.errors import Diagnostic, PipegenError, refuse, suggest
from pipegen.ir import Json


@dataclass(frozen=True, slots=True)
class Result:
    """How a run went: its record, and what its tasks handed on."""

    run: RunRecord
    root: Path
    folders: Mapping[str, Path]
    steps: Mapping[str, str]

    @property
    def success(self) -> bool:
        return self.run.status == "SUCCESS"

    @property
    def tasks(self) -> Mapping[str, TaskRecord]:
        return {one.name: one for one in self.run.tasks}

    def folder(self, task: str) -> Path:
        """The artifact of a task: its files, and artifact.json beside them."""
        if task not in self.folders:
            hint = suggest(task, self.folders) or "it failed, was skipped, or is no task of the pipeline"
            raise PipegenError(
                Diagnostic("PG773", f"task '{task}' handed on nothing in this run", None, hint)
            )
        return self.folders[task]

    def value(self, task: str) -> Any:
        """What a task returned, read from its artifact as the type on its `run` says."""
        from pipegen.dsl.contract import contract_of
        from pipegen.runtime.artifact import read

        folder = self.folder(task)
        definition = load_step(self.steps[task], find(self.root), self.root)
        return read(folder, contract_of(definition).output, name=task)

    def log(self, task: str) -> str:
        """What the last attempt at a task wrote."""
        if task not in self.tasks:
            hint = suggest(task, self.tasks) or "result.tasks lists them"
            raise PipegenError(Diagnostic("PG770", f"the run has no task '{task}'", None, hint))
        path = self.tasks[task].log
        return (self.root / path).read_text(encoding="utf-8", errors="replace") if path else ""

    def data(self) -> dict[str, Json]:
        """The same as `pipegen run --json` prints."""
        return result(self.run, self.folders, self.root)

    def raise_for_status(self) -> Result:
        """Itself after a success; otherwise an error that says what failed."""
        if not self.success:
            failed = [f"'{one.name}': {one.error}" for one in self.run.tasks if one.status == "FAILED"]
            message = f"the run of '{self.run.pipeline}' ended {self.run.status}"
            why = "; ".join(filter(None, (self.run.error, *failed)))
            raise PipegenError(
                Diagnostic("PG778", f"{message}: {why}", None, f"pipegen runs show {self.run.id}")
            )
        return self


def run_pipeline(
    pipeline: Pipeline,
    *,
    parameters: Mapping[str, object] | None = None,
    env: Mapping[str, object] | None = None,
    values: str | Path | Sequence[str | Path] = (),
    workers: int | None = None,
    steps: str | Sequence[str] = (),
    force: bool = False,
    keep_going: bool = False,
    timeout: str | float | None = None,
    runner: str | None = None,
    runner_config: str | Path | None = None,
    processor_configs: str | Path | Sequence[str | Path] = (),
) -> Result:
    """Run a pipeline as `pipegen run` does, with the same cache and history; a timeout is text or seconds."""
    with _as_target(pipeline) as target:
        asked = Asked(
            target,
            GivenValues(_paths(values)),
            workers,
            Selection((steps,) if isinstance(steps, str) else tuple(steps)),
            parameters=tuple(f"{name}={text}" for name, text in _texts(parameters, "parameter").items()),
            timeout=None if timeout is None else str(timeout),
            force=force,
            keep_going=keep_going,
            given=Given(runner, _path(runner_config), (), _paths(processor_configs)),
            variables=_texts(env, "variable"),
            reason="called from Python",
        )
        return result_of(run(asked))


def result_of(outcome: Outcome) -> Result:
    return Result(outcome.run, outcome.root, outcome.folders, outcome.steps)


def _texts(given: Mapping[str, object] | None, what: str) -> dict[str, str]:
    """Values as the text that a variable holds: JSON for what is no text."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, value in (given or {}).items():
        try:
            found[name] = parameter_text(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            message = f"{what} '{name}' cannot be given a {type(value).__name__}: it is not JSON"
            problems.append(Diagnostic("PG772", message, None, "give it text, numbers or lists"))
    refuse(problems)
    return found


def _paths(given: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    return (Path(given),) if isinstance(given, str | Path) else tuple(map(Path, given))


def _path(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path)


@contextmanager
def _as_target(pipeline: Pipeline) -> Iterator[str]:
    """The pipeline as a process of its own would find it; its module is not imported a second time."""
    file = Path(pipeline.origin.file).resolve()
    target = f"{file}:{pipeline.name}"
    if importing:
        message = f"'{file.name}' runs pipeline '{pipeline.name}' whenever it is imported, which a run does"
        hint = 'put the call under: if __name__ == "__main__":'
        raise PipegenError(Diagnostic("PG777", message, pipeline.origin, hint))
    project = find(file.parent)
    main = sys.modules.get("__main__")
    name, _ = module_name_of(file)
    if main is not None and _file_of(main) == file:
        sys.modules.setdefault(name, main)
    load_module(str(file), project)
    yield target


def _file_of(module: object) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file else None
