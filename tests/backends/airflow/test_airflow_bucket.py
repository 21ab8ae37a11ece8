"""Artifacts in a bucket: real Airflow's tasks hand on what `pipegen run` hands on, and may be run again alone."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow, Player
from command_runs import pipegen
from containers.places import Artifacts, tree
from dag_pipelines import IMAGE, in_containers, pipeline, task, text_of
from dag_reading import read
from equivalence.engines import by_folder, by_run, differences
from equivalence.flows import FLOWS, Flow
from moto_server import Moto, moto_server

from pipegen.runtime.arguments import parse

CHOSEN = tuple(
    one for one in FLOWS if one.target in ("data.py:files", "rules.py:triggers", "rules.py:retried")
)
PLACE = "s3://bucket/airflow"


class Playing:
    """An Airflow whose tasks know a bucket."""

    def __init__(self, player: Player, folder: Path, server: Moto) -> None:
        self.player, self.folder, self.server = player, folder, server
        self.project = folder / "flows"

    def run(self, flow: Flow) -> Any:
        values = self.project / "values.json"
        section = {"artifacts": {"s3": PLACE}, "provided": ["*"]}
        values.write_text(json.dumps({"airflow": section}), encoding="utf-8")
        words = ("generate", flow.target, "--backend", "airflow", "-o", "dags", "-f", values.name)
        said = pipegen(self.project, *words)
        assert said.code == 0, said.err
        return self.player.run(flow.target.rpartition(":")[2])

    def made(self, flow: Flow, run_id: str) -> Artifacts:
        """What lies in the bucket, unpacked."""
        begin = f"airflow/{flow.target.rpartition(':')[2]}/{run_id}/"
        found: Artifacts = {}
        for one in self.server.client.list_objects_v2(Bucket="bucket", Prefix=begin)["Contents"]:
            name = one["Key"].removeprefix(begin).removesuffix(".tar")
            content = self.server.client.get_object(Bucket="bucket", Key=one["Key"])["Body"].read()
            folder = self.folder / "unpacked" / run_id / name
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                archive.extractall(folder, filter="tar")
            found[name] = tree(folder)
        return found


@contextmanager
def playing(airflow: Airflow, folder: Path) -> Iterator[Playing]:
    project = FLOWS[0].copied(folder)
    (project / "dags").mkdir()
    with moto_server() as server:
        server.client.create_bucket(Bucket="bucket")
        env = {**server.env, "FLAKY__ATTEMPTS": str(folder / "attempts")}
        with airflow.playing(project / "dags", env) as player:
            yield Playing(player, folder, server)


@pytest.fixture(scope="module")
def on_3(airflow_3: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(airflow_3, tmp_path_factory.mktemp("bucket-3")) as found:
        yield found


@pytest.mark.engine
@pytest.mark.parametrize("flow", CHOSEN, ids=str)
def test_a_bucket_holds_what_the_engine_makes(flow: Flow, on_3: Playing, tmp_path: Path) -> None:
    ran = on_3.run(flow)
    assert ran["state"] == "success"
    wanted = by_run(flow.copied(tmp_path), flow.target, flow.env(tmp_path)).artifacts
    assert differences(on_3.made(flow, ran["run_id"]), by_folder(wanted)) == []


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_containers_need_no_volume_for_a_bucket(kind: str) -> None:
    section = f"airflow: {{provided: ['*'], operator: {kind}, artifacts: {{s3: '{PLACE}'}}}}"
    text = text_of(in_containers(), section)
    assert "from docker.types import DeviceRequest\n" in text or kind != "docker"
    plain = text_of(pipeline(task("a", image=IMAGE)), section)
    assert read(plain) and "docker.types" not in plain
    tasks = read(text).tasks
    words = tasks["score"].named["arguments" if kind == "kubernetes" else "command"]
    arguments = parse([one for one in words[1:] if "params" not in one])
    folder = "s3:/bucket/airflow/{{ dag.dag_id }}/{{ run_id }}"
    assert (str(arguments.out), str(arguments.inputs[0].folders[0])) == (f"{folder}/score", f"{folder}/fetch")
    assert "MOUNTS" not in text and "pipegen-artifacts" not in text
    assert f"# Artifacts go to {PLACE}: tasks need boto3" in text
