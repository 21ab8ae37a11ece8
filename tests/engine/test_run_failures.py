"""Failures: retries, trigger rules, what is skipped, and how a run ends."""

from __future__ import annotations

import re

import pytest
from engine_project import Project

STEPS = """
    @step
    def good() -> int:
        mark("good")
        return 1

    @step
    def bad() -> int:
        mark("bad")
        print("about to fail")
        raise ValueError("no luck")

    @step
    def then(x: int | None = None) -> int:
        mark("then")
        return x or 0

    @step
    def both(a: int | None, b: int | None) -> int:
        mark("both")
        return (a or 0) + (b or 0)

    @step
    def alarm() -> None:
        mark("alarm")

    @step
    def bye() -> None:
        mark("bye")
"""


def test_a_failure_skips_what_needs_it_and_says_all_that_helps(project: Project) -> None:
    project.write(STEPS + '\n    flow = Pipeline("flow", then(x=bad()), on_failure=alarm(), on_exit=bye())\n')
    said = project.run()
    assert said.code == 1
    assert project.tasks() == {"bad": "FAILED", "then": "SKIPPED", "alarm": "SUCCESS", "bye": "SUCCESS"}
    assert project.status() == "FAILED"
    assert project.marks() == ["bad", "alarm", "bye"]
    assert "ValueError: no luck" in said.err
    (log,) = (project.folder / ".pipegen/runs").glob("*/logs/bad.1.log")
    assert "about to fail" in log.read_text()
    assert "flow.py" in log.read_text()


def test_on_failure_is_left_out_when_nothing_failed(project: Project) -> None:
    project.write(STEPS + '\n    flow = Pipeline("flow", good(), on_failure=alarm(), on_exit=bye())\n')
    assert project.run().code == 0
    assert project.marks() == ["good", "bye"]
    assert project.tasks() == {"good": "SUCCESS", "alarm": "SKIPPED", "bye": "SUCCESS"}


@pytest.mark.parametrize(
    ("graph", "statuses", "code"),
    [
        ("both(a=bad(), b=good())", {"bad": "FAILED", "good": "SUCCESS", "both": "SKIPPED"}, 1),
        (
            'both(a=bad(), b=good(), trigger="all_done")',
            {"bad": "FAILED", "good": "SUCCESS", "both": "SUCCESS"},
            0,
        ),
        (
            'both(a=bad(), b=good(), trigger="one_failed")',
            {"bad": "FAILED", "good": "SUCCESS", "both": "SUCCESS"},
            0,
        ),
        ('then(x=good(), trigger="one_failed")', {"good": "SUCCESS", "then": "SKIPPED"}, 0),
        (
            'then("last", x=then(x=bad()), trigger="all_done")',
            {"bad": "FAILED", "then": "SKIPPED", "last": "SUCCESS"},
            0,
        ),
        (
            'then("last", x=then(x=bad()), trigger="one_failed")',
            {"bad": "FAILED", "then": "SKIPPED", "last": "SKIPPED"},
            1,
        ),
    ],
    ids=["all_success", "all_done", "one_failed", "none failed", "after a skip", "a skip is no failure"],
)
def test_trigger_rules(project: Project, graph: str, statuses: dict[str, str], code: int) -> None:
    project.write(f'{STEPS}\n    flow = Pipeline("flow", {graph})\n')
    said = project.run("--keep-going")
    assert project.tasks() == statuses
    assert said.code == code


def test_after_a_failure_nothing_new_begins_unless_told_to_keep_going(project: Project) -> None:
    chain = 'then("c", x=then("b", x=then("a")))'
    project.write(f'{STEPS}\n    flow = Pipeline("flow", bad(), {chain})\n')
    assert project.run("-j", "1").code == 1
    assert project.tasks() == {"bad": "FAILED", "a": "SKIPPED", "b": "SKIPPED", "c": "SKIPPED"}
    assert project.run("-j", "1", "--keep-going").code == 1
    assert project.tasks() == {"bad": "FAILED", "a": "SUCCESS", "b": "SUCCESS", "c": "SUCCESS"}


def test_a_task_that_waits_for_another_try_when_the_run_fails_has_failed_too(project: Project) -> None:
    project.write(
        STEPS
        + """
        @step(retry=Retry(limit=3, backoff="1s"))
        def shaky() -> int:
            raise OSError("not yet")

        @step
        def later(x: int) -> int:
            import time
            time.sleep(0.5)
            raise ValueError("for good")

        flow = Pipeline("flow", shaky(), later(x=good()))
        """.replace("\n        ", "\n    ")
    )
    assert project.run("-j", "2").code == 1
    assert project.tasks() == {"shaky": "FAILED", "good": "SUCCESS", "later": "FAILED"}


def test_a_failing_exit_step_fails_the_run(project: Project) -> None:
    project.write(STEPS + '\n    flow = Pipeline("flow", good(), on_exit=bad())\n')
    assert project.run().code == 1
    assert project.status() == "FAILED"


