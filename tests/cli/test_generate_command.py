"""`pipegen generate`: what it writes, says and answers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml
from command_runs import Said, pipegen

DVC = ("--backend", "dvc")


def test_it_says_what_it_wrote_and_then_that_nothing_changed(project: Path) -> None:
    assert pipegen(project, "generate", "reviews.py", *DVC) == Said(0, "", "wrote dvc.yaml\n")
    assert pipegen(project, "generate", "reviews.py", *DVC) == Said(0, "", "1 file up to date\n")
    project.joinpath("values.yaml").write_text("dvc: {artifacts: out}\n", encoding="utf-8")
    assert pipegen(project, "generate", "reviews.py", *DVC) == Said(0, "", "updated dvc.yaml\n")


def test_check_shows_a_unified_diff_and_answers_1_when_files_are_stale(project: Path) -> None:
    missing = pipegen(project, "generate", "reviews.py", *DVC, "--check")
    assert missing.code == 1
    assert missing.out.startswith("--- /dev/null\n+++ b/dvc.yaml\n@@ ")
    assert not (project / "dvc.yaml").exists()
    pipegen(project, "generate", "reviews.py", *DVC)
    assert pipegen(project, "generate", "reviews.py", *DVC, "--check") == Said(0, "", "1 file up to date\n")
    stale = pipegen(project, "generate", "reviews.py", *DVC, "--check", "--set", "dvc.artifacts=out")
    assert stale.code == 1
    assert "\n-      - artifacts/fetch\n+      - out/fetch\n" in stale.out
    renew = "pipegen generate reviews.py --backend dvc --set dvc.artifacts=out"
    assert stale.err == f"1 file stale: dvc.yaml; to renew: {renew}\n"


def test_the_command_that_check_names_renews_the_files(project: Path) -> None:
    pipegen(project, "generate", "reviews.py", *DVC)
    said = pipegen(project, "generate", "reviews.py", *DVC, "--check", "--set", "dvc.artifacts=my out")
    words = said.err.partition("to renew: ")[2].split("\n")[0]
    import shlex

    assert pipegen(project, *shlex.split(words)[1:]).code == 0
    again = pipegen(project, "generate", "reviews.py", *DVC, "--check", "--set", "dvc.artifacts=my out")
    assert again.code == 0


def test_diff_shows_the_same_and_answers_0(project: Path) -> None:
    pipegen(project, "generate", "reviews.py", *DVC)
    before = (project / "dvc.yaml").read_bytes()
    options = ("--set", "dvc.artifacts=out")
    shown = pipegen(project, "generate", "reviews.py", *DVC, "--diff", *options)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == pipegen(project, "generate", "reviews.py", *DVC, "--check", *options).out
    assert (project / "dvc.yaml").read_bytes() == before


def test_stdout_prints_what_would_be_written(project: Path) -> None:
    shown = pipegen(project, "generate", "reviews.py", *DVC, "--stdout")
    assert (shown.code, shown.err) == (0, "")
    assert not (project / "dvc.yaml").exists()
    pipegen(project, "generate", "reviews.py", *DVC)
    assert shown.out == (project / "dvc.yaml").read_text(encoding="utf-8")


def test_json_says_what_became_of_each_file(project: Path) -> None:
    def states(*options: str) -> list[tuple[str, str]]:
        said = pipegen(project, "generate", "reviews.py", *DVC, "--json", *options)
        assert said.err == ""
        return [(one["path"], one["state"]) for one in said.data["files"]]  # type: ignore[index]

    assert states("--check") == [("dvc.yaml", "new")]
    assert states("--stdout") == [("dvc.yaml", "new")]
    assert not (project / "dvc.yaml").exists()
    assert states() == [("dvc.yaml", "new")]
    assert states() == [("dvc.yaml", "same")]
    assert states("--set", "dvc.artifacts=out") == [("dvc.yaml", "changed")]


def test_json_of_a_check_holds_the_difference_that_is_shown_without(project: Path) -> None:
    for option in ("--check", "--diff"):
        said = pipegen(project, "generate", "reviews.py", *DVC, "--json", option)
        (file,) = said.data["files"]  # type: ignore[index]
        assert file["diff"] == pipegen(project, "generate", "reviews.py", *DVC, option).out


def test_json_with_stdout_holds_the_text(project: Path) -> None:
    said = pipegen(project, "generate", "reviews.py", *DVC, "--json", "--stdout")
    (file,) = said.data["files"]  # type: ignore[index]
    assert file["text"] == pipegen(project, "generate", "reviews.py", *DVC, "--stdout").out


def test_out_is_a_folder_to_write_to(project: Path) -> None:
    assert (
        pipegen(project, "generate", "reviews.py", *DVC, "--out", "deploy").err == "wrote deploy/dvc.yaml\n"
    )
    stages = yaml.safe_load((project / "deploy" / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert stages["score"]["wdir"] == ".."
    assert pipegen(project, "generate", "reviews.py", *DVC, "--check", "-o", "deploy").code == 0


def test_several_pipelines_share_a_file(two: Path) -> None:
    assert pipegen(two, "generate", "two.py", *DVC).err == "wrote dvc.yaml\n"
    assert set(yaml.safe_load((two / "dvc.yaml").read_text(encoding="utf-8"))["stages"]) == {
        "by-day",
        "by-night",
    }
    pipegen(two, "generate", "two.py:day", *DVC, "--set", "dvc.artifacts=out")
    stages = yaml.safe_load((two / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert [stages[name]["outs"] for name in ("by-day", "by-night")] == [
        ["out/by-day"],
        ["artifacts/by-night"],
    ]


BOTH = (*DVC, "--backend", "argo", "--set", "defaults.image=registry.example.com/app:1")
BOTH += ("--set", "dvc.ignore=[image]")
FILES = ["day.workflow.yaml", "dvc.yaml", "night.workflow.yaml"]


def test_several_backends_write_in_one_go(two: Path) -> None:
    said = pipegen(two, "generate", "two.py", *BOTH)
    assert said.code == 0, said.err
    assert said.err.splitlines() == [f"wrote {file}" for file in FILES]


def test_several_files_on_stdout_are_each_named(two: Path) -> None:
    said = pipegen(two, "generate", "two.py", *BOTH, "--stdout")
    assert said.code == 0, said.err
    named = [line for line in said.out.splitlines() if line.startswith("---  #")]
    assert named == [f"---  # {file}" for file in FILES]
    assert len([one for one in yaml.safe_load_all(said.out) if one]) == 3


def test_what_the_project_says_need_not_be_said_again(project: Path) -> None:
    table = '[tool.pipegen]\ntarget = "reviews.py"\nbackend = "dvc"\n'
    project.joinpath("pyproject.toml").write_text(table, encoding="utf-8")
    assert pipegen(project, "generate").err == "wrote dvc.yaml\n"
    assert pipegen(project, "generate", "--check").code == 0


def test_a_project_may_name_several_backends(two: Path) -> None:
    table = '[tool.pipegen]\ntarget = "two.py"\nbackend = ["dvc", "argo"]\n'
    two.joinpath("pyproject.toml").write_text(table, encoding="utf-8")
    assert pipegen(two, "generate", *BOTH[4:]).err.splitlines() == [f"wrote {file}" for file in FILES]


FOREIGN = "apiVersion: v1\nkind: ConfigMap\n"


def test_force_overwrites_what_pipegen_did_not_write(two: Path) -> None:
    file = two / "day.workflow.yaml"
    file.write_text(FOREIGN, encoding="utf-8")
    words = ("generate", "two.py:day", *BOTH[2:])
    refused = pipegen(two, *words)
    assert (refused.code, file.read_text(encoding="utf-8")) == (2, FOREIGN)
    assert "error[PG412]: 'day.workflow.yaml'" in refused.err
    shown = pipegen(two, *words, "--stdout")
    assert (shown.code, file.read_text(encoding="utf-8")) == (0, FOREIGN)
    assert pipegen(two, *words, "--force") == Said(0, "", "updated day.workflow.yaml\n")
    assert file.read_text(encoding="utf-8") == shown.out


@pytest.mark.parametrize(
    "words", [("reviews.py",), ("reviews",), ("reviews.py:reviews",), ("reviews:score",)]
)
def test_a_target_is_a_file_or_a_module_with_or_without_a_name(project: Path, words: tuple[str]) -> None:
    said = pipegen(project, "generate", *words, *DVC)
    assert said.code == (2 if words == ("reviews:score",) else 0)


def from_elsewhere(start: Path, target: str) -> str:
    """What generating from a folder leaves in the project."""
    said = pipegen(start, "generate", target, *DVC)
    assert said.code == 0, said.err
    return said.err


def test_files_are_the_same_from_whatever_folder_the_command_runs_in(project: Path) -> None:
    assert from_elsewhere(project, "reviews.py") == "wrote dvc.yaml\n"
    expected = (project / "dvc.yaml").read_bytes()
    below = project / "notes" / "deep"
    below.mkdir(parents=True)
    for start, target, wrote in (
        (below, "../../reviews.py", "wrote ../../dvc.yaml\n"),
        (project.parent, "acme/reviews.py", "wrote acme/dvc.yaml\n"),
        (Path("/"), str(project / "reviews.py"), f"wrote {os.path.relpath(project / 'dvc.yaml', '/')}\n"),
    ):
        (project / "dvc.yaml").unlink()
        assert from_elsewhere(start, target) == wrote
        assert (project / "dvc.yaml").read_bytes() == expected


def test_a_linked_project_is_the_same_project(project: Path, tmp_path: Path) -> None:
    from_elsewhere(project, "reviews.py")
    expected = (project / "dvc.yaml").read_bytes()
    (project / "dvc.yaml").unlink()
    link = tmp_path / "link"
    link.symlink_to(project, target_is_directory=True)
    from_elsewhere(link, "reviews.py")
    assert (project / "dvc.yaml").read_bytes() == expected
    (project / "dvc.yaml").unlink()
    from_elsewhere(tmp_path, "link/reviews.py")
    assert (project / "dvc.yaml").read_bytes() == expected


def test_a_copied_project_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(project, copy)
    from_elsewhere(project, "reviews.py")
    from_elsewhere(copy, "reviews.py")
    assert (copy / "dvc.yaml").read_bytes() == (project / "dvc.yaml").read_bytes()


def test_an_exported_pipeline_is_a_target_like_its_source(project: Path) -> None:
    assert pipegen(project, "export", "reviews.py", "--out", "reviews.json").err == "wrote reviews.json\n"
    (project / "reviews.py").rename(project / "gone.py")
    said = pipegen(project, "generate", "reviews.json", *DVC)
    assert (said.code, said.err) == (0, "wrote dvc.yaml\n")


def test_what_a_module_prints_when_it_is_imported_is_talk_and_no_data(project: Path) -> None:
    source = project / "reviews.py"
    source.write_text("print('hello')\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
    said = pipegen(project, "export", "reviews.py")
    assert said.err == "hello\n"
    assert said.data["name"] == "reviews"  # type: ignore[index]


def test_places_are_named_as_the_current_folder_sees_them(project: Path) -> None:
    source = project / "reviews.py"
    source.write_text(source.read_text(encoding="utf-8") + "\nfetch >> Score('late')\n", encoding="utf-8")
    below = project / "notes"
    below.mkdir()
    assert pipegen(below, "check", "../reviews.py").err.startswith("../reviews.py:36: error[PG129]: 'late'")
    assert "\n   36 | fetch >> Score('late')\n" in pipegen(below, "check", "../reviews.py").err
    assert pipegen(project.parent, "check", "acme/reviews.py").err.startswith("acme/reviews.py:36: error")


@pytest.mark.parametrize(
    "command", ["generate --backend dvc --stdout", "check --backend dvc", "graph", "inspect"]
)
def test_one_of_two_pipelines_lives_with_values_that_speak_of_both(two: Path, command: str) -> None:
    values = "pipelines: {day: {deadline: 1h}, night: {deadline: 2h}}\nsteps: {by-night: {timeout: 1h}}\n"
    (two / "values.yaml").write_text(f"{values}dvc: {{ignore: [deadline]}}\n", encoding="utf-8")
    name, *words = command.split()
    said = pipegen(two, name, "two.py:day", *words)
    assert said.code == 0, said.err
    assert "by-night" not in said.out
    (two / "values.yaml").write_text("pipelines: {dya: {deadline: 1h}}\n", encoding="utf-8")
    wrong = pipegen(two, name, "two.py:day", *words)
    assert "there is no pipeline 'dya'" in wrong.err and "did you mean 'day'?" in wrong.err
