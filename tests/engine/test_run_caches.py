"""A task whose code, settings and inputs are the same is not run again; anything else is."""

from __future__ import annotations

import pytest
from engine_project import Project

FLOW = """
    class ScaleSettings(Settings):
        by: int = 2
        token: SecretStr | None = None

    @step
    def numbers() -> list[int]:
        mark("numbers")
        return [1, 2, 3]

    class Scale(Step):
        settings: ScaleSettings

        def run(self, numbers: list[int]) -> list[int]:
            mark("scale")
            return [one * self.settings.by for one in numbers]

    @step
    def count(numbers: list[int]) -> int:
        mark("count")
        return len(numbers)

    flow = Pipeline("flow", count(numbers=Scale(numbers=numbers())))
"""


@pytest.fixture
def ran(project: Project) -> Project:
    project.write(FLOW)
    assert project.run().code == 0
    assert project.marks() == ["numbers", "scale", "count"]
    return project


def test_an_unchanged_pipeline_runs_nothing(ran: Project) -> None:
    said = ran.run()
    assert said.code == 0
    assert ran.marks() == []
    assert set(ran.tasks().values()) == {"CACHED"}


def test_a_changed_setting_runs_the_task_that_reads_it_and_what_its_output_changes(ran: Project) -> None:
    assert ran.run(env={"SCALE__BY": "5"}).code == 0
    assert ran.marks() == ["scale", "count"]
    assert ran.artifacts()["scale"]["data.json"] == b"[5,10,15]\n"


def test_what_is_the_same_in_the_end_is_not_built_upon_again(ran: Project) -> None:
    code = FLOW.replace("return [1, 2, 3]", "return list(range(1, 4))")
    ran.write(code)
    ran.run()
    assert ran.marks() == ["numbers", "scale", "count"]  # one file: its code is that of all three
    ran.run(env={"SCALE__TOKEN": "abcdefgh"})
    assert ran.marks() == ["scale"]  # and it handed on the same as before


def test_going_back_finds_what_was_there(ran: Project) -> None:
    ran.run(env={"SCALE__BY": "5"})
    ran.marks()
    ran.run()
    assert ran.marks() == []


def test_a_changed_secret_is_noticed_and_stands_nowhere(ran: Project) -> None:
    ran.run(env={"SCALE__TOKEN": "hush-hush-1"})
    ran.run(env={"SCALE__TOKEN": "hush-hush-2"})
    assert ran.marks() == ["scale", "scale"]
    kept = b"".join(path.read_bytes() for path in ran.folder.rglob("*") if path.is_file())
    assert b"hush-hush" not in kept


def test_code_in_an_imported_module_counts(project: Project) -> None:
    code = """
        from lib import value
        @step
        def one() -> int:
            mark("one")
            return value()
        flow = Pipeline("flow", one())
    """
    project.write(code, **{"lib.py": "def value(): return 1"}).run()
    project.write(code, **{"lib.py": "def value(): return 2"}).run()
    project.run()
    assert project.marks() == ["one", "one"]


def test_force_runs_everything_and_changes_nothing(ran: Project) -> None:
    before = ran.artifacts()
    ran.run("--force")
    assert ran.marks() == ["numbers", "scale", "count"]
    assert ran.artifacts() == before


def test_a_task_that_is_not_to_be_cached_always_runs(project: Project) -> None:
    project.write(
        """
        @step(cache=False)
        def now() -> int:
            mark("now")
            return 1
        @step
        def later(now: int) -> int:
            mark("later")
            return now
        flow = Pipeline("flow", later(now=now()))
        """
    )
    project.run()
    project.run()
    assert project.marks() == ["now", "later", "now"]


def test_a_damaged_artifact_is_noticed_dropped_and_made_anew(ran: Project) -> None:
    path = (ran.folder / ".pipegen/latest/flow/numbers").resolve() / "data.json"
    path.write_text("[1,9,3]\n")  # as many bytes as before
    said = ran.run("--force", "--step", "scale")
    assert said.code == 1
    assert "damaged" in said.err
    ran.marks()
    assert ran.run().code == 0
    assert ran.marks()[0] == "numbers"
    assert ran.artifacts()["numbers"]["data.json"] == b"[1,2,3]\n"


def test_a_truncated_artifact_does_not_count_as_cached(ran: Project) -> None:
    (ran.folder / ".pipegen/latest/flow/numbers").resolve().joinpath("data.json").write_text("[1]")
    assert ran.run().code == 0
    assert ran.marks() == ["numbers"]


def test_a_dry_run_says_what_would_run_and_runs_nothing(ran: Project) -> None:
    said = ran.run("--dry-run", "--json", env={"SCALE__BY": "7"})
    assert [(one["task"], one["does"]) for one in said.data] == [  # type: ignore[attr-defined]
        ("numbers", "take"),
        ("scale", "run"),
        ("count", "run"),
    ]
    assert ran.marks() == []
    assert len(ran.runs()) == 1


def test_a_dry_run_of_a_run_that_is_continued_says_what_is_left_of_it(project: Project) -> None:
    project.write(
        """
        @step(cache=Cache(enabled=False))
        def first() -> int:
            mark("first")
            return 1
        @step
        def second(x: int) -> int:
            mark("second")
            return x // int(os.environ["BY"])
        @step
        def third(x: int) -> int:
            mark("third")
            return x
        flow = Pipeline("flow", first() >> second() >> third())
        """
    )
    assert project.run(env={"BY": "0"}).code == 1
    assert project.marks() == ["first", "second"]
    said = project.run("--resume", "last", "--dry-run", "--json", env={"BY": "1"})
    assert [(one["task"], one["does"], one["why"]) for one in said.data] == [  # type: ignore[attr-defined]
        ("first", "take", "it is done in the run that is continued"),
        ("second", "run", "it failed in the run that is continued"),
        ("third", "run", "unless what 'second' hands on stays the same"),
    ]
    assert (project.marks(), project.status()) == ([], "FAILED")
    assert project.run("--resume", "last", env={"BY": "1"}).code == 0
    assert project.marks() == ["second", "third"]


def test_what_comes_after_a_run_is_done_after_every_run(project: Project) -> None:
    project.write(
        """
        @step
        def one() -> int:
            return 1
        @step
        def bye() -> None:
            mark("bye")
        flow = Pipeline("flow", one(), on_exit=bye())
        """
    )
    project.run()
    project.run()
    assert project.marks() == ["bye", "bye"]
