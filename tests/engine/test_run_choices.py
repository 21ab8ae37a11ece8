"""Which tasks run, in how many processes, and how they are kept apart."""

from __future__ import annotations

import json
import re

import pytest
from command_runs import pipegen
from engine_project import Project

DIAMOND = """
    @step
    def top() -> int:
        mark("top")
        return 1
    @step
    def side(x: int) -> int:
        mark("side")
        return x + 1
    @step
    def end(a: int, b: int) -> int:
        mark("end")
        return a + b
    t = top()
    flow = Pipeline("flow", end(a=side("left", x=t), b=side("right", x=t)))
"""


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        (("--step", "left"), {"left"}),
        (("--step", "left", "--step", "end"), {"left", "end"}),
        (("--from", "left"), {"left", "end"}),
        (("--to", "left"), {"top", "left"}),
        (("--from", "left", "--to", "end"), {"left", "end"}),
        ((), {"top", "left", "right", "end"}),
    ],
)
def test_parts_of_a_pipeline(project: Project, words: tuple[str, ...], tasks: set[str]) -> None:
    project.write(DIAMOND).run()
    project.marks()
    said = project.run("--force", *words)
    assert said.code == 0, said.err
    assert set(project.tasks()) == tasks
    assert len(project.marks()) == len(tasks)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--step", "lft"), "error[PG770]: --step lft: pipeline 'flow' has no task 'lft'"),
        (("--from", "ende"), "did you mean 'end'?"),
        (("--from", "end", "--to", "top"), "error[PG771]: nothing lies between 'end' and 'top'"),
        (("--step", "end"), "error[PG773]: nothing is there of what task 'left' hands on"),
        (("-j", "0"), "error[PG775]: -j 0: at least one task must run at a time"),
        (("--timeout", "soon"), "write a time like 90s"),
        (("--isolation", "thread"), "error[PG186]: '--isolation' does not take 'thread'"),
        (("--isolation", "proces"), "did you mean 'process'?"),
        (
            ("--step", "end", "--to", "left"),
            "none of the tasks that --step names is among those up to 'left'",
        ),
        (("--timeout", "0s"), "error[PG775]: --timeout 0s: the run would be over before it begins"),
        (("--catch-up",), "error[PG189]: --catch-up does nothing without --schedule"),
        (("--resume", "lats"), "did you mean 'last'?"),
        (("--resume", "2019"), "hint: pipegen runs list shows them; 'last' is the newest"),
        (("--dry-run", "--schedule"), "cannot go together"),
        (("--root", "nowhere"), "error[PG186]: '--root' takes a folder, and 'nowhere' is not there"),
        (("--root", "flow.py"), "error[PG186]: '--root' takes a folder, and 'flow.py' is a file"),
        (
            ("--isolation", "process", "--runner", "docker", "--runner-set", "image=a"),
            "error[PG189]: --isolation: unknown key 'isolation'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(project: Project, words: tuple[str, ...], message: str) -> None:
    said = project.write(DIAMOND).run(*words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err
    assert project.marks() == []


def test_what_a_part_lacks_is_made_by_what_the_hint_says(project: Project) -> None:
    said = project.write(DIAMOND).run("--from", "left")
    assert "nothing is there of what task 'top' hands on" in said.err
    said = project.run("--step", "end")
    for hint in ("--to left", "--to right"):
        assert f"hint: make it first, with all that comes before it: {hint}" in said.err
        assert project.run(*hint.split()).code == 0
    assert project.run("--step", "end").code == 0


def test_a_part_that_failed_is_continued_as_that_part(project: Project) -> None:
    code = DIAMOND.replace('mark("end")', 'mark("end")\n        open("there")')
    project.write(code).run()
    assert project.run("--step", "end").code == 1
    project.marks()
    (project.folder / "there").touch()
    assert project.run("--resume", "last").code == 0
    assert project.tasks() == {"end": "SUCCESS"}
    assert project.marks() == ["end"]


def test_a_run_that_failed_is_not_continued_as_less_than_it_was(project: Project) -> None:
    project.write(DIAMOND.replace('mark("end")', 'raise ValueError("no luck")')).run()
    said = project.run("--resume", "last", "--step", "left")
    assert said.code == 2
    assert "cannot be continued with another part than before: it was for the whole pipeline" in said.err
    assert project.status() == "FAILED"


def test_what_is_offered_after_a_run_was_continued_can_be_typed(project: Project) -> None:
    code = """
        class SplitSettings(Settings):
            by: int = 1
        class Split(Step):
            settings: SplitSettings
            def run(self) -> int:
                return 1 // self.settings.by
        flow = Pipeline("flow", Split(), parameters=[Parameter("by", "split.by")])
    """
    project.write(code).run("--param", "by=0")
    below = project.folder / "below"
    below.mkdir()
    said = pipegen(below, "run", "--resume", "last")
    (offered,) = re.findall("again: pipegen (.*)", said.err)
    assert offered == "run ../flow.py:flow --param by=0 --from split"
    assert "integer division" in pipegen(below, *offered.split()).err
    assert project.run("--resume", "last", "--param", "by=1").code == 0
    assert json.loads(pipegen(below, "runs", "show", "--json").out)["parameters"] == {"by": "1"}


def test_a_secret_that_was_given_is_neither_remembered_nor_left_out_unsaid(project: Project) -> None:
    code = """
        class Api(BaseModel):
            url: str = "u"
            token: SecretStr = SecretStr("")
        class CallSettings(Settings):
            api: Api = Api()
        class Call(Step):
            settings: CallSettings
            def run(self) -> int:
                return len(self.settings.api.token.get_secret_value()) // int(os.environ["BY"])
        flow = Pipeline("flow", Call(), parameters=[Parameter("api", "call.api")])
    """
    api = 'api={"token": "hush-hush-hush"}'
    assert project.write(code).run("--param", api, env={"BY": "0"}).code == 1
    assert b"hush-hush" not in (project.folder / ".pipegen/history.db").read_bytes()
    said = project.run("--resume", "last", env={"BY": "1"})
    assert said.code == 2
    assert (
        "parameter 'api' was secret, and is not remembered\n  hint: say it again: --param api=..." in said.err
    )
    assert project.run("--resume", "last", "--param", api, env={"BY": "1"}).code == 0
    assert project.artifacts()["call"]["data.json"] == b"14\n"


def test_one_of_several_pipelines_has_to_be_named(project: Project) -> None:
    project.write(DIAMOND + '\n    other = Pipeline("other", top("o"))\n')
    said = project.run()
    assert said.code == 2
    assert "flow.py:flow" in said.err


@pytest.mark.parametrize(
    "name", ["my-flow.py", "2024.py", "a.b.py", "pkg/my-flow.py", "pkg/c.d.py", "a b/my flow.py"]
)
def test_a_file_may_have_a_name_that_no_module_has(project: Project, name: str) -> None:
    file = project.write(DIAMOND).folder / name
    file.parent.mkdir(exist_ok=True)
    (project.folder / "flow.py").rename(file)
    if name.startswith("pkg"):
        (file.parent / "__init__.py").touch()
    for isolation in ("fork", "process"):
        said = pipegen(project.folder, "run", name, "--force", "--isolation", isolation)
        assert said.code == 0, said.err
    generated = pipegen(project.folder, "generate", name, "--backend", "dvc", "--stdout").out
    assert f"{name}:top" in generated
    said = pipegen(project.folder, "exec", f"{name}:top", "--out", "out")
    assert said.code == 0, said.err


@pytest.mark.parametrize("isolation", ["fork", "process"])
def test_items_are_counted_however_a_task_runs(project: Project, isolation: str) -> None:
    project.write(
        """
        from collections.abc import Iterator
        @step
        def numbers() -> Iterator[int]:
            yield from range(3)
        flow = Pipeline("flow", numbers())
        """
    )
    found = json.loads(project.run("--isolation", isolation, "--json").out)
    assert found["tasks"]["numbers"]["rows"] == 3


def test_tasks_run_side_by_side(project: Project) -> None:
    project.write(
        """
        @step
        def meet(other: str | None = None) -> int:
            me = workdir().parent.parent.name
            return 1
        class WaitSettings(Settings):
            me: str = ""
        def wait(me, other):
            Path(me).touch()
            for _ in range(200):
                if Path(other).exists():
                    return 1
                time.sleep(0.05)
            raise TimeoutError(f"{other} never came")
        @step
        def one() -> int:
            return wait("one.here", "two.here")
        @step
        def two() -> int:
            return wait("two.here", "one.here")
        flow = Pipeline("flow", one(), two())
        """
    )
    said = project.run("-j", "2")
    assert said.code == 0, said.err


def test_both_isolations_make_the_same(project: Project) -> None:
    project.write(DIAMOND).run()
    forked = project.artifacts()
    assert project.run("--isolation", "process", "--force").code == 0
    assert project.artifacts() == forked
    assert len(project.marks()) == 8


def test_tasks_do_not_see_what_others_did_to_their_process(project: Project) -> None:
    project.write(
        """
        seen = []
        @step
        def one() -> list[str]:
            seen.append("one")
            os.environ["SEEN"] = "one"
            os.chdir("/")
            return list(seen)
        @step
        def two(x: list[str]) -> list[str]:
            seen.append("two")
            return [*seen, os.environ.get("SEEN", "nothing"), str(Path("flow.py").exists())]
        flow = Pipeline("flow", two(x=one()))
        """
    )
    assert project.run("-j", "1").code == 0
    assert json.loads(project.artifacts()["two"]["data.json"]) == ["two", "nothing", "True"]


def test_a_step_has_a_scratch_folder_that_is_empty_and_gone_afterwards(project: Project) -> None:
    project.write(
        """
        @step
        def one() -> int:
            assert not list(workdir().iterdir())
            (workdir() / "deep").mkdir()
            (workdir() / "deep/file").touch()
            return 1
        flow = Pipeline("flow", one(), one("b"), one("c"))
        """
    )
    assert project.run("-j", "1").code == 0
    assert not list((project.folder / ".pipegen/runs").glob("*/work"))


@pytest.mark.parametrize("isolation", ["fork", "process"])
def test_what_tasks_write_can_be_shown_as_it_comes(project: Project, isolation: str) -> None:
    project.write(
        """
        class Login(Settings):
            token: SecretStr
        class Talks(Step):
            settings: Login
            def run(self) -> int:
                print("one line")
                print("and", self.settings.token.get_secret_value(), end="")
                return 1
        flow = Pipeline("flow", Talks())
        """
    )
    words = ("--runner", "local", "--runner-set", "output=stream", "--isolation", isolation)
    said = project.run(*words, env={"TALKS__TOKEN": "hush-hush"})
    assert said.code == 0, said.err
    assert "talks | one line\ntalks | and ***\n" in said.err
    said = project.run("--force", "--isolation", isolation, env={"TALKS__TOKEN": "hush-hush"})
    assert "one line" not in said.err


def test_a_task_may_be_killed_for_want_of_memory(project: Project) -> None:
    project.write(
        """
        @step
        def killed() -> int:
            os.kill(os.getpid(), signal.SIGKILL)
        @step
        def keeper() -> int:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        @step
        def good() -> int:
            return 1
        flow = Pipeline("flow", killed(), keeper(), good())
        """
    )
    said = project.run("--keep-going", "-j", "1")
    assert said.code == 1
    assert project.tasks() == {"killed": "FAILED", "keeper": "FAILED", "good": "SUCCESS"}
    assert "out of memory?" in said.err


def test_a_document_runs_as_well_as_the_code_it_came_from(project: Project) -> None:
    from command_runs import pipegen

    project.write(DIAMOND).run()
    expected = project.artifacts()
    exported = pipegen(project.folder, "export", "flow.py")
    (project.folder / "flow.json").write_text(exported.out)
    said = pipegen(project.folder, "run", "flow.json", "--force")
    assert said.code == 0, said.err
    assert project.artifacts() == expected


def test_what_a_module_made_is_there_for_every_task(project: Project) -> None:
    project.write(
        """
        from pathlib import Path
        from tempfile import TemporaryDirectory
        kept = TemporaryDirectory()
        @step
        def there(before: bool = True) -> bool:
            return before and Path(kept.name).is_dir()
        flow = Pipeline("flow", there("c", before=there("b", before=there("a"))))
        """
    )
    assert project.run("-j", "1").code == 0
    assert project.artifacts()["c"]["data.json"] == b"true\n"


def test_a_long_chain_alternates_between_processes_that_are_ready(project: Project) -> None:
    """While a task runs, the other slot gets ready for the next; whatever it read before, the task sees now."""
    project.write(
        """
        import os
        @step
        def link(before: int = 0) -> int:
            print(os.getppid(), os.getcwd())
            with open("seen", "a") as file:
                file.write(f"{before}\\n")
            return before + 1
        last = link("t0")
        for number in range(1, 20):
            last = link(f"t{number}", before=last)
        flow = Pipeline("flow", last)
        """
    )
    assert project.run("-j", "2").code == 0
    assert (project.folder / "seen").read_text().split() == [str(one) for one in range(20)]
    logs = sorted((project.folder / ".pipegen/runs").glob("*/logs/t*.1.log"))
    parents = {log.read_text().split()[0] for log in logs}
    assert len(logs) == 20
    assert len(parents) == 2
    assert not list((project.folder / ".pipegen/runs").glob("*/work"))
