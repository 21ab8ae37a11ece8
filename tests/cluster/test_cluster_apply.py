"""`pipegen apply` against a real API server: what is there afterwards, and what is said."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from apiserver import Place

pytestmark = pytest.mark.engine

CRONJOB = ("reviews.py:reviews", "--backend", "cronjob")
COMPANIONS = """\
serviceaccount/reviews {0}
configmap/words {0}
persistentvolumeclaim/cache {0}
networkpolicy.networking.k8s.io/reviews {0}
cronjob.batch/reviews {0}
"""


def test_what_others_need_comes_first_and_a_second_time_changes_nothing(place: Place) -> None:
    first = place.pipegen("apply", *CRONJOB)
    assert (first.code, first.out, first.err) == (0, "", COMPANIONS.format("created"))
    version = place.live("cronjobs", "reviews")["metadata"]["resourceVersion"]
    second = place.pipegen("apply", *CRONJOB)
    assert (second.code, second.err) == (0, COMPANIONS.format("unchanged"))
    assert place.live("cronjobs", "reviews")["metadata"]["resourceVersion"] == version


def test_the_fields_belong_to_pipegen_and_the_objects_to_their_pipeline(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    metadata = place.live("cronjobs", "reviews")["metadata"]
    assert [(one["manager"], one["operation"]) for one in metadata["managedFields"]] == [("pipegen", "Apply")]
    for kind, name in [("cronjobs", "reviews"), ("configmaps", "words"), ("persistentvolumeclaims", "cache")]:
        labels = place.live(kind, name)["metadata"]["labels"]
        assert labels["pipegen/pipeline"] == "reviews"
        assert labels["pipegen/backend"] == "cronjob"
        assert labels["app.kubernetes.io/managed-by"] == "pipegen"


def test_argo_s_objects_and_their_rights_are_applied_in_the_namespace_of_the_values(place: Place) -> None:
    other = place.cluster.namespace()
    said = place.pipegen("apply", "reviews.py:reviews", "-b", "argo", "--set", f"argo.namespace={other}")
    assert said.err == (
        "serviceaccount/reviews created\n"
        "role.rbac.authorization.k8s.io/reviews created\n"
        "rolebinding.rbac.authorization.k8s.io/reviews created\n"
        "cronworkflow.argoproj.io/reviews created\n"
    )
    assert place.names("cronworkflows") == []
    assert Place(place.cluster, place.folder, other).names("cronworkflows") == ["reviews"]


def test_a_changed_image_is_configured_and_shown(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    changed = (*CRONJOB, "--set", "defaults.image=registry.example.com/shop/reviews:2.0")
    shown = place.pipegen("apply", *changed, "--diff")
    assert shown.code == 0
    assert shown.out == DIFF
    assert "cronjob.batch/reviews configured (dry run)\n" in shown.err
    assert "configmap/words unchanged (dry run)\n" in shown.err
    assert "reviews:1.0" in str(place.live("cronjobs", "reviews"))
    done = place.pipegen("apply", *changed)
    assert "cronjob.batch/reviews configured\n" in done.err
    assert "reviews:1.0" not in str(place.live("cronjobs", "reviews")["spec"])


DIFF = """\
--- a/cronjob.batch/reviews
+++ b/cronjob.batch/reviews
@@ -34,7 +34,7 @@
               emptyDir: {}
           initContainers:
             - name: fetch
-              image: registry.example.com/shop/reviews:1.0
+              image: registry.example.com/shop/reviews:2.0
               command:
                 - pipegen
               args:
@@ -64,7 +64,7 @@
                 allowPrivilegeEscalation: false
           containers:
             - name: score
-              image: registry.example.com/shop/reviews:1.0
+              image: registry.example.com/shop/reviews:2.0
               command:
                 - pipegen
               args:
