"""`pipegen explain FILE PATH`: the line of code and the value that a place in a generated file comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_runs import pipegen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipegen.app.document_paths import documents

VALUES = """\
defaults:
  image: app:1
steps:
  score:
    env: {LEVEL: info}
argo:
  namespace: search
  provided: [FETCH__URL, FETCH__TOKEN]
cronjob:
  provided: [FETCH__URL, FETCH__TOKEN]
  ignore: [labels]
dvc:
  ignore: [image, env, memory, cpu, schedule, timezone, concurrency, deadline, pipeline_labels]
"""
PROD = """\
steps:
  score:
    image: score:2
"""
FILE = "reviews.workflow.yaml"


@pytest.fixture
def valued(project: Path) -> Path:
    (project / "values.yaml").write_text(VALUES, encoding="utf-8")
    (project / "prod.yaml").write_text(PROD, encoding="utf-8")
    text = (project / "reviews.py").read_text(encoding="utf-8")
    text = text.replace("fetch = Fetch()", 'fetch = Fetch(\n    timeout="5m",\n)')
    text = text.replace('score."""\n', 'score."""\n\n    labels = {"team": "search"}\n')
    (project / "reviews.py").write_text(text, encoding="utf-8")
    generate(project, "-b", "argo", "-b", "dvc", "-b", "cronjob")
    return project


def generate(folder: Path, *words: str) -> None:
    said = pipegen(folder, "generate", "reviews.py", "-f", "values.yaml", "-f", "prod.yaml", *words)
    assert said.code == 0, said.err


def explained(folder: Path, file: str, path: str) -> Any:
    said = pipegen(folder, "explain", file, path, "--json")
    assert said.code == 0, said.err
    return said.data


def line_with(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if text in line)


FROM = [
    # place, what it comes from, the file and the text of the line
    (FILE, "metadata.namespace", "argo.namespace", "values.yaml", "namespace:"),
    (FILE, "spec.templates[name=fetch].container.image", "defaults.image", "values.yaml", "image:"),
    (FILE, "spec.templates[name=score].container.image", "steps.score.image", "prod.yaml", "image:"),
    (FILE, "spec.templates[1].activeDeadlineSeconds", "task fetch: timeout", "reviews.py", "timeout="),
    (FILE, "spec.templates[2].metadata.labels.team", "task score: labels.team", "reviews.py", "labels ="),
    (FILE, "spec.arguments.parameters[0].value", "parameter limit: default", "reviews.py", "default=20"),
    (FILE, "metadata.generateName", "pipeline reviews: name", "reviews.py", 'Pipeline("reviews"'),
    ("dvc.yaml", "stages.score.desc", "step score: doc", "reviews.py", "class Score"),
    (
        "reviews.job.yaml",
        "spec.template.spec.containers[0].image",
        "steps.score.image",
        "prod.yaml",
        "image:",
    ),
]


@pytest.mark.parametrize(("file", "path", "what", "source", "text"), FROM)
def test_a_place_comes_from_one_line(
    valued: Path, file: str, path: str, what: str, source: str, text: str
) -> None:
    (one,) = [each for each in explained(valued, file, path)["from"] if each["kind"] != "task"]
    assert (one["what"], one["file"]) == (what, source)
    assert abs(one["line"] - line_with(valued, source, text)) <= (8 if "doc" in what else 0)


def test_the_task_and_the_backend_are_named(valued: Path) -> None:
    found = explained(valued, FILE, "spec.templates[name=score].container.image")
    assert (found["backend"], found["pipeline"], found["value"]) == ("argo", "reviews", "score:2")
    assert found["task"]["what"] == "task score"
    assert found["task"]["line"] == line_with(valued, "reviews.py", "Score()")
    assert (found["complete"], found["stale"]) == (True, False)


def test_a_command_comes_from_all_that_it_is_made_of(valued: Path) -> None:
    found = explained(valued, "dvc.yaml", "stages.fetch.cmd")
    whats = [one["what"] for one in found["from"]]
    assert "task fetch: timeout" in whats
    assert "step fetch: entrypoint" in whats
    assert not any(one["kind"] == "values" for one in found["from"])


def test_what_only_the_backend_says_is_said(valued: Path) -> None:
    said = pipegen(valued, "explain", FILE, "spec.podGC.strategy")
    assert said.code == 0
    assert said.out == (
        "spec.podGC.strategy: OnPodSuccess\n\n"
        "from     what                                                      where\n"
        "backend  argo, for pipeline reviews: whatever values and code say  -\n"
    )


def test_a_key_that_values_name_decides_that_it_is_there(valued: Path) -> None:
    found = explained(valued, FILE, "spec.templates[name=score].container.env[name=LEVEL].name")
    assert [one["what"] for one in found["there_by"]] == ["steps.score.env.LEVEL"]


def test_a_person_reads_a_table(valued: Path) -> None:
    said = pipegen(valued, "explain", FILE, "spec.templates[name=score].container.image")
    line = line_with(valued, "reviews.py", "Score()")
    assert said.out == (
        "spec.templates[name=score].container.image: score:2\n\n"
        "from     what                         where\n"
        "values   steps.score.image = score:2  prod.yaml:3:12\n"
        f"code     task score                   reviews.py:{line}\n"
        "backend  argo, for pipeline reviews   -\n"
    )


def test_a_file_elsewhere_is_explained_from_anywhere(valued: Path) -> None:
    generate(valued, "-b", "argo", "--out", "deploy")
    found = explained(valued / "deploy", FILE, "metadata.namespace")
    assert [(one["what"], one["file"]) for one in found["from"]] == [("argo.namespace", "values.yaml")]
    said = pipegen(valued / "deploy", "explain", FILE, "metadata.namespace")
    assert "  ../values.yaml:7:14\n" in said.out


def test_a_stale_place_is_said(valued: Path) -> None:
    text = (valued / "values.yaml").read_text(encoding="utf-8").replace("search", "other")
    (valued / "values.yaml").write_text(text, encoding="utf-8")
    said = pipegen(valued, "explain", FILE, "metadata.namespace")
    assert said.out.startswith("metadata.namespace: other\n")
    assert said.err == f"{FILE} is stale there: this is what would be generated now\n"


def test_a_stage_of_a_shared_file_is_found_in_its_own_part(two: Path) -> None:
    assert pipegen(two, "generate", "two.py", "-b", "dvc").code == 0
    for name in ("by-day", "by-night"):
        found = explained(two, "dvc.yaml", f"stages.{name}.cmd")
        assert found["task"]["what"] == f"task {name}"


WRONG = [
    (FILE, "spec.namespace", "PG375", "there is no 'spec.namespace': spec has no 'namespace'"),
    (FILE, "spec.templates[9]", "PG375", "spec.templates is a list of 3"),
    (FILE, "spec.templates[name=scor].container", "PG375", "did you mean 'score'?"),
    (FILE, "metadata.namespace.first", "PG375", "metadata.namespace holds nothing further"),
    ("reviews.py", "a.b", "PG374", "'reviews.py' was not generated by pipegen"),
    ("nowhere.yaml", "a.b", "PG196", "there is no file 'nowhere.yaml'"),
]


@pytest.mark.parametrize(("file", "path", "code", "message"), WRONG)
def test_what_cannot_be_explained_is_said(
    valued: Path, file: str, path: str, code: str, message: str
) -> None:
    said = pipegen(valued, "explain", file, path)
    assert (said.code, said.out) == (2, "")
    assert f"error[{code}]: " in said.err
    assert message in said.err


def test_a_file_without_a_place_is_not_taken_for_a_code(valued: Path) -> None:
    said = pipegen(valued, "explain", FILE)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"error[PG376]: which place in '{FILE}' is meant?")


def test_a_file_that_is_no_longer_generated_is_said(valued: Path) -> None:
    (valued / FILE).rename(valued / "old.workflow.yaml")
    said = pipegen(valued, "explain", "old.workflow.yaml", "metadata.name")
    assert said.code == 2
    assert "error[PG377]: its command no longer generates 'old.workflow.yaml'" in said.err


@pytest.mark.parametrize("text", ["all:\n\tmake\n", "- [", "only words\n", ""])
def test_what_is_not_keys_and_values_has_no_places(text: str) -> None:
    assert documents(text) is None


# Each of these sets one place, whatever else is set beside it.
SETTINGS: list[tuple[str, list[str], str]] = [
    ("argo.namespace", ["prod", "team-7"], "metadata.namespace"),
    ("argo.name", ["scores", "r2"], "metadata.generateName"),
    ("argo.service_account", ["runner", "bot9"], "spec.serviceAccountName"),
    ("steps.fetch.image", ["f:1", "reg.example.com/f:1.9"], "spec.templates[name=fetch].container.image"),
    ("steps.score.image", ["s:1", "s:9"], "spec.templates[name=score].container.image"),
    ("steps.score.timeout", ["10m", "9s", "1h"], "spec.templates[name=score].activeDeadlineSeconds"),
    ("steps.fetch.retry.limit", ["1", "9"], "spec.templates[name=fetch].retryStrategy.limit"),
    (
        "steps.score.resources.memory",
        ["1Gi", "900Mi"],
        "spec.templates[name=score].container.resources.limits.memory",
    ),
    (
        "steps.score.env.MODE",
        ["fast", "true", "9"],
        "spec.templates[name=score].container.env[name=MODE].value",
    ),
    ("steps.fetch.labels.team", ["a", "b9"], "spec.templates[name=fetch].metadata.labels.team"),
    ("pipelines.reviews.deadline", ["6h", "90s"], "spec.activeDeadlineSeconds"),
    ("pipelines.reviews.labels.owner", ["me", "x1"], "metadata.labels.owner"),
    (
        "pipelines.reviews.description",
        ["Daily.", "9"],
        'metadata.annotations["workflows.argoproj.io/description"]',
    ),
    ("pipelines.reviews.parameters.limit.default", ["7", "9"], "spec.arguments.parameters[name=limit].value"),
]
chosen = st.lists(st.sampled_from(range(len(SETTINGS))), min_size=1, unique=True)


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(chosen, st.data())
def test_law_explain_names_exactly_the_value_that_was_set(
    valued: Path, numbers: list[int], data: st.DataObject
) -> None:
    asked = SETTINGS[data.draw(st.sampled_from(numbers))]
    layers: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    owner = {}
    for number in numbers:
        key, texts, _ = SETTINGS[number]
        owner[key] = data.draw(st.sampled_from([0, 1]))
        put(layers[owner[key]], key.split("."), data.draw(st.sampled_from(texts)))
    put(layers[0], ["defaults", "image"], "app:1")
    put(layers[0], ["argo", "provided"], ["FETCH__URL", "FETCH__TOKEN"])
    for name, layer in zip(("values.yaml", "prod.yaml"), layers, strict=True):
        (valued / name).write_text(json.dumps(layer, indent=1) if layer else "{}", encoding="utf-8")
    generate(valued, "-b", "argo")
    found = explained(valued, FILE, asked[2])
    values = [(one["what"], one["file"]) for one in found["from"] if one["kind"] == "values"]
    assert values == [(asked[0], ("values.yaml", "prod.yaml")[owner[asked[0]]])]
    assert {one["kind"] for one in found["from"]} == {"values"}


def put(layer: dict[str, Any], keys: list[str], value: object) -> None:
    for key in keys[:-1]:
        layer = layer.setdefault(key, {})
    layer[keys[-1]] = value


def test_a_patch_of_an_overlay_is_about_the_object_that_it_changes(valued: Path) -> None:
    kustomize = "argo:\n  generate_name: false\n  companions: {layout: kustomize}\n"
    (valued / "values.yaml").write_text(VALUES.replace("argo:\n", kustomize), encoding="utf-8")
    overlay = "argo:\n  companions: {overlay: prod, network_policy: {}}\n"
    (valued / "prod.yaml").write_text(PROD + overlay, encoding="utf-8")
    generate(valued, "-b", "argo")
    folder = "reviews/overlays/prod"
    patch = f"{folder}/workflow.reviews.patch.yaml"
    found = explained(valued, patch, "[0].value")
    assert (found["path"], found["value"]) == ("spec.templates[name=score].container.image", "score:2")
    assert "prod.yaml" in [one["file"] for one in found["from"]]
    assert explained(valued, f"{folder}/reviews.networkpolicy.yaml", "kind")["value"] == "NetworkPolicy"
    for file, path, words in (
        (patch, "[0]", "there is no value '[0]' in a patch"),
        (f"{folder}/kustomization.yaml", "resources[0]", "lists what an overlay changes"),
    ):
        said = pipegen(valued, "explain", file, path)
        assert said.code == 2 and "PG375" in said.err and words in said.err
