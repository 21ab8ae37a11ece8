"""What the pipelines of `project/` find around them, in a cluster and beside DVC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from containers.cluster import Cluster
from containers.places import FLOWS, Artifacts, by_dvc, copied, tree

NASTY = '$(HOME) $$(HOME) $$ it\'s {{ x }} {{workflow.name}} \u2028 "é" $é\n\t`id` \\ %s !!int 1 '
TOKEN, ATTEMPTS = "open sesame", "/state/attempts"
SECRETS = {
    "tokens": {"fetch": TOKEN},
    "variables": {"FETCH__TOKEN": TOKEN},
    "s3": {"id": "me", "secret": "mine"},
}
CONFIG_MAPS = {
    "texts": {"text": NASTY, "attempts": ATTEMPTS, "model": "large {{ x }} $(X)\n"},
    "variables": {"ETCH__TEXT": NASTY, "LAKY__ATTEMPTS": ATTEMPTS},
}
# What a pod finds that may do no more than the restricted standard lets it.
RESTRICTED: dict[str, Any] = {
    "user": [1000, 1000, [1000]],
    "capabilities": [""],
    "no new privileges": "1",
    "seccomp": "2",
    "writable": ["/state", "/tmp"],
    "interfaces": ["lo"],
    "folder": "/app",
    "model": CONFIG_MAPS["texts"]["model"],
    "key": TOKEN,
}


def cluster(folder: Path, image: str) -> Cluster:
    """A cluster with all that the pipelines of `project/` need."""
    return Cluster(folder, SECRETS, CONFIG_MAPS, {"registry.example.com/flows:1": image})


def words_of(target: str) -> list[str]:
    """What `generate` is told for one of the pipelines: its values may stand in a file of its own."""
    files = ["values.yaml", *(path.name for path in [FLOWS / f"{target}.yaml"] if path.exists())]
    return [f"flows.py:{target}", *(word for name in files for word in ("-f", name))]


def made_by_dvc(target: str, folder: Path) -> Artifacts:
    """The artifacts of `dvc repro`, by the name of the task in lower case; those that are there, if any are."""
    artifacts = folder / FLOWS.name / "artifacts"
    if not artifacts.exists():
        env = {"FETCH__TEXT": NASTY, "FETCH__TOKEN": TOKEN, "FLAKY__ATTEMPTS": str(folder / "attempts")}
        by_dvc(copied(FLOWS, folder), env, *words_of(target))
    return {place.name.lower(): tree(place) for place in artifacts.iterdir() if place.is_dir()}
