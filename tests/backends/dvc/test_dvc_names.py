"""Names, texts and numbers of stages that something on the way could stumble over, run by real DVC."""

from __future__ import annotations

import json

import pytest
import yaml
from repository import Repository

pytestmark = pytest.mark.engine

NASTY = [
    *(
        "übung",
        "a b",
        "a/b",
        "${x}",
        "\\${x}",
        "it's",
        '"quoted"',
        "x" * 300,
        "🎉",
        "$HOME",
        "`touch PWNED`",
        "$(touch PWNED)",
    ),
    *(
        "; touch PWNED",
        "| touch PWNED",
        "> PWNED",
        "nasty-settings",
        "n",
        "yes",
        "null",
        "1",
        "1e3",
        "foreach",
        "vars",
    ),
    *("{{ x }}", "#", "a: b", "a #b", "%", "~", "*", "--in", "..", "a\\b", "!x", "&", "Score", "score"),
]


def test_every_task_runs_whatever_it_is_called(repository: Repository) -> None:
    repository.write(
        nasty_py=f"""
from pipegen import Cache, Parameter, Pipeline, Settings, Step, step

NAMES = {NASTY!r}

@step
def start() -> int:
    return 1

@step
def part(number: int) -> int:
    return number + 1

class SayerSettings(Settings):
    text: str

class Sayer(Step):
    settings: SayerSettings
    def run(self, numbers: list[int]) -> list[str]:
        return [self.settings.text, str(sum(numbers))]

one = start()
parts = [part(name, number=one) for name in NAMES]
text = "".join(NAMES) + chr(10) + chr(8232) + chr(39)
nasty = Pipeline(
    "nasty",
    Sayer(numbers=parts, cache=Cache(key=NAMES), metadata={{"all": NAMES}}),
    description="; ${{x}}\\n# <<< pipegen: nasty",
    parameters=[Parameter("text", "sayer.text", default=text)],
)
"""
    ).generate("nasty.py")
    ran = repository.repro()
    assert len(ran) == len(NASTY) + 2 == len(set(ran))
    said, total = json.loads(repository.read("artifacts/sayer/data.json"))
    assert (said, total) == ("".join(NASTY) + "\n\u2028'", str(2 * len(NASTY)))
    assert not [one for one in repository.path.rglob("PWNED") if one.is_file()]
    assert repository.repro() == []
    names = {
        stage["cmd"] if isinstance(stage["cmd"], str) else stage["cmd"][0] for stage in _stages(repository)
    }
    assert len(names) == len(NASTY) + 3


def _stages(repository: Repository) -> list[dict[str, object]]:
    return list(yaml.safe_load(repository.read("dvc.yaml"))["stages"].values())


def test_a_stage_can_be_named_on_the_command_line(repository: Repository) -> None:
    repository.write(
        flow_py="from pipegen import Pipeline, step\n\n@step\ndef part() -> int:\n    return 1\n\n"
        'flow = Pipeline("flow", part("übung"), part("a b"))\n'
    ).generate("flow.py")
    assert repository.repro("ubung") == ["ubung"]
    assert repository.repro("a-b") == ["a-b"]
    assert "übung" in repository.ok("dvc", "stage", "list").out, "the description says what it is called"
