"""What the operators of real Airflow make of the files: pods that a cluster takes, containers with the same command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflows import Airflow
from controller import expand
from dag_pipelines import IMAGE, in_containers, pipeline, task, text_of
from test_airflow_golden import DOCKER, PODS
from validators.validate import check

from pipegen.ir import Resources
from pipegen.runtime.arguments import parse

pytestmark = pytest.mark.engine
FOLDER = "reviews/manual__2026-01-01T00:00:00+00:00"
NASTY = "{{ x }} $(HOME) $$ 'a' \"b\" \\ \r\n{% raw %}é😀.sh"
OF_A_RUN = {"limit": 7, "url": NASTY}


@pytest.fixture(params=["airflow_3", "airflow_2"])
def airflow(request: pytest.FixtureRequest) -> Airflow:
    found: Airflow = request.getfixturevalue(request.param)
    return found


def built(airflow: Airflow, text: str, folder: Path) -> Any:
    file = folder / "it_dag.py"
    file.write_text(text, encoding="utf-8")
    script = Path(__file__).with_name("build_containers.py")
    done = airflow.call("python", str(script), str(file), json.dumps(OF_A_RUN))
    said = [line for line in done.stdout.splitlines() if line.startswith("::{")]
    assert said, done.stdout + done.stderr
    return json.loads(said[-1][2:])


def kubernetes(words: list[str], env: dict[str, str]) -> list[str]:
    """The words as a container gets them."""
    return [expand(word, env) for word in words]


def test_pods_hold_what_was_asked_for_and_pass_the_restricted_standard(
    airflow: Airflow, tmp_path: Path
) -> None:
    pods = built(airflow, text_of(in_containers(), PODS), tmp_path)
    (container,) = pods["fetch"]["spec"]["containers"]
    env = {one["name"]: one["value"] for one in container["env"] if "value" in one}
    arguments = parse(kubernetes(container["args"], env)[1:])
    assert container["image"] == IMAGE and container["command"] == ["pipegen"]
    assert kubernetes([env["QUOTED"]], {}) == ["$(HOME) $$ {{ e }}"]
    assert str(arguments.out) == f"/tmp/pipegen/artifacts/{FOLDER}/fetch"
    assert arguments.env == {"REVIEWS__LIMIT": "7", "REVIEWS__URL": NASTY}
    assert container["resources"]["limits"] == {"memory": "1Gi", "nvidia.com/gpu": "1"}
    assert {
        "name": "FETCH__TOKEN",
        "valueFrom": {"secretKeyRef": {"name": "reviews", "key": "FETCH__TOKEN"}},
    } in (container["env"])
    spec = pods["score"]["spec"]
    assert spec["nodeSelector"] == {"pool": "gpu"} and spec["serviceAccountName"] == "reviews"
    assert pods["score"]["metadata"]["labels"]["tier"] == "batch"
    written = tmp_path / "pods"
    written.mkdir()
    for name, pod in pods.items():
        pod["metadata"]["labels"] = {
            key: one for key, one in pod["metadata"]["labels"].items() if "airflow" not in key
        }
        (written / f"{name}.yaml").write_text(yaml.safe_dump(pod), encoding="utf-8")
    assert [str(one) for one in check(written)] == []


def test_containers_hold_what_was_asked_for(airflow: Airflow, tmp_path: Path) -> None:
    asked = Resources("500m", "1Gi", gpu=2)
    made = pipeline(
        task("fetch", "fetch", image=IMAGE, env={"QUOTED": NASTY}, resources=asked),
        task("score", "score", "fetch", image=IMAGE),
        parameters=in_containers().parameters,
    )
    containers = built(airflow, text_of(made, DOCKER), tmp_path)
    fetch = containers["fetch"]
    arguments = parse(fetch["command"][1:])
    assert (fetch["image"], fetch["entrypoint"], fetch["user"]) == (IMAGE, ["pipegen"], "1000")
    assert fetch["environment"]["QUOTED"] == NASTY
    assert fetch["environment"]["FETCH__TOKEN"] == "a token"
    assert arguments.env == {"REVIEWS__LIMIT": "7", "REVIEWS__URL": NASTY}
    assert str(arguments.out) == f"/mnt/artifacts/{FOLDER}/fetch"
    assert fetch["host_config"]["mem_limit"] == "1073741824"
    assert fetch["host_config"]["mounts"][0]["Source"] == "/mnt/artifacts"
    assert fetch["host_config"]["device_requests"][0]["Count"] == 2
