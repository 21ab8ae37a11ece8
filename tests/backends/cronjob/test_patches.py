"""Raw patches: strategic merges as kubectl does them, and the operations of RFC 6902."""

from __future__ import annotations

from typing import Any

import pytest

from pipegen.backends.kubernetes.patching import Patch, PatchError, patched

POD: dict[str, Any] = {
    "containers": [{"name": "a", "image": "a:1", "env": [{"name": "X", "value": "1"}], "args": ["1", "2"]}],
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "tolerations": [{"key": "one"}],
    "securityContext": {"runAsUser": 1000, "fsGroup": 1000},
}
MERGES: list[tuple[str, Patch, str, Any]] = [
    ("a mapping is merged", {"securityContext": {"runAsUser": 5}}, "securityContext",
     {"runAsUser": 5, "fsGroup": 1000}),
    ("null takes away", {"securityContext": {"fsGroup": None}}, "securityContext", {"runAsUser": 1000}),
    ("a mapping is replaced when told so", {"securityContext": {"$patch": "replace", "runAsUser": 5}},
     "securityContext", {"runAsUser": 5}),
    ("a container is found by its name", {"containers": [{"name": "a", "image": "a:2"}]}, "containers",
     [{**POD["containers"][0], "image": "a:2"}]),
    ("a variable is found by its name", {"containers": [{"name": "a", "env": [{"name": "Y", "value": "2"}]}]},
     "containers", [{**POD["containers"][0], "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]}]),
    ("a list of texts is replaced", {"containers": [{"name": "a", "args": ["3"]}]}, "containers",
     [{**POD["containers"][0], "args": ["3"]}]),
    ("what is new comes last", {"containers": [{"name": "b"}]}, "containers", [*POD["containers"], {"name": "b"}]),
    ("an item goes when told so", {"volumes": [{"name": "tmp", "$patch": "delete"}]}, "volumes", []),
    ("a list is replaced when told so", {"volumes": [{"$patch": "replace"}, {"name": "x"}]}, "volumes",
     [{"name": "x"}]),
    ("a volume changes its source", {"volumes": [{"name": "tmp", "emptyDir": None, "hostPath": {"path": "/x"}}]},
     "volumes", [{"name": "tmp", "hostPath": {"path": "/x"}}]),
    ("tolerations have no names", {"tolerations": [{"key": "two"}]}, "tolerations", [{"key": "two"}]),
    ("null in something new is nothing", {"affinity": {"a": None, "b": 1}}, "affinity", {"b": 1}),
    ("add at the end", ({"op": "add", "path": "/tolerations/-", "value": {"key": "two"}},), "tolerations",
     [{"key": "one"}, {"key": "two"}]),
    ("add before", ({"op": "add", "path": "/tolerations/0", "value": {"key": "two"}},), "tolerations",
     [{"key": "two"}, {"key": "one"}]),
    ("add with a key that has marks", ({"op": "add", "path": "/securityContext/a~1b~0c", "value": 1},),
     "securityContext", {"runAsUser": 1000, "fsGroup": 1000, "a/b~c": 1}),
    ("remove", ({"op": "remove", "path": "/containers/0/env/0"},), "containers",
     [{**POD["containers"][0], "env": []}]),
    ("replace", ({"op": "replace", "path": "/containers/0/image", "value": "b"},), "containers",
     [{**POD["containers"][0], "image": "b"}]),
    ("move", ({"op": "move", "from": "/volumes/0", "path": "/tolerations/-"},), "volumes", []),
    ("copy", ({"op": "copy", "from": "/securityContext/runAsUser", "path": "/securityContext/runAsGroup"},),
     "securityContext", {"runAsUser": 1000, "fsGroup": 1000, "runAsGroup": 1000}),
    ("test", ({"op": "test", "path": "/volumes/0/name", "value": "tmp"},), "volumes", POD["volumes"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "patch", "key", "wanted"), MERGES, ids=[one[0] for one in MERGES])
def test_a_patch_does_what_kubernetes_would(name: str, patch: Patch, key: str, wanted: object) -> None:
    before = repr(POD)
    assert patched(POD, patch)[key] == wanted
    assert repr(POD) == before


WRONG: list[tuple[Patch, str]] = [
    ({"$setElementOrder/containers": []}, "which is not understood here"),
    ({"securityContext": {"$patch": "delete"}}, "has $patch: delete where only merge and replace make sense"),
    ({"containers": [{"image": "x"}]}, "has an item under 'containers' without 'name'"),
    (({"op": "remove", "path": "/nothing"},), "operation 1 names a place that is not there: remove /nothing"),
    (({"op": "replace", "path": "/tolerations/1", "value": 1},), "names a place that is not there"),
    (({"op": "add", "path": "/tolerations/2", "value": 1},), "names a place that is not there"),
    (({"op": "add", "path": "/containers/0/image/x", "value": 1},), "names a place that is not there"),
    (({"op": "add", "path": "/a"},), "has no value"),
    (({"op": "add", "path": "a", "value": 1},), "has no path that begins with '/'"),
    (({"op": "test", "path": "/volumes", "value": []},), "finds something else"),
    (({"op": "jump", "path": "/volumes"},), "is none of add, remove, replace, move, copy and test"),
    (({"op": "remove", "path": ""},), "leaves no object behind"),
    (({"op": "replace", "path": "", "value": 3},), "leaves no object behind"),
]


@pytest.mark.parametrize(("patch", "words"), WRONG)
def test_a_patch_that_cannot_be_applied_says_why(patch: Patch, words: str) -> None:
    with pytest.raises(PatchError) as caught:
        patched(POD, patch)
    assert words in str(caught.value)
