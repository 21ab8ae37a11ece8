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
MODULE = "the module of 3 steps with models, imported alone"
HELP = "pipegen --help"
PLAIN = "generate, 3 plain steps with a values.yaml"
MODELS = "generate, 3 steps with pydantic models and settings"
NOOP = "exec of a step that does nothing"
PLAIN_ARGO, PLAIN_CRONJOB = "argo: generate, 3 plain steps", "cronjob: generate, 3 plain steps"
LAYERS_1K, LAYERS_10K = "generate, 1,000 tasks in layers", "generate, 10,000 tasks in layers"
CHAIN, DIAMONDS = "generate, a chain of 10,000 tasks", "generate, a ladder of 1,000 diamonds"
ARGO_1K, ARGO_10K = "argo: generate, 1,000 tasks in layers", "argo: generate, 10,000 tasks in layers"
ARGO_CHAIN = "argo: generate, a chain of 1,000 tasks"
CRONJOB_1K = "cronjob: generate, 1,000 tasks in layers"
AIRFLOW_1K, AIRFLOW_10K = (
    "airflow: generate, 1,000 tasks in layers",
    "airflow: generate, 10,000 tasks in layers",
)
GITLAB_1K, GITLAB_10K = "gitlab: generate, 1,000 tasks in layers", "gitlab: generate, 10,000 tasks in layers"
# A workflow of GitHub holds 500 KB, and more tasks are refused.
GITHUB_100, GITHUB_300 = "github: generate, 100 tasks in layers", "github: generate, 300 tasks in layers"
HERA_REUSED = "hera 7.1.0: 1,000 tasks, a template reused"
HERA_EACH = "hera 7.1.0: 1,000 tasks, a template each"
WURZEL_ARGO = "wurzel 3.3.1: argo, 3 steps with models"
WURZEL_CHAIN = "wurzel 3.3.1: argo, a chain of 250 steps"
WURZEL = "wurzel 3.3.1: generate, the same 3 steps with models"

Costs = Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a row: a figure that may not be passed, or with `least` one to be reached."""

    row: str
    text: str
    figure: Callable[[Costs], float]
    limit: float
    least: bool = False

    def met(self, costs: Costs) -> bool:
        found = self.figure(costs)
        return found >= self.limit if self.least else found <= self.limit


def floors(venv: Path) -> list[Command]:
    """What the language and two libraries cost before pipegen has done anything."""
    models = _folder("floor-models", "models.py")
    python = venv / "bin" / "python"
    return [
        Command("python -c pass", [python, "-c", "pass"], models),
        Command(FLOOR, [python, "-c", "import pydantic, yaml"], models),
        Command(MODULE, [python, "-c", "import models"], models),
    ]


def quick(venv: Path) -> list[Command]:
    """The commands whose start-up a user waits for."""
    plain = _folder("plain", "plain.py", "values.yaml", "reviews-cluster.yaml")
    models = _folder("models", "models.py")
    noop = _folder("noop", "noop.py")
    pipegen = venv / "bin" / "pipegen"
    run_noop = [pipegen, "exec", "noop.py:Nothing", "--name", "nothing", "--out", "artifacts/nothing"]
    return [
        Command(HELP, [pipegen, "--help"], plain),
        _generate(PLAIN, pipegen, plain, "plain.py"),
        _cluster(PLAIN_ARGO, pipegen, plain, "plain.py", "argo", "reviews-cluster.yaml"),
        _cluster(PLAIN_CRONJOB, pipegen, plain, "plain.py", "cronjob", "reviews-cluster.yaml"),
        _generate(MODELS, pipegen, models, "models.py"),
        Command(NOOP, run_noop, noop),
    ]


def large(venv: Path) -> list[Command]:
    """Pipelines far larger than any that a person writes."""
    pipegen = venv / "bin" / "pipegen"
    layers = _folder("layers", "layers.py", "cluster.yaml", "gitlab.yaml", "airflow.yaml")
    chain = _folder("chain", "chain.py", "cluster.yaml")
    diamonds = _folder("diamonds", "diamonds.py")
    return [
        _generate(LAYERS_1K, pipegen, layers, "layers.py", TASKS="1000"),
        _generate(LAYERS_10K, pipegen, layers, "layers.py", TASKS="10000"),
        _generate(CHAIN, pipegen, chain, "chain.py", TASKS="10000"),
        _generate(DIAMONDS, pipegen, diamonds, "diamonds.py"),
        _cluster(ARGO_1K, pipegen, layers, "layers.py", "argo", TASKS="1000"),
        _cluster(ARGO_10K, pipegen, layers, "layers.py", "argo", TASKS="10000"),
        _cluster(ARGO_CHAIN, pipegen, chain, "chain.py", "argo", TASKS="1000"),
        _cluster(CRONJOB_1K, pipegen, layers, "layers.py", "cronjob", TASKS="1000"),
        _cluster(AIRFLOW_1K, pipegen, layers, "layers.py", "airflow", "airflow.yaml", TASKS="1000"),
        _cluster(AIRFLOW_10K, pipegen, layers, "layers.py", "airflow", "airflow.yaml", TASKS="10000"),
        _cluster(GITLAB_1K, pipegen, layers, "layers.py", "gitlab", "gitlab.yaml", TASKS="1000"),
        _cluster(GITLAB_10K, pipegen, layers, "layers.py", "gitlab", "gitlab.yaml", TASKS="10000"),
        _cluster(GITHUB_100, pipegen, layers, "layers.py", "github", TASKS="100"),
        _cluster(GITHUB_300, pipegen, layers, "layers.py", "github", TASKS="300"),
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


def argo_peers(venv: Path) -> list[Command]:
    """What others make for Argo: the same 3 steps, the same 1,000 tasks, and as many steps as fit into no object."""
    wurzel, hera = (
        _folder("wurzel", "wurzel_reviews.py", "wurzel_chain.py"),
        _folder("hera", "hera_layers.py"),
    )
    words = [venv / "bin" / "wurzel", "generate", "--backend", "ArgoBackend", "--output"]
    here = {"PYTHONPATH": str(wurzel)}
    three, chain = written(WURZEL_ARGO), written(WURZEL_CHAIN)
    return [
        Command(WURZEL_ARGO, [*words, three, "wurzel_reviews:report"], wurzel, here),
        Command(WURZEL_CHAIN, [*words, chain, "wurzel_chain:chain"], wurzel, here | {"TASKS": "250"}),
        *(
            Command(
                row,
                [venv / "bin" / "python", "hera_layers.py", written(row)],
                hera,
                {"FORM": form, "TASKS": "1000"},
            )
            for row, form in ((HERA_REUSED, "reused"), (HERA_EACH, "each"))
        ),
    ]


def written(row: str) -> Path:
    """Where a row that compiles for a cluster leaves its file: a folder for each of ours, a file for a peer's."""
    peer = row in (WURZEL_ARGO, WURZEL_CHAIN, HERA_REUSED, HERA_EACH)
    name = "".join(letter if letter.isalnum() else "-" for letter in row)
    return BUILD / "work" / "written" / (f"{name}.yaml" if peer else name)


