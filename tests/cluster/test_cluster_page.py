"""The page of the documentation about clusters is played like all others, with a cluster to play with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from apiserver import Place

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))

from pages import ROOT, blocks, is_run, rewrite
from playing import Player
from test_pages import ELSEWHERE

(PAGE,) = [ROOT / name for name in ELSEWHERE]


@pytest.mark.engine
def test_the_page_does_what_it_says(
    place: Place, tmp_path: Path, regenerate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = blocks(PAGE)
    player = Player(tmp_path / "project", tmp_path / "state", record={} if regenerate else None)
    player.project.mkdir()
    player.state.mkdir()
    config = place.cluster.kubeconfig(tmp_path / "kubeconfig", place.namespace)
    monkeypatch.setenv("KUBECONFIG", str(config))
    monkeypatch.setenv("SOMEBODY", str(Path(__file__).with_name("somebody.py")))
    for block in found:
        player.play(block)
    assert player.done == sum(map(is_run, found)) > 0
    if player.record is not None:
        rewrite(PAGE, player.record)
