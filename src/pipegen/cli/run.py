"""`pipegen run`: execute a pipeline on this machine."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pipegen.cli import options, output
from pipegen.cli.boundary import DONE, INTERRUPTED, NO
from pipegen.cli.words import option

_CODES = {"SUCCESS": DONE, "CANCELLED": INTERRUPTED}

if TYPE_CHECKING:
    from pipegen.app.running_types import Asked
    from pipegen.engine.events import Watcher
    from pipegen.engine.runners.contract import Traits


class Isolation(StrEnum):
    FORK = "fork"
    PROCESS = "process"


def run(
    target: options.Target = None,
    workers: Annotated[
        int | None,
        option(
            "--workers",
            "-j",
            help="How many tasks run at once; without it, one for each processor.",
            metavar="N",
        ),
    ] = None,
    step: Annotated[
        list[str] | None,
        option("--step", "-s", help="Run this task alone; may be given again.", metavar="NAME"),
    ] = None,
    from_: Annotated[
        str | None, option("--from", help="Run this task and all that come after it.", metavar="NAME")
    ] = None,
    to: Annotated[
        str | None, option("--to", help="Run this task and all that come before it.", metavar="NAME")
    ] = None,
    param: Annotated[
        list[str] | None,
        option("--param", "-p", help="Set a parameter of the pipeline.", metavar="NAME=VALUE"),
    ] = None,
    env_file: Annotated[
        list[Path] | None,
        option("--env-file", help="Variables for the steps, under those that are set.", metavar="FILE"),
    ] = None,
    force: Annotated[bool, option("--force", help="Run every task, whatever the cache has.")] = False,
    keep_going: Annotated[
        bool, option("--keep-going", "-k", help="After a failure, run all that does not depend on it.")
    ] = False,
    dry_run: Annotated[
        bool, option("--dry-run", "-n", help="Run nothing; say what would run and why.")
    ] = False,
    timeout: Annotated[
        str | None, option("--timeout", help="End the run after this time, like 30m.", metavar="TIME")
    ] = None,
    resume: Annotated[
        str | None,
        option("--resume", help="Continue a failed or killed run: its id, or 'last'.", metavar="RUN"),
    ] = None,
    schedule: Annotated[
        bool, option("--schedule", help="Stay, and run the pipeline whenever its schedule says.")
    ] = False,
    catch_up: Annotated[
        bool, option("--catch-up", help="With --schedule: make up, once, for runs that were missed.")
    ] = False,
    isolation: Annotated[
        Isolation | None,
        option(
            "--isolation",
            help="fork (fast, the default) or process (a new interpreter a task).",
            metavar="HOW",
        ),
    ] = None,
    runner: Annotated[
        str | None,
        option("--runner", help="Where tasks run: local, docker, or one that is installed.", metavar="NAME"),
    ] = None,
    runner_config: Annotated[
        Path | None, option("--runner-config", help="The runner's config, YAML or JSON.", metavar="FILE")
    ] = None,
    runner_set: Annotated[
        list[str] | None,
        option("--runner-set", help="Set one key of the runner's config.", metavar="KEY=VALUE"),
    ] = None,
    processor_config: Annotated[
        list[Path] | None,
        option("--processor-config", help="A post-processor's config, YAML or JSON.", metavar="FILE"),
    ] = None,
    no_validate_stages: Annotated[
        bool,
        option(
            "--no-validate-stages",
            help="Hand on to post-processors without a look at whether all is whole.",
        ),
    ] = False,
    cleanup_on_failure: Annotated[
        bool, option("--cleanup-on-failure", help="Remove the logs of a run that failed.")
    ] = False,
    store: Annotated[
        str | None, option("--store", help="Share artifacts by s3://bucket/prefix.", metavar="URL")
    ] = None,
    root: Annotated[
        Path | None, option("--root", help="The project's root; found by itself otherwise.", metavar="FOLDER")
    ] = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    quiet: Annotated[bool, option("--quiet", "-q", help="Say nothing but how it ended.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Run a pipeline on this machine: in parallel, cached, with a history."""
    from pipegen.app.configuring import GivenValues
    from pipegen.app.running_types import Asked
    from pipegen.engine.configs.section import Given
    from pipegen.engine.selection import Selection

    for other, given in (("--dry-run", dry_run), ("--resume", resume is not None)):
        output.one_of({"--schedule": schedule, other: given})
    output.needs({"--catch-up": catch_up}, "--schedule", schedule)
    output.there("--root", root)
    asked = Asked(
        target,
        GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env),
        workers,
        Selection(tuple(step or ()), from_, to),
        tuple(env_file or ()),
        tuple(param or ()),
        timeout,
        force,
        keep_going,
        Given(runner, runner_config, tuple(runner_set or ()), tuple(processor_config or ()), expand_env),
        isolation.value if isolation is not None else None,
        resume,
        store,
        not no_validate_stages,
        cleanup_on_failure,
        root=root,
    )
    if dry_run:
        _planned(asked, as_json)
        return
    if schedule:
        from pipegen.app.scheduling import stay

        words = [word for word in sys.argv[1:] if word not in ("--schedule", "--catch-up")]
        stay(asked, words, output.talk, catch_up)
        return
    raise SystemExit(_run(asked, quiet or as_json, as_json))


def _planned(asked: Asked, as_json: bool) -> None:
    from pipegen.app.planning import planned

    steps = planned(asked)
    if as_json:
        output.data([{"task": one.task, "does": one.does, "why": one.why} for one in steps])
        return
    output.table([(one.task, one.does, one.why) for one in steps], ("task", "would", "why"))


def _run(asked: Asked, quiet: bool, as_json: bool) -> int:
    from dataclasses import replace
    from functools import partial

    from pipegen.app import running
    from pipegen.cli.live import watchers
    from pipegen.cli.repeating import again, continued
    from pipegen.cli.summary import Summary

    def watching(traits: Traits) -> list[Watcher]:
        summary = (
            [] if as_json else [Summary(partial(again, sys.argv[1:], asked.target is not None), brief=quiet)]
        )
        return [*watchers(quiet=quiet, streamed=traits.stream), *summary]

    outcome = running.run(asked, watching)
    if as_json:
        from pipegen.engine.result import result

        output.data(result(outcome.run, outcome.folders, outcome.root))
    # The run went on without its history, so that is not what decides how it ended.
    trouble = [replace(one, severity="warning") for one in outcome.trouble]
    output.warnings(trouble, outcome.root)
    if outcome.run.status in ("FAILED", "CANCELLED") and not as_json:
        output.talk(f"to continue: {continued(sys.argv[1:], outcome.run.id)}")
    return _CODES.get(outcome.run.status, NO)


command = run
