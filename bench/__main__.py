"""`python -m bench`: measure, print one table, and say no when a goal is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import report, rows, sizes
from bench.environments import BUILD, peer_venv, pipegen_venv
from bench.measure import Command, Cost, interleaved


def main() -> int:
    given = _arguments()
    costs, asked = _measure(given.rounds, peers=not given.no_peers)
    goals = rows.goals(peers=not given.no_peers)
    found = sizes.measured(costs)
    _show(given, costs, goals, found)
    missed = [f"{one.row}: {one.text}" for one in report.missed(costs, goals)]
    missed += [f"{one.row}: {one.goal}" for one in found if not one.met]
    for words in missed:
        print(f"missed: {words}", file=sys.stderr)
    return 1 if missed or len(costs) < asked else 0


def _show(
    given: argparse.Namespace, costs: rows.Costs, goals: Sequence[rows.Goal], found: Sequence[sizes.Size]
) -> None:
    table = report.rows(costs, goals)
    if given.json:
        print(report.as_json(costs, goals, found))
    else:
        print(report.text(report.HEAD, table), report.text(sizes.HEAD, sizes.rows(found)), sep="\n\n")
    if given.markdown:
        report.write_markdown(given.markdown, report.markdown(table, sizes.rows(found), given.rounds))


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
    large = rows.large(venv) + (rows.argo_peers(peer_venv("argo")) if peers else [])
    written = BUILD / "work" / "written"
    written.mkdir(parents=True, exist_ok=True)
    costs = interleaved(quick, rounds) | interleaved(large, max(1, rounds // 4))
    return costs, len(quick) + len(large)


if __name__ == "__main__":
    sys.exit(main())
