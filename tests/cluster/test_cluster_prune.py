"""`pipegen apply --prune` deletes what its pipeline no longer has, and nothing else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest
from apiserver import Place

pytestmark = pytest.mark.engine

CRONJOB = ("reviews.py:reviews", "--backend", "cronjob", "-f", "bare.yaml")
RENAMED = (*CRONJOB, "--set", "cronjob.name=nightly")
LABELS = {
    "app.kubernetes.io/managed-by": "pipegen",
    "pipegen/pipeline": "reviews",
    "pipegen/backend": "cronjob",
}


def config_map(name: str, **labels: str) -> dict[str, object]:
    return {"metadata": {"name": name, "labels": labels}}


def test_exactly_the_renamed_object_goes(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    foreign = {
        "none": {},
        "another-pipeline": {**LABELS, "pipegen/pipeline": "other"},
        "another-backend": {**LABELS, "pipegen/backend": "argo"},
        "another-manager": {**LABELS, "app.kubernetes.io/managed-by": "helm"},
        "only-the-name": {"app.kubernetes.io/name": "reviews", "app.kubernetes.io/managed-by": "pipegen"},
    }
    for name, labels in foreign.items():
        place.create("configmaps", config_map(name, **labels))
    elsewhere = Place(place.cluster, place.folder, place.cluster.namespace())
    elsewhere.create("configmaps", config_map("elsewhere", **LABELS))

    without = place.pipegen("apply", *RENAMED)
    assert without.err == "cronjob.batch/nightly created\n"
    assert place.names("cronjobs") == ["nightly", "reviews"]

    dry = place.pipegen("apply", *RENAMED, "--prune", "--dry-run")
    assert dry.err == "cronjob.batch/nightly unchanged (dry run)\ncronjob.batch/reviews deleted (dry run)\n"
    assert place.names("cronjobs") == ["nightly", "reviews"]

    asked = place.pipegen("apply", *RENAMED, "--prune")
    assert asked.code == 2
    assert "error[PG620]: --prune would delete cronjob.batch/reviews, and nobody can be asked" in asked.err
    assert place.names("cronjobs") == ["nightly", "reviews"]

    done = place.pipegen("apply", *RENAMED, "--prune", "--yes")
    assert (done.code, done.err) == (0, "cronjob.batch/nightly unchanged\ncronjob.batch/reviews deleted\n")
    assert place.names("cronjobs") == ["nightly"]
    assert place.names("configmaps") == sorted(foreign)
    assert elsewhere.names("configmaps") == ["elsewhere"]
    again = place.pipegen("apply", *RENAMED, "--prune")
    assert (again.code, again.err) == (0, "cronjob.batch/nightly unchanged\n")


@pytest.mark.parametrize(
    ("typed", "left", "code"), [("y", [], 0), ("n", ["reviews"], 1), ("", ["reviews"], 1)]
)
def test_a_person_is_asked(place: Place, typed: str, left: list[str], code: int) -> None:
    place.pipegen("apply", *CRONJOB)
    ours, theirs = pty.openpty()
    os.write(ours, f"{typed}\n".encode())
    words = [sys.executable, "-m", "pipegen", "apply", *RENAMED, "--prune"]
    env = {**os.environ, "KUBECONFIG": str(place.folder.parent / "kubeconfig")}
    done = subprocess.run(
        words, cwd=place.folder, env=env, stdin=theirs, capture_output=True, text=True, check=False
    )
    os.close(ours)
    os.close(theirs)
    asked = "no longer generated, to be deleted: cronjob.batch/reviews\ndelete them? [y/N] "
    answered = (
        "cronjob.batch/nightly created\ncronjob.batch/reviews deleted\n"
        if not code
        else "nothing was changed\n"
    )
    assert (done.returncode, done.stderr) == (code, asked + answered)
    assert place.names("cronjobs") == (left if code else ["nightly"])


def test_companions_that_are_no_longer_asked_for_go_but_data_stays(place: Place) -> None:
    place.pipegen("apply", "reviews.py:reviews", "-b", "cronjob")
    said = place.pipegen("apply", *CRONJOB, "--prune", "--yes")
    assert said.err == (
        "cronjob.batch/reviews unchanged\n"
        "networkpolicy.networking.k8s.io/reviews deleted\n"
        "configmap/words deleted\n"
        "serviceaccount/reviews deleted\n"
        "persistentvolumeclaim/cache kept (it holds data; to delete it: kubectl delete "
        f"persistentvolumeclaim/cache -n {place.namespace})\n"
    )
    assert place.names("configmaps") == place.names("networkpolicies") == []
    assert place.names("persistentvolumeclaims") == ["cache"]


def test_a_schedule_that_is_dropped_takes_its_cronjob_along(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    text = (place.folder / "reviews.py").read_text()
    (place.folder / "reviews.py").write_text(
        text.replace(', schedule="0 4 * * *", timezone="Europe/Berlin"', "")
    )
    said = place.pipegen("apply", *CRONJOB, "--prune", "--yes")
    assert said.err == "job.batch/reviews created\ncronjob.batch/reviews deleted\n"


def test_runs_and_what_controllers_make_are_left_alone(place: Place) -> None:
    adhoc = ("reviews.py:adhoc", "-b", "argo", "-f", "bare.yaml")
    place.pipegen("apply", *adhoc)
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "adhoc", "uid": "1"}
    labels = {**LABELS, "pipegen/pipeline": "adhoc", "pipegen/backend": "argo"}
    place.create("configmaps", {"metadata": {"name": "made", "labels": labels, "ownerReferences": [owner]}})
    said = place.pipegen("apply", *adhoc, "--set", "argo.generate_name=false", "--prune", "--yes")
    assert said.err == "workflow.argoproj.io/adhoc created\n"
    assert len(place.names("workflows")) == 2
    assert place.names("configmaps") == ["made"]


def test_without_labels_nothing_is_deleted(place: Place) -> None:
    (place.folder / "plain.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n")
    said = place.pipegen("apply", "plain.yaml", "--prune", "--yes")
    assert said.code == 2
    assert "error[PG619]: no object has the labels that --prune goes by" in said.err
    assert place.names("configmaps") == []


def test_templates_of_the_whole_cluster_are_looked_for_only_by_their_own_kind(place: Place) -> None:
    whole = ("reviews.py:adhoc", "-b", "argo", "-f", "bare.yaml")
    kind = "argo.kind=ClusterWorkflowTemplate"
    named = f"argo.name={place.namespace}"
    path = "/apis/argoproj.io/v1alpha1/clusterworkflowtemplates"
    place.pipegen("apply", *whole, "--set", kind, "--set", named)
    place.pipegen("apply", *whole, "--prune", "--yes", "--set", "argo.kind=WorkflowTemplate")
    names = [one["metadata"]["name"] for one in place.cluster.ok("GET", path)["items"]]
    assert names == [place.namespace]
    said = place.pipegen("apply", *whole, "--set", kind, "--set", f"{named}-2", "--prune", "--yes")
    assert f"clusterworkflowtemplate.argoproj.io/{place.namespace} deleted" in said.err
