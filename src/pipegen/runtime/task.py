"""One attempt at a task: load the step, read its settings and inputs, run it, write what it returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipegen.errors import Diagnostic, PipegenError, suggest
from pipegen.runtime import scratch
from pipegen.runtime.arguments import Arguments, Input
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.outcome import DONE, FAILED, WRONG_INPUT, Outcome

if TYPE_CHECKING:
    from pipegen.dsl.contract import Contract
    from pipegen.dsl.definition import Definition


@dataclass(slots=True)
class Task:
    """A task as one call of `pipegen exec` asks for it."""

    arguments: Arguments
    log: JobLog
    workdir: Path
    rows: int | None = None
    ready: bool = False  # from here on it is the step that fails, unless its input does
    input_is_wrong: bool = False

    def attempt(self, number: int) -> Outcome:
        """Run it, and say how it went; whatever the user's code raises ends here, except a signal."""
        try:
            self._run(number)
        except PipegenError as error:
            self.log.diagnostics(error.diagnostics, number)
            wrong = self.input_is_wrong or not self.ready
            return Outcome(WRONG_INPUT if wrong else FAILED, reason=error.diagnostics[0].message)
        except (Exception, SystemExit) as error:
            reason = _one_line(error)
            self.log.traceback(user_traceback(error), reason, number)
            return Outcome(FAILED, reason=reason)
        finally:
            scratch.enter(None)
        return Outcome(DONE, self.rows)

    def _run(self, number: int) -> None:
        from pipegen.dsl import project
        from pipegen.dsl.contract import contract_of
        from pipegen.dsl.load import load_step
        from pipegen.runtime import artifact

        definition = load_step(self.arguments.target, project.find(Path.cwd()), Path.cwd())
        contract = contract_of(definition)
        settings = self._settings(definition)
        inputs = self._inputs(definition, contract)
        folder = self.workdir / str(number)
        folder.mkdir()
        scratch.enter(folder)
        run = _callable(definition, settings, folder)
        self.ready = True
        value = _by_row(run, definition, inputs) if definition.mode == "row" else run(**inputs)
        artifact.write(self.arguments.out, self._counted(value), contract.output, self.arguments.name)

    def _settings(self, definition: Definition) -> object:
        from pipegen.runtime.environment import read

        environ: Mapping[str, str] = os.environ
        if self.arguments.env_files:
            from pipegen.runtime import env_file

            loaded = [env_file.load(path) for path in self.arguments.env_files]
            environ = {key: value for one in (*loaded, os.environ) for key, value in one.items()}
        return read(
            definition.settings,
            self.arguments.name,
            definition.prefix,
            environ,
            definition.doc,
            self.arguments.param_sources,
            self.arguments.param_defaults,
        )

    def _inputs(self, definition: Definition, contract: Contract) -> dict[str, object]:
        from pipegen.runtime import artifact

        given = {one.parameter: one for one in self.arguments.inputs}
        problems = list(_unfed(given, contract, self.arguments.name))
        if problems:
            raise PipegenError(*problems)
        found: dict[str, object] = {}
        for name, one in given.items():
            annotation = contract.parameters[name].annotation
            if one.feed == "one":
                value = artifact.read(one.folders[0], annotation, name=name)
            else:
                value = artifact.read_many(one.folders, annotation, one.feed)
            found[name] = self._blamed(value) if isinstance(value, Iterator) else value
        return found

    def _blamed(self, items: Iterator[object]) -> Iterator[object]:
        """A stream that is read while the step runs: when it breaks, the step is not to blame."""
        try:
            yield from items
        except PipegenError:
            self.input_is_wrong = True
            raise

    def _counted(self, value: object) -> object:
        if isinstance(value, Iterator):
            return self._counting(value)
        if isinstance(value, Sized) and not isinstance(value, (str, bytes, Mapping)):
            self.rows = len(value)
        return value

    def _counting(self, items: Iterator[object]) -> Iterator[object]:
        count = 0
        for count, item in enumerate(items, start=1):  # noqa: B007
            yield item
        self.rows = count


def _unfed(given: Mapping[str, Input], contract: Contract, task: str) -> Iterable[Diagnostic]:
    """Inputs that are missing, and inputs that there are not."""
    for name, parameter in contract.parameters.items():
        if parameter.required and name not in given:
            message = f"input '{name}' of task '{task}' is not given"
            yield Diagnostic("PG310", message, hint=f"add --in {name}=DIR")
    for name in given:
        if name not in contract.parameters:
            hint = suggest(name, contract.parameters) or "the step takes no inputs"
            yield Diagnostic("PG311", f"task '{task}' has no input '{name}'", hint=hint)


def _callable(definition: Definition, settings: object, folder: Path) -> Callable[..., object]:
    """The step's `run`, with settings and scratch folder where it expects them."""
    target: Any = definition.target
    if not isinstance(target, type):
        function: Callable[..., object] = target.call
        return function if settings is None else partial(function, settings=settings)
    step: Any = object.__new__(target)  # calling a step class would place it in a pipeline
    step.workdir = folder
    if settings is not None:
        step.settings = settings
    return cast(Callable[..., object], step.run)


def _by_row(
    run: Callable[..., object], definition: Definition, inputs: dict[str, object]
) -> Iterator[object]:
    """`run` for each item of the first input; the others are the same for every item."""
    first = definition.parameters[0].name
    rows = cast(Iterable[object], inputs.pop(first))
    others = {name: list(value) if isinstance(value, Iterator) else value for name, value in inputs.items()}
    for row in rows:
        yield run(**{first: row}, **others)


def _one_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0][:300]
    return f"{type(error).__name__}: {text}".removesuffix(": ")


def user_traceback(error: BaseException) -> str:
    """The traceback without pipegen's own frames: the user's code is what the user can change."""
    import traceback

    own = str(Path(__file__).parents[1]) + os.sep
    whole = traceback.TracebackException.from_exception(error)
    waiting, seen = [whole], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        one.stack = traceback.StackSummary.from_list(
            [frame for frame in one.stack if not frame.filename.startswith(own)]
        )
        inner = [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]
        waiting += [each for each in inner if each is not None]
    return "".join(whole.format())
