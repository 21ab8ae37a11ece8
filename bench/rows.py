"""What is measured, and what is asked of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.environments import BUILD
from bench.measure import Command, Cost

PROGRAMS = Path(__file__).parent / "programs"
FLOOR = "floor F: import pydantic, yaml"
GENERATE_MODELS = "generate, 3 steps with pydantic models and settings"
LAYERS_1K, LAYERS_10K = "generate, 1,000 tasks in layers", "generate, 10,000 tasks in layers"
WURZEL = "wurzel 3.3.1: generate, the same 3 steps with models"

Costs = Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a row, in words and as a test."""

    row: str
    text: str
    met: Callable[[Costs], bool]


def floors(venv: Path) -> list[Command]:
    """What the language and two libraries cost before pipegen has done anything."""
    models = _folder("floor-models", "models.py")
    python = venv / "bin" / "python"
    return [
        Command("python -c pass", [python, "-c", "pass"], models),
        Command(FLOOR, [python, "-c", "import pydantic, yaml"], models),
        Command("the module of 3 steps with models, imported alone", [python, "-c", "import models"], models),
    ]


def quick(venv: Path) -> list[Command]:
    """The commands whose start-up a user waits for."""
    plain = _folder("plain", "plain.py", "values.yaml")
    models = _folder("models", "models.py")
    noop = _folder("noop", "noop.py")
    pipegen = venv / "bin" / "pipegen"
    run_noop = [pipegen, "exec", "noop.py:Nothing", "--name", "nothing", "--out", "artifacts/nothing"]
    return [
        Command("pipegen --help", [pipegen, "--help"], plain),
        _generate("generate, 3 plain steps with a values.yaml", pipegen, plain, "plain.py"),
        _generate(GENERATE_MODELS, pipegen, models, "models.py"),
        Command("exec of a step that does nothing", run_noop, noop),
    ]


def large(venv: Path) -> list[Command]:
    """Pipelines far larger than any that a person writes."""
    pipegen = venv / "bin" / "pipegen"
    layers, chain = _folder("layers", "layers.py"), _folder("chain", "chain.py")
    diamonds = _folder("diamonds", "diamonds.py")
    return [
        _generate(LAYERS_1K, pipegen, layers, "layers.py", TASKS="1000"),
        _generate(LAYERS_10K, pipegen, layers, "layers.py", TASKS="10000"),
        _generate("generate, a chain of 10,000 tasks", pipegen, chain, "chain.py"),
        _generate("generate, a ladder of 1,000 diamonds", pipegen, diamonds, "diamonds.py"),
    ]


def peers(venv: Path) -> list[Command]:
    """The closest tool, doing the same."""
    folder = _folder("wurzel", "wurzel_reviews.py")
    wurzel = venv / "bin" / "wurzel"
    words = [wurzel, "generate", "wurzel_reviews:report", "--backend", "DvcBackend", "--output", "dvc.yaml"]
    here = {"PYTHONPATH": str(folder)}
    return [
        Command("wurzel 3.3.1: --help", [wurzel, "--help"], folder, here),
        Command(WURZEL, words, folder, here, _removing(folder / "dvc.yaml")),
    ]


def goals(*, peers: bool) -> list[Goal]:
    """What the documentation promises."""
    return [*_own_goals(), *([_beside_wurzel()] if peers else [])]


def _own_goals() -> list[Goal]:
    return [
        _times("pipegen --help", 1.2),
        _times("generate, 3 plain steps with a values.yaml", 2.0),
        _times(GENERATE_MODELS, 2.0),
        _times("exec of a step that does nothing", 1.8),
        Goal(LAYERS_10K, "<= 12 x the CPU of 1,000", lambda c: c[LAYERS_10K].cpu <= 12 * c[LAYERS_1K].cpu),
        Goal(LAYERS_10K, "< 3 s", lambda c: c[LAYERS_10K].cpu < 3),
        Goal(LAYERS_10K, "< 400 MB", lambda c: c[LAYERS_10K].rss < 400),
        Goal("generate, a chain of 10,000 tasks", "compiles", lambda _: True),
        Goal("generate, a ladder of 1,000 diamonds", "compiles", lambda _: True),
    ]


def _beside_wurzel() -> Goal:
    return Goal(WURZEL, ">= 8 x our CPU", lambda c: c[WURZEL].cpu >= 8 * c[GENERATE_MODELS].cpu)


def _times(row: str, limit: float) -> Goal:
    return Goal(row, f"<= {limit} F", lambda costs: costs[row].cpu <= limit * costs[FLOOR].cpu)


def _generate(name: str, pipegen: Path, folder: Path, program: str, **env: str) -> Command:
    words = [pipegen, "generate", program, "--backend", "dvc"]
    return Command(name, words, folder, env, _removing(folder / "dvc.yaml"))


def _removing(path: Path) -> Callable[[], None]:
    return lambda: path.unlink(missing_ok=True)


def _folder(name: str, *programs: str) -> Path:
    """A project of its own for a row, with the programs it needs."""
    folder = BUILD / "work" / name
    folder.mkdir(parents=True, exist_ok=True)
    for program in programs:
        shutil.copy(PROGRAMS / program, folder / program)
    (folder / "pyproject.toml").write_text('[project]\nname = "measured"\n', encoding="utf-8")
    return folder