def test_retries_wait_longer_each_time_and_keep_a_log_each(project: Project) -> None:
    project.write(
        """
        @step(retry=Retry(limit=3, backoff="0.1s", factor=2))
        def flaky() -> int:
            mark("flaky")
            tries = len(Path("marks").read_text().split())
            print("try", tries)
            if tries < 3:
                raise RuntimeError(f"try {tries}")
            return tries
        flow = Pipeline("flow", flaky())
        """
    )
    said = project.run()
    assert said.code == 0
    assert re.findall(r"retrying .* in (0\.\d) s", said.err) == ["0.1", "0.2"]
    assert project.marks() == ["flaky"] * 3
    logs = sorted((project.folder / ".pipegen/runs").glob("*/logs/*"))
    assert [path.name for path in logs] == ["flaky.1.log", "flaky.2.log", "flaky.3.log"]
    assert project.artifacts()["flaky"]["data.json"] == b"3\n"


def test_wrong_input_is_not_tried_again(project: Project) -> None:
    project.write(
        """
        @step(retry=Retry(limit=3))
        def ends() -> int:
            mark("ends")
            os._exit(2)
        @step(retry=Retry(limit=1))
        def lies() -> int:
            mark("lies")
            return "text"
        flow = Pipeline("flow", ends(), lies())
        """
    )
    said = project.run("--keep-going")
    assert said.code == 1
    assert sorted(project.marks()) == ["ends"] * 4 + ["lies"] * 2
    assert "ended its own process, with exit code 2" in said.err


def test_missing_settings_are_all_said_before_anything_runs(project: Project) -> None:
    project.write(
        """
        class One(Settings):
            url: str
            port: int
        class Uses(Step):
            settings: One
            def run(self) -> int:
                mark("uses")
                return 1
        @step
        def first() -> int:
            mark("first")
            return 1
        flow = Pipeline("flow", first(), Uses("a"), Uses("b"))
        """
    )
    said = project.run()
    assert said.code == 2
    assert "'USES__URL' is not set" in said.err
    assert "'USES__PORT' is not set" in said.err
    assert said.err.count("USES__URL' is not set") == 1
    assert project.marks() == []
    (project.folder / "vars.env").write_text("USES__URL=http://x\nUSES__PORT=80\n")
    assert project.run("--env-file", "vars.env").code == 0


def test_a_secret_in_an_error_is_not_remembered(project: Project) -> None:
    project.write(
        """
        class Login(Settings):
            token: SecretStr
        class Uses(Step):
            settings: Login
            def run(self) -> int:
                print("first a line")
                raise ValueError("no luck with " + self.settings.token.get_secret_value())
        flow = Pipeline("flow", Uses())
        """
    )
    said = project.run(env={"USES__TOKEN": "hush-hush-hush"})
    assert said.code == 1
    assert "no luck with ***" in said.err
    assert "hush-hush" not in said.err
    assert b"hush-hush" not in (project.folder / ".pipegen/history.db").read_bytes()
    (log,) = (project.folder / ".pipegen/runs").glob("*/logs/uses.1.log")
    assert log.read_text().startswith("first a line\n")


def test_a_run_has_a_deadline(project: Project) -> None:
    project.write(
        """
        @step
        def long() -> int:
            time.sleep(60)
            return 1
        @step
        def bye() -> None:
            mark("bye")
        flow = Pipeline("flow", long(), on_exit=bye())
        """
    )
    said = project.run("--timeout", "1")
    assert said.code == 1
    assert project.status() == "FAILED"
    assert "took longer than 1s" in said.err
    assert project.marks() == ["bye"]


def test_parameters_set_what_they_name(project: Project) -> None:
    code = """
        class SizeSettings(Settings):
            size: int = 1
            deep: bool = False
        class Make(Step):
            settings: SizeSettings
            def run(self) -> int:
                return self.settings.size
        size = Parameter("size", "make.size", default=3, choices=[3, 4])
        flow = Pipeline("flow", Make(), parameters=[size, Parameter("deep", "make.deep")])
    """
    project.write(code)
    assert project.run().code == 0
    assert project.artifacts()["make"]["data.json"] == b"3\n"
    assert project.run("--param", "size=4").code == 0
    assert project.artifacts()["make"]["data.json"] == b"4\n"
    for words, message in [
        (("--param", "size=5"), "error[PG507]: --param size is none of the choices of parameter 'size'"),
        (("--param", "sise=4"), "error[PG772]: --param sise=4: pipeline 'flow' has no parameter 'sise'"),
        (("--param", "size"), "there is no value"),
        (("--param", "deep=yea"), "error[PG303]: --param deep must be true or false, not 'yea': it is field"),
    ]:
        said = project.run(*words)
        assert said.code == 2
        assert message in said.err