def goals(*, peers: bool) -> list[Goal]:
    """What the documentation promises."""
    own = [
        Goal(HELP, "<= 1.2 F", _over(HELP, FLOOR), 1.2),
        Goal(PLAIN, "<= 2 F", _over(PLAIN, FLOOR), 2),
        Goal(PLAIN_ARGO, "<= 2 F", _over(PLAIN_ARGO, FLOOR), 2),
        Goal(PLAIN_CRONJOB, "<= 2 F", _over(PLAIN_CRONJOB, FLOOR), 2),
        Goal(MODELS, "<= 1 F more than its module alone", _more_than_its_module, 1),
        Goal(NOOP, "<= 1.8 F", _over(NOOP, FLOOR), 1.8),
        Goal(LAYERS_10K, "<= 12 x the CPU of 1,000", _over(LAYERS_10K, LAYERS_1K), 12),
        Goal(LAYERS_10K, "<= 3 s", lambda costs: costs[LAYERS_10K].cpu, 3),
        Goal(LAYERS_10K, "<= 400 MB", lambda costs: costs[LAYERS_10K].rss, 400),
        Goal(ARGO_10K, "<= 12 x the CPU of 1,000", _over(ARGO_10K, ARGO_1K), 12),
        Goal(ARGO_10K, "<= 3 s", lambda costs: costs[ARGO_10K].cpu, 3),
        Goal(ARGO_10K, "<= 400 MB", lambda costs: costs[ARGO_10K].rss, 400),
        Goal(AIRFLOW_10K, "<= 12 x the CPU of 1,000", _over(AIRFLOW_10K, AIRFLOW_1K), 12),
        Goal(AIRFLOW_10K, "<= 3 s", lambda costs: costs[AIRFLOW_10K].cpu, 3),
        Goal(AIRFLOW_10K, "<= 400 MB", lambda costs: costs[AIRFLOW_10K].rss, 400),
        Goal(GITLAB_10K, "<= 12 x the CPU of 1,000", _over(GITLAB_10K, GITLAB_1K), 12),
        Goal(GITLAB_10K, "<= 3 s", lambda costs: costs[GITLAB_10K].cpu, 3),
        Goal(GITLAB_10K, "<= 400 MB", lambda costs: costs[GITLAB_10K].rss, 400),
        Goal(GITHUB_300, "<= 3 x the CPU of 100", _over(GITHUB_300, GITHUB_100), 3),
    ]
    beside = [
        Goal(WURZEL, ">= 8 x ours with plain types", _over(WURZEL, PLAIN), 8, least=True),
    ]
    return own + beside if peers else own


def _over(row: str, other: str) -> Callable[[Costs], float]:
    return lambda costs: costs[row].cpu / costs[other].cpu


def _more_than_its_module(costs: Costs) -> float:
    return (costs[MODELS].cpu - costs[MODULE].cpu) / costs[FLOOR].cpu


def _generate(name: str, pipegen: Path, folder: Path, program: str, **env: str) -> Command:
    words = [pipegen, "generate", program, "--backend", "dvc"]
    return Command(name, words, folder, env, _removing(folder / "dvc.yaml"))


def _cluster(
    name: str,
    pipegen: Path,
    folder: Path,
    program: str,
    backend: str,
    values: str = "cluster.yaml",
    **env: str,
) -> Command:
    out = written(name)
    words = [pipegen, "generate", program, "--backend", backend, "--values", values, "--out", out]
    return Command(name, words, folder, env, lambda: shutil.rmtree(out, ignore_errors=True))


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
