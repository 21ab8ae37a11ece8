"""One attempt at a task: load the step, read its settings and inputs, run it, write what it returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from pipegen.errors import Diagnostic, PipegenError, refuse, suggest
from pipegen.runtime import scratch
from pipegen.runtime.absent import present
from pipegen.runtime.arguments import Arguments, Input
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.outcome import DONE, FAILED, WRONG_INPUT, Outcome

if TYPE_CHECKING:
    from pipegen.dsl.contract import Contract
    from pipegen.dsl.definition import Definition
    from pipegen.ir import Mode

    Loaded = tuple[Definition, Contract]
    Load = Callable[[str, Mode | None], Loaded]  # a step by its target, in a mode that is not its own

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Task:
    """A task as one call of `pipegen exec` asks for it."""

    arguments: Arguments
    log: JobLog
    workdir: Path
    load: Load | None = None  # of whoever has loaded steps already
    ready: bool = False  # from here on it is the step that fails, unless a stream that it reads does

    def attempt(self, number: int) -> Outcome:
        """Run it, and say how it went; whatever the user's code raises ends here, except a signal."""
        try:
            return Outcome(DONE, self._run(number))
        except PipegenError as error:
            self.log.diagnostics(error.diagnostics, number)
            wrong = not self.ready or _is_about_input(error)
            return Outcome(WRONG_INPUT if wrong else FAILED, reason=error.diagnostics[0].message)
        except (Exception, SystemExit) as error:
            reason = _one_line(error)
            self.log.traceback(user_traceback(error), reason, number)
            return Outcome(FAILED, reason=reason)
        finally:
            scratch.enter(None)

    def _run(self, number: int) -> int | None:
        """Returns how many items were written, when there is something to count."""
        from pipegen.runtime import artifact

        definition, contract = (self.load or self._load)(self.arguments.target, self.arguments.mode)
        mode = self.arguments.mode or definition.mode
        problems = list(_unfed(self.arguments.inputs, contract, self.arguments.name))
        settings, environ = None, _tried(problems, self._environ)
        if environ is not None:
            problems += self._wrong_choices(environ)
            settings = _tried(problems, self._settings, definition, environ)
        _tried(problems, artifact.check_target, self.arguments.out)
        if problems:
            from pipegen.runtime.choices import told_once

            refuse(told_once(problems))
        inputs = self._inputs(contract)
        folder = self._folder(number)
        scratch.enter(folder)
        run = _callable(definition, self.arguments.name, settings, folder)
        self.ready = True
        value = _by_row(run, definition, inputs) if mode == "row" else run(**inputs)
        return artifact.write(self.arguments.out, value, contract.output, self.arguments.name).items

    def _load(self, target: str, mode: Mode | None) -> Loaded:
        from pipegen.dsl.contract import contract_of
        from pipegen.dsl.load import load_step
        from pipegen.dsl.project import find

        definition = load_step(target, find(self.arguments.root or Path.cwd()), Path.cwd())
        return definition, contract_of(definition, mode)

    def _environ(self) -> Mapping[str, str]:
        """The variables of this process, over those of files."""
        if not self.arguments.env_files:
            return os.environ
        from pipegen.runtime import env_file

        loaded = [env_file.load(path) for path in self.arguments.env_files]
        return {key: value for one in (*loaded, os.environ) for key, value in one.items()}

    def _wrong_choices(self, environ: Mapping[str, str]) -> Iterable[Diagnostic]:
        given = self.arguments
        if not given.param_choices:
            return ()
        from pipegen.runtime.choices import wrong_choices

        return wrong_choices(given.param_choices, given.param_sources, environ, given.name)

    def _settings(self, definition: Definition, environ: Mapping[str, str]) -> object:
        from pipegen.runtime.environment import read

        return read(
            definition.settings,
            self.arguments.name,
            definition.prefix,
            environ,
            definition.doc,
            self.arguments.param_sources,
            self.arguments.param_defaults,
        )

    def _inputs(self, contract: Contract) -> dict[str, object]:
        from pipegen.runtime import artifact

        problems: list[Diagnostic] = []
        there = present(self.arguments.inputs, contract.parameters, self.arguments.name)
        found = dict(there.instead)
        for one in there.inputs:
            annotation = contract.parameters[one.parameter].annotation
            if one.feed == "one":
                read = partial(artifact.read, one.folders[0], annotation, name=one.parameter)
            else:
                read = partial(artifact.read_many, one.folders, annotation, one.feed, name=one.parameter)
            found[one.parameter] = _tried(problems, read)
        refuse(problems)
        return found

    def _folder(self, number: int) -> Path:
        """An empty folder for each attempt; what the one before left is not needed any more."""
        scratch.remove(self.workdir / str(number - 1))
        folder = self.workdir / str(number)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise scratch.unwritable(self.arguments.out, self.arguments.name, error) from None
        return folder


def _tried(problems: list[Diagnostic], call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What a call gives; what it refuses is noted, to be said together with the rest."""
    try:
        return call(*args, **kwargs)
    except PipegenError as error:
        problems.extend(error.diagnostics)
        return None


def _is_about_input(error: PipegenError) -> bool:
    from pipegen.runtime.artifact import InputError

    return isinstance(error, InputError)


def _unfed(inputs: Iterable[Input], contract: Contract, task: str) -> Iterator[Diagnostic]:
    """Inputs that are missing, and inputs that there are not."""
    given = [one.parameter for one in inputs]
    for name, parameter in contract.parameters.items():
        if parameter.required and name not in given:
            message = f"input '{name}' of task '{task}' is not given"
            yield Diagnostic("PG310", message, hint=f"add --in {name}=DIR")
    for name in given:
        if name not in contract.parameters:
            hint = suggest(name, contract.parameters) or "the step takes no inputs"
            yield Diagnostic("PG311", f"task '{task}' has no input '{name}'", hint=hint)


def _callable(definition: Definition, name: str, settings: object, folder: Path) -> Callable[..., object]:
    """The step's `run`, with settings and scratch folder where it expects them."""
    from pipegen.dsl.step import Placement

    target: Any = definition.target
    if not isinstance(target, type):
        function: Callable[..., object] = target.call
        return function if settings is None else partial(function, settings=settings)
    step: Any = object.__new__(target)  # calling a step class would place it in a pipeline
    step._placement = Placement(target, name, {}, definition.origin)  # its repr shows it
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
        theirs = [frame for frame in one.stack if not frame.filename.startswith(own)]
        one.stack = traceback.StackSummary.from_list(theirs or one.stack)
        inner = [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]
        waiting += [each for each in inner if each is not None]
    return "".join(whole.format())