"""


def test_a_dry_run_leaves_nothing_behind(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, "--dry-run")
    assert (said.code, said.err) == (0, COMPANIONS.format("created (dry run)"))
    kinds = ("cronjobs", "configmaps", "persistentvolumeclaims", "serviceaccounts", "networkpolicies")
    assert [name for kind in kinds for name in place.names(kind)] == []


def test_a_dry_run_knows_that_a_role_comes_before_its_binding(place: Place) -> None:
    """Whoever may not grant everything is asked to show the role, and in a dry run it is not there yet."""
    place.create("roles", {"metadata": {"name": "applier"}, "rules": [ALL_OF_IT, *OUR_RIGHTS]})
    place.create(
        "rolebindings",
        {
            "metadata": {"name": "applier"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "applier"},
            "subjects": [{"kind": "User", "name": "applier"}],
        },
    )
    argo = ("reviews.py:reviews", "-b", "argo", "--set", f"argo.namespace={place.namespace}")
    said = place.pipegen("apply", *argo, user="applier")
    assert said.code == 0, said.err
    assert "rolebinding.rbac.authorization.k8s.io/reviews created\n" in said.err
    assert place.pipegen("drift", *argo, user="applier").code == 0


ALL_OF_IT = {
    "apiGroups": ["", "argoproj.io", "rbac.authorization.k8s.io", "batch", "networking.k8s.io"],
    "resources": [
        "serviceaccounts", "roles", "rolebindings", "cronworkflows", "workflows", "workflowtemplates", "cronjobs",
        "jobs", "configmaps", "networkpolicies", "persistentvolumeclaims",
    ],
    "verbs": ["get", "list", "create", "patch", "delete"],
}  # fmt: skip
OUR_RIGHTS = [
    {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}
]


def test_a_run_under_a_name_that_the_cluster_completes_is_created_each_time(place: Place) -> None:
    adhoc = ("reviews.py:adhoc", "-b", "argo", "-f", "bare.yaml")
    dry = place.pipegen("apply", *adhoc, "--dry-run")
    note = "(a new one each time: the cluster completes the name 'adhoc-')"
    assert dry.err == f"workflow.argoproj.io/adhoc- created (dry run) {note}\n"
    assert place.names("workflows") == []
    for _ in range(2):
        said = place.pipegen("apply", *adhoc)
        assert re.fullmatch(rf"workflow\.argoproj\.io/adhoc-\w{{5}} created {re.escape(note)}\n", said.err)
    assert len(place.names("workflows")) == 2
    drift = place.pipegen("drift", *adhoc)
    assert (drift.code, drift.err) == (0, "0 objects as generated\n")


@pytest.mark.parametrize("layout", ["files", "kustomize", "helm"])
def test_a_target_is_applied_whatever_layout_its_files_have(place: Place, layout: str) -> None:
    said = place.pipegen("apply", *CRONJOB, "--set", f"cronjob.companions.layout={layout}")
    assert (said.code, said.err) == (0, COMPANIONS.format("created"))


def test_the_backends_of_the_project_are_those_that_are_for_a_cluster(place: Place) -> None:
    text = '[project]\nname = "acme"\n[tool.pipegen]\ntarget = "reviews.py:reviews"\nbackend = ["dvc", "cronjob"]\n'
    (place.folder / "pyproject.toml").write_text(text)
    (place.folder / "values.yaml").write_text("defaults: {image: 'registry.example.com/a:1'}\n")
    assert place.pipegen("apply").err == "cronjob.batch/reviews created\n"


def test_manifests_are_applied_by_file_by_folder_and_from_stdin_and_are_the_same(place: Place) -> None:
    made = place.pipegen("generate", *CRONJOB, "--out", "manifests")
    assert made.code == 0, made.err
    (place.folder / "manifests" / "values.yaml").write_text("image: something else\n")
    assert place.pipegen("apply", "manifests").err == COMPANIONS.format("created")
    assert place.pipegen("apply", *CRONJOB).err == COMPANIONS.format("unchanged")
    one = place.pipegen("apply", "manifests/reviews.cronjob.yaml", "manifests/reviews.words.configmap.yaml")
    assert one.err == "configmap/words unchanged\ncronjob.batch/reviews unchanged\n"
    assert place.pipegen("drift", "manifests").code == 0


def test_what_another_tool_writes_to_stdin_is_applied(place: Place) -> None:
    made = place.pipegen("generate", *CRONJOB, "--stdout")
    config = place.cluster.kubeconfig(place.folder.parent / "kubeconfig", place.namespace)
    words = [sys.executable, "-m", "pipegen", "apply", "-"]
    env = {**os.environ, "KUBECONFIG": str(config)}
    done = subprocess.run(words, env=env, input=made.out, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, COMPANIONS.format("created"))


def test_an_object_without_a_namespace_goes_where_the_option_says(place: Place) -> None:
    other = place.cluster.namespace()
    assert place.pipegen("apply", *CRONJOB, "-n", other).code == 0
    assert place.names("cronjobs") == []
    assert Place(place.cluster, place.folder, other).names("cronjobs") == ["reviews"]


def test_programs_read_json(place: Place) -> None:
    said = place.pipegen("apply", *CRONJOB, "--json", "-f", "bare.yaml")
    wanted = {"object": "cronjob.batch/reviews", "namespace": place.namespace, "state": "created"}
    data = json.loads(said.out)
    assert data.pop("diagnostics") == []
    assert data == {"ok": True, "dry_run": False, "objects": [wanted]}
    assert said.err == ""
    place.edit("cronjobs", "reviews", {"spec": {"schedule": "1 1 * * *"}})
    refused = place.pipegen("apply", *CRONJOB, "--json", "-f", "bare.yaml")
    assert refused.code == 1
    assert [one["code"] for one in json.loads(refused.out)["diagnostics"]] == ["PG611"]
    diff = place.pipegen("apply", *CRONJOB, "--json", "--diff", "--force-conflicts")
    (cron,) = [one for one in json.loads(diff.out)["objects"] if one["state"] == "configured"]
    assert "-  schedule: 1 1 * * *\n+  schedule: 0 4 * * *\n" in cron["diff"]


def test_what_a_secret_holds_is_not_shown(place: Place) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "reviews"}}
    for before, after in [({}, {"A": "bG9uZw==", "B": "b3RoZXI="}), (None, {"A": "bG9uZw==", "B": "bmV3"})]:
        (place.folder / "secret.yaml").write_text(yaml.safe_dump({**secret, "data": after}))
        said = place.pipegen("apply", "secret.yaml", "--diff")
        assert not {"bG9uZw", "b3RoZXI", "bmV3"} & set(re.findall(r"\w+", said.out))
        assert "B: '*** (after)'" in said.out
        assert place.pipegen("apply", "secret.yaml").code == 0
        assert before is not None or "  A: '***'\n" in said.out


def test_what_the_cluster_warns_about_is_shown(place: Place) -> None:
    namespace = place.cluster.namespace(**{"pod-security.kubernetes.io/warn": "restricted"})
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "root", "namespace": namespace},
        "spec": {
            "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a"}]}}
        },
    }
    (place.folder / "job.yaml").write_text(yaml.safe_dump(job))
    said = place.pipegen("apply", "job.yaml")
    assert said.code == 0
    assert said.err.startswith("warning[PG621]: job.batch/root: would violate PodSecurity")
    assert said.err.endswith("job.batch/root created\n")
