"""values, backends, inspect, export, graph and explain: what they print, write and refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command_runs import Said, pipegen
from jsonschema import Draft202012Validator

from pipegen import registry, workdir
from pipegen.errors import PipegenError

BACKENDS = registry.names()


def test_values_init_writes_a_file_that_says_nothing_and_is_valid(project: Path) -> None:
    assert pipegen(project, "values", "init") == Said(0, "", "wrote values.yaml\n")
    assert pipegen(project, "check", "reviews.py").code == 0
    assert pipegen(project, "values", "show").out == "{}\n"
    text = (project / "values.yaml").read_text(encoding="utf-8")
    assert all(f"# {name}:" in text for name in BACKENDS)
    assert pipegen(project, "values", "init").code == 0  # nothing would change
    (project / "values.yaml").write_text("# mine\n", encoding="utf-8")
    assert pipegen(project, "values", "init").code == 2
    assert pipegen(project, "values", "init", "--force").code == 0
    assert (project / "values.yaml").read_text(encoding="utf-8") == text
    assert pipegen(project, "values", "init", "--out", "-").out == text


def test_inspect_and_check_tell_handlers_from_tasks(project: Path) -> None:
    code = (
        "from pipegen import Pipeline, step\n@step\ndef one() -> int: ...\n@step\ndef bye() -> None: ...\n"
        "p = Pipeline('p', one(), on_exit=bye(), schedule='0 4 * * *', timezone='Asia/Kolkata')\n"
    )
    (project / "p.py").write_text(code, encoding="utf-8")
    assert pipegen(project, "inspect", "p.py").out.splitlines()[-4:] == [
        "pipeline p: 1 task, at 0 4 * * * Asia/Kolkata",
        "task  step  inputs",
        "one   one   -",
        "bye   bye   on exit",
    ]
    assert pipegen(project, "check", "p.py").err == "1 pipeline with 1 task: nothing wrong\n"


def test_values_init_knows_one_backend_when_asked(project: Path) -> None:
    text = pipegen(project, "values", "init", "--out", "-", "--backend", "dvc").out
    assert "# dvc:" in text
    assert not any(f"\n# {name}:" in text for name in BACKENDS if name != "dvc")


def test_values_show_merges_files_and_options_and_says_where_each_value_comes_from(project: Path) -> None:
    (project / "values.yaml").write_text("dvc:\n  artifacts: out\n  remote: store\n", encoding="utf-8")
    (project / "more.yaml").write_text("dvc: {remote: other}\n", encoding="utf-8")
    (project / "words.txt").write_text("at night", encoding="utf-8")
    given = ("-f", "values.yaml", "-f", "more.yaml", "--set", "dvc.prefix=p-")
    given += ("--set-file", "pipelines.reviews.description=words.txt")
    merged = {
        "dvc": {"artifacts": "out", "remote": "other", "prefix": "p-"},
        "pipelines": {"reviews": {"description": "at night"}},
    }
    assert pipegen(project, "values", "show", *given, "--json").data == merged
    assert yaml.safe_load(pipegen(project, "values", "show", *given).out) == merged
    assert pipegen(project, "values", "show", *given, "--origin").out.splitlines() == [
        "key                            value     from",
        "dvc.artifacts                  out       values.yaml:2:14",
        "dvc.remote                     other     more.yaml:1:15",
        "dvc.prefix                     p-        --set dvc.prefix=p-",
        "pipelines.reviews.description  at night  --set-file pipelines.reviews.description=words.txt",
    ]


def test_values_schema_accepts_what_generate_accepts(project: Path) -> None:
    schema = pipegen(project, "values", "schema").data
    Draft202012Validator.check_schema(schema)  # type: ignore[arg-type]
    validator = Draft202012Validator(schema)  # type: ignore[arg-type]
    assert validator.is_valid({"dvc": {"artifacts": "out"}, "defaults": {"timeout": "1h"}})
    assert not validator.is_valid({"dvc": {"artefacts": "out"}})
    assert not validator.is_valid({"dcv": {}})


def test_backends_list_shows_each_with_what_it_makes(project: Path) -> None:
    rows = pipegen(project, "backends", "list", "--kind", "backend").out.splitlines()
    assert rows[0].split() == ["kind", "name", "from", "makes"]
    assert [row.split()[1] for row in rows[1:] if not row.startswith(" ")] == list(BACKENDS)
    records = pipegen(project, "backends", "list", "--kind", "backend", "--json").data
    assert [(one["name"], one["works"]) for one in records] == [(name, True) for name in BACKENDS]  # type: ignore[attr-defined]


def test_backends_list_shows_how_each_deals_with_each_feature(project: Path) -> None:
    matrix = pipegen(project, "backends", "list", "--features", "--json").data
    assert matrix["schedule"]["dvc"] == {  # type: ignore[index]
        "how": "refused",
        "note": "DVC runs when it is called; it has no scheduler",
    }
    assert all(set(row) == set(BACKENDS) for row in matrix.values())  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", BACKENDS)
def test_what_backends_create_writes_is_what_validate_and_the_schema_accept(name: str, project: Path) -> None:
    assert pipegen(project, "backends", "create", name, "--out", "config.yaml").err == "wrote config.yaml\n"
    assert pipegen(project, "backends", "validate", "config.yaml") == Said(
        0, "", f"config.yaml fits {name}\n"
    )
    text = (project / "config.yaml").read_text(encoding="utf-8")
    assert text == pipegen(project, "backends", "create", name).out
    schema = pipegen(project, "backends", "schema", name).data
    Draft202012Validator.check_schema(schema)  # type: ignore[arg-type]
    Draft202012Validator(schema).validate(yaml.safe_load(text))  # type: ignore[arg-type]


def test_validate_takes_a_config_with_its_type_or_a_whole_values_file(project: Path) -> None:
    config = project / "config.yaml"
    config.write_text("type: dvc\nartifacts: out\n", encoding="utf-8")
    assert pipegen(project, "backends", "validate", "config.yaml").code == 0
    assert pipegen(project, "backends", "validate", "config.yaml", "--backend", "dvc").code == 0
    config.write_text("artifacts: out\n", encoding="utf-8")
    assert pipegen(project, "backends", "validate", "config.yaml", "--backend", "dvc").code == 0
    assert pipegen(project, "backends", "validate", "config.yaml").code == 2
    config.write_text("dvc: {artifacts: out}\ndefaults: {timeout: 1h}\n", encoding="utf-8")
    assert pipegen(project, "backends", "validate", "config.yaml").err == "config.yaml fits dvc\n"


BROKEN = "[pipegen.backends]\nbroken = acme_broken:Backend\nhalf = acme_half:Backend\n"


def test_a_backend_that_cannot_be_loaded_says_why_and_spoils_no_other(project: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    (place / "acme-1.0.dist-info").mkdir(parents=True)
    (place / "acme-1.0.dist-info" / "entry_points.txt").write_text(BROKEN, encoding="utf-8")
    (place / "acme_broken.py").write_text("import nowhere_to_be_found\n", encoding="utf-8")
    (place / "acme_half.py").write_text("class Backend:\n    name = 'half'\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(place)}

    def run(*words: str) -> Said:
        command = [sys.executable, "-m", "pipegen", *words]
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    listed = {one["name"]: one for one in run("backends", "list", "--json").data}  # type: ignore[attr-defined]
    assert {name for name, one in listed.items() if not one["works"]} == {"broken", "half"}
    assert "nowhere_to_be_found" in listed["broken"]["summary"]
    assert run("generate", "reviews.py", "--backend", "dvc").code == 0
    assert run("values", "schema").code == 0
    refused = run("generate", "reviews.py", "--backend", "broken", "--backend", "half")
    assert refused.code == 2
    assert [line.partition(": ")[0] for line in refused.err.splitlines() if "error[" in line] == [
        "error[PG182]"
    ] * 2


def test_outside_of_a_task_there_is_no_scratch_folder() -> None:
    with pytest.raises(PipegenError, match="PG314"):
        workdir()


def test_inspect_shows_steps_and_tasks(project: Path) -> None:
    said = pipegen(project, "inspect", "reviews.py")
    assert said == Said(
        0,
        "step   mode   takes               returns    does\n"
        "fetch  batch  -                   list[str]  Download the reviews.\n"
        "score  batch  reviews: list[str]  list[int]  Give each review a score.\n"
        "\n"
        "pipeline reviews: 2 tasks\n"
        "task   step   inputs\n"
        "fetch  fetch  -\n"
        "score  score  reviews <- fetch\n",
        "",
    )


VALUES = """\
defaults: {image: "a:1"}
steps: {fetch: {retry: {limit: 2, backoff: 5s}, timeout: 90, env: {TZ: UTC}}}
pipelines: {reviews: {schedule: "@daily"}}
"""


def test_inspect_shows_what_values_make_of_a_pipeline(project: Path) -> None:
    (project / "values.yaml").write_text(VALUES, encoding="utf-8")
    said = pipegen(project, "inspect", "reviews.py", "--set", "steps.score.timeout=2h")
    assert said.out.endswith(
        "\n"
        "pipeline reviews: 2 tasks, at @daily\n"
        "task   step   inputs            options\n"
        "fetch  fetch  -                 retry 2; timeout 1m30s; image a:1; env TZ\n"
        "score  score  reviews <- fetch  timeout 2h; image a:1\n"
    )
    (described,) = pipegen(project, "inspect", "reviews.py", "--json").data["pipelines"]  # type: ignore[call-overload, index]
    assert [task["options"] for task in described["tasks"]] == [
        {
            "retry": {"limit": 2, "backoff": "5s"},
            "timeout": "1m30s",
            "image": "a:1",
            "env": {"TZ": "UTC"},
        },
        {"image": "a:1"},
    ]


def test_a_picture_shows_what_values_make_of_a_pipeline(project: Path) -> None:
    (project / "values.yaml").write_text(VALUES, encoding="utf-8")
    plain = pipegen(project, "graph", "reviews.py").out
    assert "@daily" in plain and "[retry 2] [timeout 1m30s]" in plain
    (project / "slow.yaml").write_text("steps: {score: {timeout: 2h}}\n", encoding="utf-8")
    words = ("-f", "values.yaml", "-f", "slow.yaml", "--set", "steps.fetch.timeout=1h", "--format")
    for form in ("text", "svg", "html"):
        said = pipegen(project, "graph", "reviews.py", *words, form)
        assert "timeout 2h" in said.out and "timeout 1h" in said.out
        assert "1m30s" not in said.out


@pytest.mark.parametrize("command", ["graph", "inspect"])
def test_values_that_are_wrong_are_refused_and_a_secret_in_them_is_not_shown(
    project: Path, command: str
) -> None:
    (project / "values.yaml").write_text("steps: {fetch: {env: {FETCH__TOKEN: hunter2}}}\n", encoding="utf-8")
    said = pipegen(project, command, "reviews.py")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("values.yaml:1:") and "PG140" in said.err and "hunter2" not in said.err
    (project / "values.yaml").write_text("steps: {fetch: {tiemout: 1h}}\n", encoding="utf-8")
    assert "PG220" in pipegen(project, command, "reviews.py").err


def test_export_gives_the_document_that_its_schema_describes_and_that_exports_to_itself(
    project: Path,
) -> None:
    said = pipegen(project, "export", "reviews.py")
    schema = pipegen(project, "export", "--schema").data
    Draft202012Validator(schema).validate(said.data)  # type: ignore[arg-type]
    (project / "reviews.json").write_text(said.out, encoding="utf-8")
    again = pipegen(project, "export", "reviews.json")
    source, copy = said.data, again.data
    assert {**copy, "target": ""} == {**source, "target": ""}  # type: ignore[dict-item]
    (project / "again.json").write_text(again.out, encoding="utf-8")
    assert pipegen(project, "export", "again.json").out.replace("again.json", "reviews.json") == again.out


def test_export_and_graph_renew_their_own_files(project: Path) -> None:
    for words in (("export", "reviews.py", "-o", "r.json"), ("graph", "reviews.py", "-o", "r.svg")):
        assert pipegen(project, *words) == Said(0, "", f"wrote {words[-1]}\n")
        (project / words[-1]).write_text("old", encoding="utf-8")
        assert pipegen(project, *words).code == 0
        assert (project / words[-1]).read_text(encoding="utf-8") != "old"
    assert list(project.glob(".*")) == []


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("g.svg", "<svg"),
        ("g.html", "<!doctype html>"),
        ("g.mmd", "flowchart"),
        ("g.dot", "digraph"),
        ("g.gv", "digraph"),
        ("g.txt", "reviews"),
    ],
)
def test_the_ending_of_the_file_says_what_to_draw(file: str, begins: str, project: Path) -> None:
    assert pipegen(project, "graph", "reviews.py", "--out", file).err == f"wrote {file}\n"
    text = (project / file).read_text(encoding="utf-8")
    assert begins in text.lower()[:400]


def test_several_pipelines_are_drawn_into_a_file_each(two: Path) -> None:
    said = pipegen(two, "graph", "two.py", "--out", "g.svg")
    assert said.err == "wrote g-day.svg\nwrote g-night.svg\n"
    assert pipegen(two, "graph", "two.py:day", "--out", "g.svg").err == "wrote g.svg\n"


def test_a_file_that_cannot_be_written_is_left_as_it_was(project: Path) -> None:
    (project / "keep.json").write_text("{}", encoding="utf-8")
    limited = f"ulimit -f 0; {sys.executable} -m pipegen export reviews.py --out keep.json"
    done = subprocess.run(["bash", "-c", limited], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (project / "keep.json").read_text(encoding="utf-8") == "{}"
    assert [path.name for path in project.iterdir() if "partial" in path.name] == []


def test_explain_lists_the_codes_and_explains_one(project: Path) -> None:
    listed = pipegen(project, "explain")
    assert listed.out.splitlines()[0] == "code   what is wrong"
    assert "PG126  types do not fit" in listed.out
    one = pipegen(project, "explain", "pg126")
    assert one.out.startswith("PG126: types do not fit\n\nThe producer's return type")
    assert json.loads(pipegen(project, "explain", "PG126", "--json").out)["title"] == "types do not fit"


def test_fingerprints_are_written_once_and_left_alone_when_they_stay_the_same(project: Path) -> None:
    env = {"FETCH__URL": "x", "FETCH__TOKEN": "s3cr3t", "PIPEGEN_FINGERPRINT_KEY": "k" * 32}
    first = pipegen(project, "fingerprint", "reviews.py", "--out", "prints", env=env)
    assert first == Said(0, "", "1 fingerprint in prints\n")
    (print_,) = (project / "prints").glob("*.json")
    before = print_.stat().st_mtime_ns
    assert pipegen(project, "fingerprint", "reviews.py", "--out", "prints", env=env).code == 0
    assert print_.stat().st_mtime_ns == before
    assert "s3cr3t" not in print_.read_text(encoding="utf-8")
    pipegen(project, "fingerprint", "reviews.py", "--out", "prints", env={**env, "FETCH__URL": "y"})
    assert print_.stat().st_mtime_ns != before
