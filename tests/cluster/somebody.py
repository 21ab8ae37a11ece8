"""Somebody with kubectl, for the page of the documentation: `somebody.py cronjobs/NAME PATCH`."""

from __future__ import annotations

import json
import sys

from pipegen.cluster.access import Access
from pipegen.cluster.connection import Connection

name, patch = sys.argv[1:]
connection = Connection(Access())
answer = connection.ask(
    "PATCH",
    f"/apis/batch/v1/namespaces/{connection.namespace}/{name}",
    {"fieldManager": "kubectl-patch"},
    json.loads(patch),
    "application/merge-patch+json",
)
assert answer.ok, answer
