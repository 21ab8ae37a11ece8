"""The command that is offered after a failure."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from played_runs import pipeline, record

from pipegen.cli.repeating import again, continued
from pipegen.engine.events import Plan
from pipegen.ir import Task

DRAWN = pipeline({"score": ()}, on_exit=Task("tidy", "work"))


def offered_for(words: list[str], task: str = "score", named: bool = True, **given: str) -> str:
    return again(words, named, task, Plan(DRAWN, record(DRAWN, parameters=given), Path.cwd(), 2))


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("run reviews.py", "pipegen run reviews.py --from score"),
        ("run", "pipegen run --from score"),
        ("run reviews.py -j 4 --env-file .env", "pipegen run reviews.py -j 4 --env-file .env --from score"),
        ("run a.py --force --from fetch --to x", "pipegen run a.py --from score"),
        ("run a.py --from=fetch -s one --step two", "pipegen run a.py --from score"),
        ("run a.py --resume last --set x.y=1", "pipegen run a.py --set x.y=1 --from score"),
        ("run a.py --schedule", "pipegen run a.py --from score"),
        ("run 'a b.py' --param 'q=it is'", "pipegen run 'a b.py' --param 'q=it is' --from score"),
        ("run a.py --step", "pipegen run a.py --from score"),
        ("run a.py -sone -pq=1", "pipegen run a.py -pq=1 --from score"),
    ],
)
def test_what_was_chosen_is_replaced_and_all_else_kept(given: str, offered: str) -> None:
    assert offered_for(shlex.split(given)) == offered


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("run", "pipegen run --resume 7"),
        ("run a.py --force -s one --to x -p model=a -plimit=3 --param q=1", "pipegen run a.py --resume 7"),
        ("run --resume last --set x.y=1", "pipegen run --set x.y=1 --resume 7"),
        (
            "run a.py -j4 --runner-config 'a b.yaml' --processor-config=zip.yaml",
            "pipegen run a.py -j4 --runner-config 'a b.yaml' --processor-config=zip.yaml --resume 7",
        ),
    ],
)
def test_a_run_is_continued_with_what_it_does_not_remember(given: str, offered: str) -> None:
    assert continued(shlex.split(given), "7") == offered


def test_a_name_cannot_become_another_command() -> None:
    assert offered_for(["run"], "a; rm -rf $HOME") == "pipegen run --from 'a; rm -rf $HOME'"


def test_what_comes_after_a_run_is_repeated_alone() -> None:
    assert offered_for(["run", "reviews.py"], "tidy") == "pipegen run reviews.py --step tidy"


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("run --resume last", "pipegen run reviews.py --param model=a --param limit=3 --from score"),
        ("run -q --resume=last", "pipegen run reviews.py -q --param model=a --param limit=3 --from score"),
        (
            "run --resume last --param limit=4",
            "pipegen run reviews.py --param limit=4 --param model=a --from score",
        ),
        ("run --resume last -plimit=4", "pipegen run reviews.py -plimit=4 --param model=a --from score"),
        ("run", "pipegen run --from score"),
    ],
)
def test_a_run_that_was_continued_is_written_out(given: str, offered: str) -> None:
    assert offered_for(shlex.split(given), named=False, model="a", limit="3") == offered
