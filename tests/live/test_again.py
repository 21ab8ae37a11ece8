"""The command that is offered after a failure."""

from __future__ import annotations

import shlex

import pytest

from pipegen.cli.repeating import again


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
    ],
)
def test_what_was_chosen_is_replaced_and_all_else_kept(given: str, offered: str) -> None:
    assert again(shlex.split(given), "score") == offered


def test_a_name_cannot_become_another_command() -> None:
    assert again(["run"], "a; rm -rf $HOME") == "pipegen run --from 'a; rm -rf $HOME'"
