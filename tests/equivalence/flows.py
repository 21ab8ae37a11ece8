"""Twenty pipelines, and what is known of each before it runs; their code is in `project/`.

For the tests of any engine, what forks make being what it is held to:

    @pytest.mark.parametrize("flow", FLOWS, ids=str)
    def test_something(flow: Flow, tmp_path: Path) -> None:
        project = flow.copied(tmp_path)  # a folder to run `flow.target` in ...
        env = flow.env(tmp_path)  # ... with these variables
        ...
        wanted = by_run(flow.copied(tmp_path / "forks"), flow.target, flow.env(tmp_path / "forks"))
        assert differences(made, wanted.artifacts) == []  # both of `equivalence.engines`
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).with_name("project")
_NOT_COPIED = shutil.ignore_patterns(".pipegen", "__pycache__", ".dvc", "dvc.*", "artifacts")


@dataclass(frozen=True, slots=True)
class Flow:
    """A pipeline of `project/`. A target may refuse what is in `refused`, as DVC does, and leave out handlers."""

    target: str
    given: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()  # what runs after the others
    attempts: Mapping[str, int] = field(default_factory=dict)  # of tasks that need several
    code: int = 0

    def __str__(self) -> str:
        return self.target.replace(".py:", "-")

    @property
    def dvc_can(self) -> bool:
        """Whether DVC runs its tasks, once told to leave out what it refuses."""
        return self.code == 0 and not any(one.startswith("trigger") for one in self.refused)

    def copied(self, folder: Path) -> Path:
        """The project, as somebody has it who is about to run the pipeline."""
        return Path(shutil.copytree(PROJECT, folder / "flows", ignore=_NOT_COPIED))

    def env(self, folder: Path) -> dict[str, str]:
        """The variables that it needs; tasks that count their attempts do it in a file of this folder."""
        return {name: text.format(folder=folder) for name, text in self.given.items()}


_GREET = {"GREET__NAME": "somebody", "GREET__TOKEN": "open sesame"}
_AFTER = ("on_exit", "on_failure")

FLOWS = (
    Flow("shapes.py:chain"),
    Flow("shapes.py:diamond"),
    Flow("shapes.py:lattice"),
    Flow("shapes.py:fan_out"),
    Flow("shapes.py:fan_in"),
    Flow("shapes.py:twice", {"ADD__MORE": "5", "UNLIKE_ANY_OTHER__MORE": "7"}),
    Flow("shapes.py:feeds"),
    Flow("data.py:streaming"),
    Flow("data.py:by_row"),
    Flow("data.py:files"),
    Flow("data.py:values"),
    Flow("data.py:generics"),
    Flow("data.py:empty"),
    Flow("tables.py:frames"),
    Flow("rules.py:retried", {"FLAKY__ATTEMPTS": "{folder}/attempts"}, attempts={"flaky": 3}),
    Flow("rules.py:parameters", {**_GREET, "PARAMETERS__TIMES": "3"}),
    Flow("rules.py:options"),
    Flow("rules.py:triggers", refused=("trigger_all_done", "trigger_one_failed")),
    Flow("rules.py:on_exit", _GREET, refused=_AFTER, handlers=("tidy",)),
    Flow("rules.py:failing", _GREET, refused=_AFTER, handlers=("alert", "tidy"), code=1),
)
