"""`pipegen drift` against a real API server: what is a difference, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from apiserver import Place

pytestmark = pytest.mark.engine

CRONJOB = ("reviews.py:reviews", "--backend", "cronjob")


def test_there_is_none_right_after_applying(place: Place) -> None:
    argo = ("reviews.py:reviews", "-b", "argo", "--set", f"argo.namespace={place.namespace}")
    for words, count in ((CRONJOB, 5), (argo, 4)):
        assert place.pipegen("apply", *words).code == 0
        said = place.pipegen("drift", *words)
        assert (said.code, said.out, said.err) == (0, "", f"{count} objects as generated\n")


def test_what_others_add_is_none(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    place.edit(
        "cronjobs", "reviews", {"spec": {"suspend": True}, "metadata": {"annotations": {"team": "shop"}}}
    )
    labels = {"metadata": {"labels": {"cost": "42"}}}
    words = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"bad": "poor"}, **labels}
    place.cluster.applied(place.path("configmaps", "words"), words, "cost-controller")
    place.cluster.ok(
        "PATCH", place.path("cronjobs", "reviews/status"), {"status": {"lastScheduleTime": NOON}}
    )
    said = place.pipegen("drift", *CRONJOB)
    assert (said.code, said.out) == (0, "")


NOON = "2030-01-01T12:00:00Z"
EDITED = """\
--- a/cronjob.batch/reviews
+++ b/cronjob.batch/reviews
@@ -9,8 +9,8 @@
     pipegen/backend: cronjob
     pipegen/pipeline: reviews
 spec:
-  schedule: 0 5 * * *
-  timeZone: Etc/UTC
+  schedule: 0 4 * * *
+  timeZone: Europe/Berlin
   startingDeadlineSeconds: 3600
   concurrencyPolicy: Forbid
   suspend: false
"""


@pytest.mark.parametrize(
    ("kind", "name", "change", "line"),
    [
        ("cronjobs", "reviews", {"spec": {"schedule": "0 5 * * *"}}, "+  schedule: 0 4 * * *\n"),
        ("cronjobs", "reviews", {"spec": {"timeZone": None}}, "+  timeZone: Europe/Berlin\n"),
        ("cronjobs", "reviews", {"metadata": {"labels": {"pipegen/backend": "x"}}}, "+    pipegen/backend: cronjob\n"),
        ("configmaps", "words", {"data": {"good": "great"}}, "+  good: fine, great\n"),
        ("serviceaccounts", "reviews", {"automountServiceAccountToken": True}, "+automountServiceAccountToken: f"),
    ],
)  # fmt: skip
def test_what_somebody_edited_is_shown(
    place: Place, kind: str, name: str, change: dict[str, Any], line: str
) -> None:
    place.pipegen("apply", *CRONJOB)
    place.edit(kind, name, change)
    said = place.pipegen("drift", *CRONJOB)
    assert said.code == 1
    assert line in said.out
    assert said.err.endswith(f"/{name} differs\n")
    assert said.err.count("\n") == 1


def test_a_difference_is_shown_as_what_applying_would_change(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    place.edit("cronjobs", "reviews", {"spec": {"schedule": "0 5 * * *", "timeZone": "Etc/UTC"}})
    said = place.pipegen("drift", *CRONJOB)
    assert (said.code, said.out) == (1, EDITED)
    assert place.live("cronjobs", "reviews")["spec"]["schedule"] == "0 5 * * *", "drift changes nothing"
    assert place.pipegen("apply", *CRONJOB, "--force-conflicts").code == 0
    assert place.pipegen("drift", *CRONJOB).code == 0


def test_what_is_missing_and_what_is_surplus_is_named(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    place.cluster.ok("DELETE", place.path("configmaps", "words"))
    renamed = (*CRONJOB, "--set", "cronjob.name=nightly")
    said = place.pipegen("drift", *renamed)
    assert said.code == 1
    assert said.err.splitlines() == [
        "serviceaccount/reviews differs",
        "configmap/words missing",
        "persistentvolumeclaim/cache differs",
        "networkpolicy.networking.k8s.io/nightly missing",
        "cronjob.batch/nightly missing",
        "cronjob.batch/reviews surplus",
        "networkpolicy.networking.k8s.io/reviews surplus",
    ]
    data = json.loads(place.pipegen("drift", *renamed, "--json").out)
    assert data["ok"] is False
    assert {one["object"]: one["state"] for one in data["objects"]} == {
        "serviceaccount/reviews": "differs",  # the label of the name
        "persistentvolumeclaim/cache": "differs",
        "configmap/words": "missing",
        "networkpolicy.networking.k8s.io/nightly": "missing",
        "cronjob.batch/nightly": "missing",
        "cronjob.batch/reviews": "surplus",
        "networkpolicy.networking.k8s.io/reviews": "surplus",
    }
    assert "+    app.kubernetes.io/name: nightly\n" in data["objects"][0]["diff"]


def test_a_stale_manifest_is_a_difference_too(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    place.pipegen("generate", *CRONJOB, "--out", "manifests", "--set", "cronjob.suspend=true")
    said = place.pipegen("drift", "manifests")
    assert (said.code, "+  suspend: true\n" in said.out) == (1, True)


def test_without_the_right_to_list_it_is_said_what_was_not_looked_for(place: Place) -> None:
    place.pipegen("apply", *CRONJOB)
    kinds = ["cronjobs", "configmaps", "serviceaccounts", "persistentvolumeclaims", "networkpolicies"]
    rule = {"apiGroups": ["*"], "resources": kinds, "verbs": ["get", "patch"]}
    place.create("roles", {"metadata": {"name": "reader"}, "rules": [rule]})
    place.create(
        "rolebindings",
        {
            "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
            "subjects": [{"kind": "User", "name": "reader"}],
        },
    )
    said = place.pipegen("drift", *CRONJOB, user="reader")
    assert said.code == 0, said.err
    why = f"'reader' may not list cronjobs.batch in namespace '{place.namespace}'"
    assert f"warning[PG622]: surplus cronjobs are not looked for: {why}\n" in said.err
