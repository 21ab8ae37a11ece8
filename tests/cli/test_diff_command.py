"""`pipegen diff`: what changed, in words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_runs import Said, pipegen

IMAGE = "defaults: {image: 'app:1'}\ndvc: {ignore: [image, memory, cpu, schedule, pipeline_labels, env]}\n"
IMAGE += "argo: {provided: [FETCH__URL, FETCH__TOKEN]}\n"


@pytest.fixture
def valued(project: Path) -> Path:
    """The project with values, and a git repository around it."""
    (project / "values.yaml").write_text(IMAGE, encoding="utf-8")
    commit(project, init=True)
    return project


def commit(folder: Path, *, init: bool = False) -> None:
    own = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in ([["init", "-q"]] if init else []) + [["add", "-A"], ["commit", "-qm", "one"]]:
        subprocess.run([*own, *words], cwd=folder, check=True, capture_output=True)


def edit(folder: Path, old: str, new: str, file: str = "reviews.py") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


VALUES = [
    ("defaults.image=app:2", "image changed on 2 tasks (fetch, score): app:1 -> app:2"),
    ("steps.score.resources.memory=4Gi", "task score: memory none -> 4Gi"),
    ("steps.score.env.LEVEL=debug", "task score: env.LEVEL none -> debug"),
    ("pipelines.reviews.schedule=0 5 * * *", "schedule none -> 0 5 * * *"),
    ("pipelines.reviews.labels.team=search", "labels.team none -> search"),
    ("pipelines.reviews.parameters.limit.default=7", "parameter limit: default 20 -> 7"),
    ("dvc.artifacts=out", "dvc.artifacts: none -> out"),
]


@pytest.mark.parametrize(("setting", "sentence"), VALUES)
def test_each_change_of_values_is_one_sentence(valued: Path, setting: str, sentence: str) -> None:
    words = ("diff", "reviews.py", "-b", "dvc", "--against-values", "values.yaml", "--set", setting)
    said = pipegen(valued, *words, "-f", "values.yaml")
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[:2] == ["pipeline reviews", f"  {sentence}"]
    assert [one for one in lines[2:] if not one.startswith("files changed: ")] == []


def test_what_is_named_against_comes_first(valued: Path) -> None:
    words = ("diff", "reviews.py", "-f", "values.yaml", "--against-values", "values.yaml")
    said = pipegen(valued, *words, "--against-set", "defaults.image=old:1")
    assert said.out == "pipeline reviews\n  image changed on 2 tasks (fetch, score): old:1 -> app:1\n"


CODE = [
    (
        'Pipeline("reviews", score',
        'Pipeline("reviews", score, schedule="0 4 * * *"',
        "schedule none -> 0 4 * * *",
    ),
    ("Field(100, ge=1)", "Field(200, ge=1)", "step fetch: setting limit.default 100 -> 200"),
    ("fetch = Fetch()", 'fetch = Fetch(timeout="5m")', "task fetch: timeout none -> 5m"),
    ("default=20", "default=30", "parameter limit: default 20 -> 30"),
    ("Give each review a score.", "Score each.", "step score: doc Give each review a score. -> Score each."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), CODE)
def test_each_change_of_code_since_a_revision_is_one_sentence(
    valued: Path, old: str, new: str, sentence: str
) -> None:
    edit(valued, old, new)
    said = pipegen(valued, "diff", "reviews.py", "-b", "dvc", "--rev", "HEAD")
    assert said.err == ""
    assert said.out.splitlines()[:2] == ["pipeline reviews", f"  {sentence}"]


def test_tasks_that_come_go_and_are_fed_otherwise_are_said(valued: Path) -> None:
    edit(valued, "score = fetch >> Score()", 'other = Fetch("other")\nscore = other >> Score()')
    edit(valued, "fetch.limit", "other.limit")
    edit(valued, "fetch = Fetch()\n", "")
    said = pipegen(valued, "diff", "reviews.py", "--rev", "HEAD")
    assert said.out.splitlines() == [
        "pipeline reviews",
        "  task removed: fetch",
        "  task score: input reviews fetch -> other",
        "  task added: other",
        "  parameter limit: sets fetch.limit -> other.limit",
    ]


def test_two_revisions_are_compared_and_the_work_tree_is_left_alone(valued: Path) -> None:
    edit(valued, "app:1", "app:2", "values.yaml")
    commit(valued)
    edit(valued, "app:2", "app:3", "values.yaml")
    sentences = [
        ("HEAD~1", "image changed on 2 tasks (fetch, score): app:1 -> app:3"),
        ("HEAD~1..HEAD", "image changed on 2 tasks (fetch, score): app:1 -> app:2"),
    ]
    for revisions, sentence in sentences:
        said = pipegen(valued, "diff", "reviews.py", "--rev", revisions)
        assert said == Said(0, f"pipeline reviews\n  {sentence}\n", "")
    trees = subprocess.run(
        ["git", "worktree", "list"], cwd=valued, capture_output=True, text=True, check=True
    )
    assert len(trees.stdout.splitlines()) == 1
    assert "app:3" in (valued / "values.yaml").read_text(encoding="utf-8")


def test_committed_files_are_compared_with_what_would_be_generated(valued: Path) -> None:
    pipegen(valued, "generate", "reviews.py", "-b", "argo", "-b", "dvc")
    same = pipegen(valued, "diff", "reviews.py", "-b", "argo", "-b", "dvc", "--check")
    assert same == Said(0, "", "no difference\n")
    edit(valued, "app:1", "app:2", "values.yaml")
    edit(valued, "fetch = Fetch()", 'fetch = Fetch(timeout="5m")')
    said = pipegen(valued, "diff", "reviews.py", "-b", "argo", "-b", "dvc", "--check")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[:3] == [
        "dvc.yaml",
        "  stages.fetch.cmd: artifacts/fetch -> artifacts/fetch --timeout 5m",
        "reviews.workflow.yaml",
    ]
    assert "  spec.templates[name=fetch].activeDeadlineSeconds: none -> 300" in lines
    (images,) = [one for one in lines if one.startswith("  image changed at ")]
    assert images.endswith("fetch, score): app:1 -> app:2")
    assert lines[-1] == "files changed: dvc.yaml, reviews.workflow.yaml"


def test_a_file_that_is_not_there_yet_is_a_difference(valued: Path) -> None:
    said = pipegen(valued, "diff", "reviews.py", "-b", "dvc", "--check")
    assert (said.code, said.out) == (1, "files added: dvc.yaml\n")


def test_the_unified_diff_stands_beside_the_words(valued: Path) -> None:
    words = ("diff", "reviews.py", "-b", "dvc", "--against-values", "values.yaml", "-f", "values.yaml")
    said = pipegen(valued, *words, "--set", "dvc.artifacts=out", "--text")
    assert "\n--- a/dvc.yaml\n+++ b/dvc.yaml\n" in said.out
    assert "\n-      - artifacts/fetch\n+      - out/fetch\n" in said.out


def test_json_says_the_same(valued: Path) -> None:
    words = ("diff", "reviews.py", "--against-values", "values.yaml", "--json", "--text")
    said = pipegen(valued, *words, "-f", "values.yaml", "--set", "defaults.image=app:2")
    assert said.data == {
        "differs": True,
        "changes": [
            {
                "pipeline": "reviews",
                "of": "task",
                "names": ["fetch", "score"],
                "what": "image",
                "before": "app:1",
                "after": "app:2",
                "sentence": "image changed on 2 tasks (fetch, score): app:1 -> app:2",
            }
        ],
        "edits": [],
        "files": [],
        "text": "",
    }


def test_equal_values_are_no_difference(valued: Path) -> None:
    words = ("--against-values", "values.yaml", "-f", "values.yaml", "--check")
    assert pipegen(valued, "diff", "reviews.py", *words) == Said(0, "", "no difference\n")


def test_a_pipeline_that_went_is_said(two: Path) -> None:
    commit(two, init=True)
    text = (
        (two / "two.py")
        .read_text(encoding="utf-8")
        .replace('night = Pipeline("night"', 'late = Pipeline("late"')
    )
    (two / "two.py").write_text(text, encoding="utf-8")
    said = pipegen(two, "diff", "two.py", "--rev", "HEAD")
    expected = "pipeline night\n  pipeline removed: night\npipeline late\n  pipeline added: late\n"
    assert said == Said(0, expected, "")


WRONG = [
    (("--rev", "nowhere"), "error[PG371]: revision 'nowhere' cannot be looked at: there is no commit"),
    (("--rev", "--all"), "error[PG371]: revision '--all' cannot be looked at"),
    (("--rev", "HEAD", "--against-values", "values.yaml"), "error[PG189]"),
    (("--rev", "HEAD", "-f", "broken.yaml"), "error[PG372]: at 'HEAD' "),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_what_cannot_be_compared_is_said(valued: Path, words: tuple[str, ...], message: str) -> None:
    (valued / "broken.yaml").write_text("defaults: {timeout: soon}\n", encoding="utf-8")
    commit(valued)
    said = pipegen(valued, "diff", "reviews.py", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(message)


def test_code_that_could_not_be_loaded_then_is_said(valued: Path) -> None:
    edit(valued, "fetch = Fetch()", "fetch = Fetch(")
    commit(valued)
    edit(valued, "fetch = Fetch(\n", "fetch = Fetch()\n")
    said = pipegen(valued, "diff", "reviews.py", "--rev", "HEAD")
    assert said.code == 2
    assert said.err.startswith("error[PG372]: at 'HEAD' ")


def test_outside_of_a_repository_there_is_no_revision(project: Path) -> None:
    said = pipegen(project, "diff", "reviews.py", "--rev", "HEAD")
    assert said.code == 2
    assert said.err.startswith("error[PG371]: git rev-parse failed: not a git repository")
