"""The variables of a task's job: its own, those from GitHub's stores, and the pipeline's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.backends.github.config import GithubConfig, GithubStepConfig
from pipegen.backends.github.expressions import LONGEST, has_expression, literal
from pipegen.backends.github.parameters import Given, Parameters, forms
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline, Task
from pipegen.runtime.environment import variables


class Environment:
    """What the jobs of one pipeline are given."""

    def __init__(
        self, pipeline: Pipeline, config: GithubConfig, configs: Mapping[str, GithubStepConfig]
    ) -> None:
        self.pipeline = pipeline
        self.config = config
        self.configs = configs
        self.parameters = Parameters(pipeline, configs)
        self.exposed: dict[str, set[str]] = {}
        for parameter in pipeline.parameters:
            for name, field in parameter.targets:
                self.exposed.setdefault(name, set()).add(field)
        self.readers = _readers(pipeline)

    def plain(self, task: Task) -> dict[str, str]:
        """The variables that values and code give to a task."""
        return {name: literal(text) for name, text in task.options.env.items()}

    def stores(self, task: Task) -> list[Given]:
        """Those that GitHub fills in when the job runs; one that is empty there is none."""
        config = self.configs[task.name]
        found: dict[str, Given] = {}
        for store, said in (("vars", config.variables), ("secrets", config.secrets)):
            found |= {
                one: Given(one, f"{store}.{there}") for one, there in said.items() if self._reads(task, one)
            }
        found |= {name: Given(name, f"secrets.{name}") for name in self.own_secrets(task)}
        found |= {one.variable: one for one in self.parameters.of(task)}
        return list(found.values())

    def _reads(self, task: Task, name: str) -> bool:
        """Whether a task is to have a variable: a setting of other tasks is given to those alone."""
        readers = self.readers.get(name)
        own = (self.config.steps[one] for one in (task.step, task.name) if one in self.config.steps)
        return (
            readers is None
            or task.name in readers
            or any(name in {**one.variables, **one.secrets} for one in own)
        )

    def own_secrets(self, task: Task) -> Iterator[str]:
        """Secret settings that nothing else gives: each is read from the secret of its own name."""
        given = self._given(task)
        exposed = self.exposed.get(task.name, ())
        step = self.pipeline.steps[task.step]
        for one in variables(step, task.name) if step.settings else ():
            if one.secret and one.field not in exposed and given.isdisjoint((*forms(one), "*")):
                yield one.name

    def _given(self, task: Task) -> set[str]:
        config = self.configs[task.name]
        return {*task.options.env, *config.secrets, *config.variables, *self.config.provided}

    def problems(self) -> Iterator[Diagnostic]:
        for task in self.pipeline.every_task:
            yield from self._odd(task)
            if self.pipeline.steps[task.step].settings:
                yield from self._missing(task)

    def _missing(self, task: Task) -> Iterator[Diagnostic]:
        """Required variables from nowhere."""
        given = self._given(task)
        exposed = self.exposed.get(task.name, ())
        for one in variables(self.pipeline.steps[task.step], task.name):
            from_elsewhere = one.secret or one.field in exposed or not given.isdisjoint((*forms(one), "*"))
            if one.required and not from_elsewhere:
                hint = (
                    f"give it under steps.{task.name}.env, github.variables or github.secrets, "
                    "or list it under github.provided"
                )
                message = f"task '{task.name}' needs {one.name}, and nothing provides it"
                yield Diagnostic("PG821", message, task.origin, hint)
            elif one.secret and one.name.upper().startswith("GITHUB_") and one.name in self.own_secrets(task):
                message = (
                    f"task '{task.name}' reads the secret '{one.name}', and GitHub keeps names that begin so"
                )
                hint = f"name the secret that holds it: github.secrets: {{{one.name}: SOME_NAME}}"
                yield Diagnostic("PG822", message, task.origin, hint)

    def _odd(self, task: Task) -> Iterator[Diagnostic]:
        """Variables that GitHub would not hand on as they are."""
        names = [*task.options.env, *(one.variable for one in self.stores(task))]
        known: dict[str, str] = {}
        for name in dict.fromkeys(names):
            other = known.setdefault(name.lower(), name)
            if other != name:
                message = f"task '{task.name}' has variables '{other}' and '{name}', which are one to GitHub"
                yield Diagnostic("PG823", message, task.origin, "rename one of them")
        for name, text in task.options.env.items():
            if _is_of_the_runner(name):
                message = f"task '{task.name}' sets '{name}', which GitHub sets itself"
                yield Diagnostic("PG823", message, task.origin, "give the variable another name")
            elif "\0" in text:
                message = f"'{name}' of task '{task.name}' holds a null character, which no variable can"
                yield Diagnostic("PG823", message, task.origin, "write the text without it")
            elif has_expression(text) and len(literal(text)) > LONGEST:
                message = f"'{name}' of task '{task.name}' holds '${{{{' and more than {LONGEST} characters"
                yield Diagnostic("PG823", message, task.origin, "write it without '${{', or shorter")


def _readers(pipeline: Pipeline) -> Mapping[str, set[str]]:
    """The tasks that read each variable of a setting."""
    found: dict[str, set[str]] = {}
    for task in pipeline.every_task:
        step = pipeline.steps[task.step]
        for one in variables(step, task.name) if step.settings else ():
            for name in forms(one):
                found.setdefault(name, set()).add(task.name)
    return found


def _is_of_the_runner(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(("GITHUB_", "RUNNER_")) and "__" not in upper and upper != "GITHUB_TOKEN"


def unset_lines(given: list[Given]) -> Iterator[str]:
    """A secret that is not there, or an input that nobody gave, is an empty text to GitHub."""
    for one in given:
        by_hand = ' || test "$GITHUB_EVENT_NAME" = workflow_dispatch' if one.may_be_empty else ""
        yield f'test -n "${one.variable}"{by_hand} || unset {one.variable}'


def env_of(plain: Mapping[str, str], given: list[Given]) -> dict[str, str]:
    return {**plain, **{one.variable: f"${{{{ {one.source} }}}}" for one in given}}
