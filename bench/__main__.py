"""`python -m bench`: measure, print one table, and say no when a goal is missed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import report, rows
from bench.environments import peer_venv, pipegen_venv
from bench.measure import Command, Cost, interleaved


def main() -> int:
    given = _arguments()
    costs, asked = _measure(given.rounds, peers=not given.no_peers)
    goals = rows.goals(peers=not given.no_peers)
    table = report.rows(costs, goals)
    print(report.as_json(costs, goals) if given.json else report.text(table))
    if given.markdown:
        report.write_markdown(given.markdown, report.markdown(table, given.rounds))
    missed = report.missed(costs, goals)
    for goal in missed:
        print(f"missed: {goal.row}: {goal.text}", file=sys.stderr)
    return 1 if missed or len(costs) < asked else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="runs of each quick command")
    parser.add_argument("--no-peers", action="store_true", help="leave out what comes from PyPI")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table into a page")
    return parser.parse_args()


def _measure(rounds: int, *, peers: bool) -> tuple[dict[str, Cost], int]:
    """The costs, and how many commands there were; the large ones run fewer times than the quick."""
    venv = pipegen_venv()
    quick: list[Command] = rows.floors(venv) + rows.quick(venv)
    if peers:
        quick += rows.peers(peer_venv("wurzel"))
    large = rows.large(venv)
    costs = interleaved(quick, rounds) | interleaved(large, max(1, rounds // 4))
    return costs, len(quick) + len(large)


if __name__ == "__main__":
    sys.exit(main())
