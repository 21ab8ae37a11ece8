"""`pipegen generate`: compile a pipeline to files, or say whether the committed ones are stale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.app import generating
from pipegen.app.configuring import GivenValues
from pipegen.cli import options, output
from pipegen.cli.words import option
from pipegen.emit.files import Change, unified


def generate(
    target: options.Target = None,
    backend: Annotated[
        list[str] | None,
        option("--backend", "-b", help="What to compile to; see `pipegen backends list`.", metavar="NAME"),
    ] = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    out: Annotated[
        Path | None,
        option(
            "--out", "-o", help="The folder to write to; without it, the project's root.", metavar="FOLDER"
        ),
    ] = None,
    check: Annotated[
        bool, option("--check", help="Write nothing; show what is stale and exit 1 when anything is.")
    ] = False,
    diff: Annotated[bool, option("--diff", help="Write nothing; show what would change.")] = False,
    stdout: Annotated[bool, option("--stdout", help="Write nothing; print the files.")] = False,
    force: Annotated[bool, option("--force", help="Overwrite files that pipegen did not write.")] = False,
    watch: Annotated[bool, option("--watch", help="Generate again whenever a file is saved.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Compile a pipeline to what an orchestrator runs."""
    output.one_of({"--check": check, "--diff": diff, "--stdout": stdout, "--watch": watch})
    output.one_of({"--watch": watch, "--json": as_json})
    if watch:
        from pipegen.cli import watching

        more = (*(values or ()), *(Path(one.partition("=")[2]) for one in set_file or ()))
        raise SystemExit(watching.run(target, more))
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    plan = generating.generate(target, tuple(backend or ()), given, out=out, force=force or stdout)
    output.warnings(plan.warnings, plan.project)
    if as_json:
        if not (check or diff or stdout):
            generating.write(plan)
        output.data({"files": [_data(one, text=stdout, diff=check or diff) for one in plan.changes]})
    elif stdout:
        output.files(plan.changes)
    elif check or diff:
        output.difference(plan.changes, plan.command if check else "")
    else:
        generating.write(plan)
        output.written(plan)
    if check and plan.stale:
        raise SystemExit(1)


def _data(change: Change, *, text: bool, diff: bool) -> dict[str, str]:
    data = {"path": change.path, "state": change.kind}
    if diff and change.kind != "same":
        data["diff"] = unified([change])
    return {**data, "text": change.after} if text else data


command = generate
