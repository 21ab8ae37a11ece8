"""What a real API server refuses, in plain words, with the user's line; nothing is changed by any of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiserver import Place, running

pytestmark = pytest.mark.engine

CRONJOB = ("reviews.py:reviews", "--backend", "cronjob", "-f", "bare.yaml")
ARGO = ("reviews.py:reviews", "--backend", "argo", "-f", "bare.yaml")


def test_a_field_that_somebody_else_has_set(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    place.edit("cronjobs", "reviews", {"spec": {"schedule": "0 5 * * *"}})
    said = place.pipegen("apply", *CRONJOB)
    assert said.code == 1
    assert said.err == (
        "reviews.py:20:51: error[PG611]: cronjob.batch/reviews: 'spec.schedule' was set by 'kubectl-edit' to "
        "another value\n"
        '   20 | reviews = Pipeline("reviews", Fetch() >> Score(), schedule="0 4 * * *", timezone="Europe/…\n'
        "      |                                                   ^\n"
        "  hint: take it over into code or values, or overwrite it with --force-conflicts\n"
        "nothing was changed\n"
    )
    assert place.live("cronjobs", "reviews")["spec"]["schedule"] == "0 5 * * *"
    assert place.pipegen("apply", *CRONJOB, "--force-conflicts").err == "cronjob.batch/reviews configured\n"
    assert place.live("cronjobs", "reviews")["spec"]["schedule"] == "0 4 * * *"


def test_who_may_not_patch(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, user="reader")
    where = f"in namespace '{place.namespace}'"
    assert (said.code, said.err) == (
        1,
        f"error[PG606]: 'reader' may not get cronjobs.batch {where}\n"
        f"  hint: ask for a Role that allows it; kubectl auth can-i get cronjobs.batch -n {place.namespace}\n"
        "nothing was changed\n",
    )
    rule = {"apiGroups": ["batch"], "resources": ["cronjobs"], "verbs": ["get", "list"]}
    place.create("roles", {"metadata": {"name": "reader"}, "rules": [rule]})
    place.create(
        "rolebindings",
        {
            "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
            "subjects": [{"kind": "User", "name": "reader"}],
        },
    )
    said = place.pipegen("apply", *CRONJOB, user="reader")
    assert (said.code, f"'reader' may not patch cronjobs.batch {where}\n" in said.err) == (1, True)


def test_who_is_not_known(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, user="nobody")
    assert (said.code, said.err) == (
        2,
        f"error[PG605]: the cluster at {place.cluster.host} does not know who is asking\n"
        "  hint: log in to the cluster again, as for kubectl\n",
    )


@pytest.mark.parametrize("change", ["ca", "port", "plain"])
def test_what_does_not_answer_as_a_cluster_does(place: Place, change: str) -> None:
    config = place.cluster.kubeconfig(place.folder.parent / "kubeconfig", place.namespace)
    data = yaml.safe_load(config.read_text())
    with http_server() as port:
        said = {
            "ca": (
                "certificate-authority",
                None,
                f"{place.cluster.host} does not answer: certificate verify failed: ",
            ),
            "port": (
                "server",
                "https://127.0.0.1:1",
                "https://127.0.0.1:1 does not answer: connection refused",
            ),
            "plain": ("server", f"http://127.0.0.1:{port}", "is not a Kubernetes API server (HTTP 404)"),
        }
        key, value, message = said[change]
        data["clusters"][0]["cluster"][key] = value
        config.write_text(yaml.safe_dump({**data, "clusters": [drop_none(data["clusters"][0])]}))
        done = place.pipegen("apply", *CRONJOB)
    assert done.code == 2
    assert done.err.startswith("error[PG604]: ")
    assert message in done.err


def drop_none(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "cluster": {key: value for key, value in one["cluster"].items() if value is not None}}


@contextlib.contextmanager
def http_server() -> Iterator[int]:
    """Something that answers, and is no cluster."""
    handler = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_namespace_that_is_not_there(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, "-n", "nowhere")
    assert (said.code, said.err) == (
        2,
        "error[PG608]: the cluster has no namespace 'nowhere'\n"
        "  hint: kubectl create namespace nowhere, or set 'namespace' in the values\n"
        "nothing was changed\n",
    )


def test_an_object_that_is_for_another_namespace(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, "--set", "cronjob.namespace=shop", "-n", "test")
    assert (said.code, said.err) == (
        2,
        "error[PG609]: CronJob 'reviews' is for namespace 'shop', not 'test'\n"
        "  hint: set 'namespace: test' in the values, or leave --namespace out\n",
    )


def test_a_cluster_without_argo(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder, argo=False) as cluster:
        plain = Place(cluster, place.folder, "default")
        cluster.kubeconfig(place.folder.parent / "kubeconfig", "default")
        said = plain.pipegen("apply", *ARGO)
        assert (said.code, said.err) == (
            2,
            f"error[PG607]: the cluster at {cluster.host} does not know 'CronWorkflow' of argoproj.io/v1alpha1: "
            "Argo Workflows is not installed\n"
            "  hint: install Argo there, choose another --context, or use --backend cronjob\n"
            "nothing was changed\n",
        )
        assert plain.pipegen("apply", *CRONJOB).err == "cronjob.batch/reviews created\n"
        assert plain.pipegen("drift", *CRONJOB).code == 0


def test_values_that_the_cluster_does_not_take_are_shown_at_the_user_s_line(place: Place) -> None:
    text = (place.folder / "bare.yaml").read_text()
    wrong = "cronjob:\n  patch:\n    hostname: Übung\n  object_patch:\n    spec:\n      suspend: true\n"
    (place.folder / "bare.yaml").write_text(text + wrong)
    said = place.pipegen("apply", *CRONJOB)
    assert said.code == 2
    assert said.err == (
        "bare.yaml:5:15: error[PG610]: cronjob.batch/reviews: spec.jobTemplate.spec.template.spec.hostname: "
        'invalid value: "Übung": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '
        "'-', and must start and end with an alphanumeric character\n"
        "    5 |     hostname: Übung\n"
        "      |               ^\n"
        "  hint: change what it comes from, and apply again\n"
        "nothing was changed\n"
    )


@pytest.mark.parametrize("layout", ["kustomize", "helm"])
def test_the_line_is_found_whatever_layout_the_files_have(place: Place, layout: str) -> None:
    wrong = f"cronjob:\n  companions: {{layout: {layout}}}\n  patch:\n    hostname: Übung\n"
    (place.folder / "bare.yaml").write_text((place.folder / "bare.yaml").read_text() + wrong)
    said = place.pipegen("apply", *CRONJOB)
    assert said.code == 2
    assert said.err.startswith("bare.yaml:6:15: error[PG610]: cronjob.batch/reviews: ")


def test_fields_that_do_not_exist_are_all_named(place: Place) -> None:
    wrong = (
        "argo:\n  workflow_patch:\n    activeDeadline: 7\n  object_patch:\n    spec:\n      suspnd: true\n"
    )
    (place.folder / "bare.yaml").write_text((place.folder / "bare.yaml").read_text() + wrong)
    for target, kind in (("reviews.py:adhoc", "workflow"), ("reviews.py:reviews", "cronworkflow")):
        said = place.pipegen("apply", target, *ARGO[1:])
        field = "spec.activeDeadline" if kind == "workflow" else "spec.workflowSpec.activeDeadline"
        assert said.code == 2
        assert [line for line in said.err.splitlines() if "error[" in line] == [
            f"bare.yaml:5:21: error[PG610]: {kind}.argoproj.io/{target[11:]}{'-' * (kind == 'workflow')}: {field}: "
            "there is no such field",
            f"bare.yaml:8:15: error[PG610]: {kind}.argoproj.io/{target[11:]}{'-' * (kind == 'workflow')}: spec.suspnd: "
            "there is no such field",
        ]


def test_values_of_another_kind_are_named(place: Place) -> None:
    wrong = "argo:\n  workflow_patch:\n    suspend: 8\n"
    (place.folder / "bare.yaml").write_text((place.folder / "bare.yaml").read_text() + wrong)
    said = place.pipegen("apply", *ARGO)
    assert said.code == 2
    problem = "spec.workflowSpec.suspend: expected boolean, got '8'"
    assert f"bare.yaml:5:14: error[PG610]: cronworkflow.argoproj.io/reviews: {problem}\n" in said.err


def test_a_manifest_that_is_refused_is_shown_at_its_line(place: Place) -> None:
    place.pipegen("generate", *CRONJOB)
    path = place.folder / "reviews.cronjob.yaml"
    path.write_text(path.read_text().replace("schedule: 0 4 * * *", "schedule: 0 4 * *"))
    said = place.pipegen("apply", "reviews.cronjob.yaml")
    assert said.code == 2
    assert said.err.splitlines()[:3] == [
        "reviews.cronjob.yaml:14:3: error[PG610]: cronjob.batch/reviews: spec.schedule: invalid value: "
        '"0 4 * *": expected exactly 5 fields, found 4: [0 4 * *]',
        "   14 |   schedule: 0 4 * *",
        "      |   ^",
    ]


def test_a_field_that_cannot_be_changed(place: Place) -> None:
    adhoc = ("reviews.py:adhoc", "-b", "cronjob", "-f", "bare.yaml")
    place.pipegen("apply", *adhoc)
    said = place.pipegen("apply", *adhoc, "--set", "defaults.image=registry.example.com/other:1")
    assert said.code == 1
    assert "error[PG612]: job.batch/adhoc: 'spec.template' cannot be changed\n" in said.err
    assert "  hint: kubectl delete job.batch/adhoc, and apply again; or give it another name\n" in said.err
    assert len(said.err) < 1000, "the server quotes the whole pod"
    assert place.pipegen("drift", *adhoc, "--set", "defaults.image=registry.example.com/other:1").code == 1


def test_one_refused_object_keeps_all_others_from_being_applied(place: Place) -> None:
    said = place.pipegen(
        "apply", "reviews.py:reviews", "-b", "cronjob", "--set", "cronjob.patch.priorityClassName=Ü"
    )
    assert said.code == 2
    assert said.err.endswith("nothing was changed\n")
    kinds = ("cronjobs", "configmaps", "persistentvolumeclaims", "serviceaccounts", "networkpolicies")
    assert [name for kind in kinds for name in place.names(kind)] == []


def test_a_refusal_for_a_reason_of_the_cluster_s_own(place: Place) -> None:
    quota = {"metadata": {"name": "none"}, "spec": {"hard": {"count/cronjobs.batch": "0"}}}
    place.create("resourcequotas", quota)
    status = {"status": {"hard": {"count/cronjobs.batch": "0"}, "used": {"count/cronjobs.batch": "0"}}}
    place.cluster.ok("PATCH", place.path("resourcequotas", "none/status"), status)
    said = place.pipegen("apply", *CRONJOB)
    assert said.code == 1
    assert "error[PG613]: cronjob.batch/reviews is refused: " in said.err
    assert "exceeded quota: none" in said.err


def test_the_same_object_twice(place: Place) -> None:
    place.pipegen("generate", *CRONJOB, "--out", "manifests")
    one = place.folder / "manifests" / "reviews.cronjob.yaml"
    (place.folder / "manifests" / "copy.yaml").write_text(one.read_text())
    said = place.pipegen("apply", "manifests")
    assert said.code == 2
    message = "cronjob.batch/reviews stands in 'manifests/copy.yaml' and in 'manifests/reviews.cronjob.yaml'"
    assert f"error[PG618]: {message}\n" in said.err


def test_without_the_client_it_is_said_how_to_get_it(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    code = "import sys; sys.modules['kubernetes'] = None; from pipegen.cli import main; main()"
    words = [sys.executable, "-c", code, "apply", *CRONJOB]
    done = subprocess.run(
        words, cwd=place.folder, env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (
        2,
        "error[PG600]: the kubernetes package is not installed\n"
        "  hint: pip install 'pipegen-compiler[kubernetes]'\n",
    )
