"""`pipegen check`: everything that can be known without running."""

from __future__ import annotations

from typing import Annotated

from pipegen.app.checking import check_all
from pipegen.app.configuring import GivenValues
from pipegen.cli import options, output
from pipegen.cli.boundary import NO, WRONG
from pipegen.cli.words import option


def check(
    target: options.Target = None,
    backend: Annotated[
        list[str] | None,
        option(
            "--backend",
            "-b",
            help="Check for this backend too; without it, for the project's own.",
            metavar="NAME",
        ),
    ] = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    deep: Annotated[
        bool, option("--deep", help="Have the target's own library read the files too: Hera, for argo.")
    ] = False,
    strict: Annotated[bool, option("--strict", help="Warnings count as errors.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say all that is wrong with a pipeline and its values, as far as can be known without running."""
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    result = check_all(target, tuple(backend or ()), given, deep=deep)
    if as_json:
        output.data(result.data())
    else:
        output.warnings(result.diagnostics, result.root)
        if result.ok(strict):
            tasks = output.count(sum(len(one.tasks) for one in result.pipelines), "task")
            output.talk(f"{output.count(len(result.pipelines), 'pipeline')} with {tasks}: nothing wrong")
    if not result.ok(strict):
        raise SystemExit(NO if result.answered else WRONG)


command = check
