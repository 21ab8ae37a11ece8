"""`python -m bench.engines`: what an engine costs per task, ours beside others, all in one run.

Every engine runs tasks that do nothing: so many apart, and so many in a chain. It does so with few and with many of
them; the difference, divided by the difference in number, is what one task costs, without what it costs to start.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import report
from bench.environments import BUILD, engine_venv, pipegen_venv

PROGRAMS = Path(__file__).parent / "programs" / "engines"
BEGIN, END = "<!-- engines:begin -->", "<!-- engines:end -->"
HEAD = ("engine", "form", "tasks", "CPU s", "wall s", "CPU ms a task", "wall ms a task", "x ours")
_FEW = 10
_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONUNBUFFERED")
_FORMS = ("apart", "chain")


@dataclass(frozen=True, slots=True)
class Engine:
    """How one of them is run, and with how many tasks: the slow ones with fewer."""

    name: str
    words: Sequence[object]
    apart: int
    chain: int
    files: tuple[str, ...] = ()
    env: Mapping[str, str] | None = None

    def tasks(self, form: str) -> int:
        return self.apart if form == "apart" else self.chain


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processors and of the clock, and the most megabytes that one process held."""

    cpu: float
    wall: float
    rss: float


def engines(*, full: bool) -> list[Engine]:
    """Ours, and those from PyPI, each in an environment of its own."""
    ours = [pipegen_venv() / "bin" / "pipegen", "run", "flow.py", "--quiet"]
    python = {name: engine_venv(name) / "bin" / "python" for name in ("luigi", "dagster", "prefect")}
    some, line = (1000, 300) if full else (200, 100)
    luigi = [python["luigi"], "luigi_flow.py"]
    return [
        Engine(
            "a bare fork", [pipegen_venv() / "bin" / "python", "bare_fork.py"], 1000, 300, ("bare_fork.py",)
        ),
        Engine("pipegen", ours, 1000, 300, ("flow.py",)),
        Engine("pipegen --isolation process", [*ours, "--isolation", "process"], 100, 50, ("flow.py",)),
        Engine("luigi, in process", luigi, 1000, 300, ("luigi_flow.py",)),
        Engine("luigi, forks", luigi, 1000, 300, ("luigi_flow.py",), {"WORKERS": "2"}),
        Engine(
            "dagster, in process", [python["dagster"], "dagster_flow.py"], some, line, ("dagster_flow.py",)
        ),
        Engine(
            "prefect, in process",
            [python["prefect"], "prefect_flow.py"],
            some,
            line,
            ("prefect_flow.py",),
            {
                "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
                "PREFECT_LOGGING_LEVEL": "ERROR",
                "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
            },
        ),
        Engine(
            "snakemake",
            [engine_venv("snakemake") / "bin" / "snakemake", "--cores", "2", "--quiet", "all"],
            1000,
            300,
            ("Snakefile",),
        ),
        Engine("dvc repro", [engine_venv("dvc") / "bin" / "dvc", "repro", "--quiet"], some, line),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--full", action="store_true", help="1,000 and 300 tasks for the slow ones, too: an hour"
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the table into a page")
    given = parser.parse_args()
    measured = list(_measured(engines(full=given.full), given.rounds))
    table = _rows(measured)
    goals = [*_goals(measured), *_large()]
    print(report.text(HEAD, table), *(f"{text}: {'yes' if met else 'NO'}" for text, met in goals), sep="\n")
    if given.markdown:
        _write(given.markdown, table, goals, given.rounds)
    return 0 if all(met for _, met in goals) else 1


Row = tuple[Engine, str, Spent, float, float]


def _measured(every: Sequence[Engine], rounds: int) -> Iterator[Row]:
    """For each engine and form: its many tasks, and what one of them costs in seconds of CPU and clock."""
    spent: dict[tuple[str, str, int], list[Spent]] = {}
    for engine in every:
        _run(engine, "apart", _FEW)  # fills the caches of bytecode and of the disk
    for _ in range(rounds):
        for engine in every:
            for form in _FORMS:
                for number in (_FEW, engine.tasks(form)):
                    spent.setdefault((engine.name, form, number), []).append(_run(engine, form, number))
    for engine in every:
        for form in _FORMS:
            few, many = (_median(spent[engine.name, form, one]) for one in (_FEW, engine.tasks(form)))
            more = engine.tasks(form) - _FEW
            yield engine, form, many, (many.cpu - few.cpu) / more, (many.wall - few.wall) / more


def _median(runs: Sequence[Spent]) -> Spent:
    return Spent(*(median(getattr(one, name) for one in runs) for name in ("cpu", "wall", "rss")))


def _run(engine: Engine, form: str, number: int, folder: Path | None = None) -> Spent:
    """Run it in a new folder."""
    if folder is None:
        folder = BUILD / "work" / "engines" / "".join(char if char.isalnum() else "-" for char in engine.name)
        _prepared(folder, engine, form, number)
    env = {key: value for key, value in os.environ.items() if key not in _UNWANTED}
    env |= {"TASKS": str(number), "FORM": form, "HOME": str(folder), **(engine.env or {})}
    began = time.monotonic()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [str(word) for word in engine.words], cwd=folder, env=env, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # we have waited, not Popen
    if process.returncode != 0:
        text = (folder / "said").read_text(errors="replace")
        raise SystemExit(f"{engine.name} ended with {process.returncode}\n{text}")
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def _prepared(folder: Path, engine: Engine, form: str, number: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "out").mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "measured"\n', encoding="utf-8")
    for name in engine.files:
        shutil.copy(PROGRAMS / name, folder / name)
    if engine.name.startswith("dvc"):
        (folder / "dvc.yaml").write_text(_stages(form, number), encoding="utf-8")
        dvc = str(engine.words[0])
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        subprocess.run([dvc, "init", "--quiet"], cwd=folder, check=True)


def _stages(form: str, number: int) -> str:
    lines = ["stages:"]
    for one in range(number):
        lines += [f"  t{one}:", f"    cmd: touch out/{one}", f"    outs: [out/{one}]"]
        lines += [f"    deps: [out/{one - 1}]"] if form == "chain" and one else []
    return "\n".join(lines) + "\n"


def _large() -> Iterator[tuple[str, bool]]:
    """What ours costs with 1,000 tasks again when nothing has changed, and with 10,000."""
    ours = [pipegen_venv() / "bin" / "pipegen", "run", "flow.py", "--quiet"]
    engine = Engine("pipegen again", ours, 1000, 300, ("flow.py",))
    thousand = _run(engine, "apart", 1000)
    folder = BUILD / "work" / "engines" / "pipegen-again"
    again = _median([_run(engine, "apart", 1000, folder) for _ in range(3)])
    yield f"1,000 cached tasks in under 1 s, {again.wall:.2f}", again.wall < 1
    many = _run(engine, "apart", 10_000)
    times = many.cpu / thousand.cpu
    yield f"10,000 tasks cost at most 12 times as much as 1,000, {times:.1f}", times <= 12
    yield f"10,000 tasks in under 300 MB, {many.rss:.0f}", many.rss < 300


def _rows(measured: Sequence[Row]) -> list[tuple[str, ...]]:
    ours = {form: cpu for engine, form, _, cpu, _ in measured if engine.name == "pipegen"}
    return [
        (
            engine.name,
            form,
            f"{engine.tasks(form):,}",
            f"{many.cpu:.2f}",
            f"{many.wall:.2f}",
            f"{cpu * 1000:.1f}",
            f"{wall * 1000:.1f}",
            f"{cpu / ours[form]:.1f}",
        )
        for engine, form, many, cpu, wall in measured
    ]


def _goals(measured: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """What was hoped for, and whether it came about."""
    cost = {(engine.name, form): (cpu, wall) for engine, form, _, cpu, wall in measured}
    for form in _FORMS:
        cpu, wall = cost["pipegen", form]
        yield f"{form}: under 5 ms of the clock a task, {wall * 1000:.1f}", wall < 0.005
        for other in ("dvc repro", "snakemake", "luigi, forks", "luigi, in process"):
            fewer = tuple(theirs / ours for theirs, ours in zip(cost[other, form], (cpu, wall), strict=True))
            text = f"{form}: 20 times less than {other}, CPU {fewer[0]:.1f}, clock {fewer[1]:.1f}"
            yield text, min(fewer) >= 20
        least = cost["luigi, in process", form][0] / cost["a bare fork", form][0]
        text = f"{form}: a bare fork leaves room for 20 times less CPU than luigi, in process: {least:.1f}"
        yield text, least >= 20


def _write(
    path: Path, table: Sequence[tuple[str, ...]], goals: Sequence[tuple[str, bool]], rounds: int
) -> None:
    lines = [HEAD, ["---" if head in ("engine", "form") else "---:" for head in HEAD], *table]
    written = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    said = "\n".join(f"- {text}: {'yes' if met else 'no'}" for text, met in goals)
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{path} has no lines '{BEGIN}' and '{END}' to put the table between")
    about = f"Medians of {rounds} interleaved rounds on two processors."
    path.write_text(f"{before}{begin}\n{about}\n\n{written}\n\n{said}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
