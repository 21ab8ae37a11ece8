"""The results as a table for a terminal, for the documentation, and as JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import sizes
from bench.rows import FLOOR, Costs, Goal

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
HEAD = ("what is run", "CPU s", "x F", "RSS MB", "goal", "met")
WORDS = {"what is run", "what is written", "goal", "met", "accepted by Argo's CRDs"}  # columns of text
_PAGE = f"# Benchmarks\n\nWhat pipegen costs, by `make bench`.\n\n{BEGIN}\n{END}\n"


def rows(costs: Costs, goals: Iterable[Goal]) -> list[tuple[str, ...]]:
    """One row per command; a command with several goals has them in one cell."""
    asked: dict[str, list[Goal]] = {}
    for goal in goals:
        asked.setdefault(goal.row, []).append(goal)
    floor = costs[FLOOR].cpu
    return [
        (
            name,
            f"{cost.cpu:.3f}",
            f"{cost.cpu / floor:.2f}",
            f"{cost.rss:.0f}",
            "; ".join(goal.text for goal in asked.get(name, ())),
            _met(asked.get(name, ()), costs),
        )
        for name, cost in costs.items()
    ]


def missed(costs: Costs, goals: Iterable[Goal]) -> list[Goal]:
    """The goals that are not met, by a figure or because the command failed."""
    return [goal for goal in goals if not _is_met(goal, costs)]


def text(head: Sequence[str], table: Sequence[Sequence[str]]) -> str:
    """Columns for a terminal; numbers stand to the right."""
    lines = [head, *table]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if _right(head[i]) else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _right(heading: str) -> bool:
    return heading not in WORDS


def markdown(costs: Sequence[Sequence[str]], written: Sequence[Sequence[str]], rounds: int) -> str:
    """Two Markdown tables, the first under a line that says how it came about."""
    about = (
        f"Python {platform.python_version()} on {platform.system()}; user and system time of whole processes, "
        f"medians of {rounds} interleaved runs (fewer for the large ones)."
    )
    return f"{about}\n\n{_table(HEAD, costs)}\n\n{sizes.ABOUT}\n\n{_table(sizes.HEAD, written)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---:" if _right(one) else "---" for one in head], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write_markdown(path: Path, written: str) -> None:
    """Put the table between the two marks of a page, which is made when there is none."""
    page = path.read_text(encoding="utf-8") if path.exists() else _PAGE
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{path} has no lines '{BEGIN}' and '{END}' to put the table between")
    path.write_text(f"{before}{begin}\n{written}\n{end}{after}", encoding="utf-8")


def as_json(costs: Costs, goals: Iterable[Goal], written: Iterable[sizes.Size] = ()) -> str:
    results = {name: {"cpu_seconds": cost.cpu, "rss_megabytes": cost.rss} for name, cost in costs.items()}
    said = [
        {
            "row": one.row,
            "goal": one.text,
            "figure": one.figure(costs) if _known(one, costs) else None,
            "met": _is_met(one, costs),
        }
        for one in goals
    ]
    files = {one.row: one.data() for one in written}
    whole = {"python": platform.python_version(), "results": results, "goals": said, "files": files}
    return json.dumps(whole, indent=2)


def _met(goals: Iterable[Goal], costs: Costs) -> str:
    return "; ".join(
        f"{'yes' if goal.met(costs) else 'NO'}, {goal.figure(costs):.2f}"
        for goal in goals
        if _known(goal, costs)
    )


def _is_met(goal: Goal, costs: Costs) -> bool:
    return _known(goal, costs) and goal.met(costs)


def _known(goal: Goal, costs: Costs) -> bool:
    """Whether all that a goal compares was measured; a command that failed has no costs."""
    try:
        goal.figure(costs)
    except KeyError:
        return False
    return True
