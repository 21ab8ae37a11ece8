"""Entry points, read straight off the disk."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from pipegen import plugins

GROUP = "pipegen.codecs"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is alone on sys.path, beside the standard library's."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(p for p in sys.path if "site-packages" not in p)])
    yield tmp_path


def install(place: Path, folder: str, text: str | None) -> None:
    (place / folder).mkdir(parents=True)
    if text is not None:
        (place / folder / "entry_points.txt").write_text(text)


def test_names_and_references_are_found_in_both_kinds_of_metadata(site: Path) -> None:
    install(site, "acme_codecs-1.2.dist-info", f"[{GROUP}]\narrow = acme.codecs:Arrow\n")
    install(site, "other.egg-info", f"[{GROUP}]\nzarr=other:Zarr [extra]\n")
    assert plugins.entry_points(GROUP) == {"arrow": "acme.codecs:Arrow", "zarr": "other:Zarr"}


def test_other_groups_comments_and_broken_lines_are_passed_over(site: Path) -> None:
    text = (
        f"[console_scripts]\nx = y:z\n\n[{GROUP}]\n# no = no:no\n; no = no:no\nnonsense\n a = b:c \n"
        f"[{GROUP}.x]\nq = r:s"
    )
    install(site, "acme-1.dist-info", text)
    assert plugins.entry_points(GROUP) == {"a": "b:c"}


def test_the_first_copy_of_a_distribution_counts_even_without_entry_points(site: Path) -> None:
    install(site / "new", "Acme_Codecs-2.dist-info", None)
    install(site / "old", "acme.codecs-1.dist-info", f"[{GROUP}]\narrow = acme:Old\n")
    sys.path[:0] = [str(site / "new"), str(site / "old")]
    assert plugins.entry_points(GROUP) == {}


def test_two_distributions_with_one_name_are_both_known(site: Path) -> None:
    install(site, "a-1.dist-info", f"[{GROUP}]\narrow = a:Arrow\nown = a:Own\n")
    install(site, "b-1.dist-info", f"[{GROUP}]\narrow = b:Arrow\n")
    assert plugins.entry_points(GROUP) == {"arrow": "a:Arrow", "own": "a:Own"}
    assert plugins.clashes(GROUP) == {
        "arrow": (
            plugins.EntryPoint("arrow", "a:Arrow", "a"),
            plugins.EntryPoint("arrow", "b:Arrow", "b"),
        )
    }


def test_a_package_installed_meanwhile_is_seen(site: Path) -> None:
    assert plugins.entry_points(GROUP) == {}
    time.sleep(0.01)  # a folder's time stamp may be as coarse as a clock tick
    install(site, "late-1.dist-info", f"[{GROUP}]\nlate = late:Late\n")
    assert plugins.entry_points(GROUP) == {"late": "late:Late"}


def test_an_application_in_a_zip_is_searched_and_a_broken_one_is_passed_over(site: Path) -> None:
    with zipfile.ZipFile(site / "app.pyz", "w") as archive:
        archive.writestr("acme-1.dist-info/entry_points.txt", f"[{GROUP}]\narrow = acme:Arrow\n")
        archive.writestr("bare-1.dist-info/METADATA", "Name: bare\n")
    (site / "broken.zip").write_text("no archive")
    sys.path[:0] = [str(site / "app.pyz"), str(site / "broken.zip"), str(site / "nowhere"), "\0"]
    assert plugins.entry_points(GROUP) == {"arrow": "acme:Arrow"}


def test_a_reference_is_loaded(site: Path) -> None:
    (site / "acme_things.py").write_text("class Outer:\n    inner = 7\n")
    assert plugins.load("acme_things:Outer.inner") == 7
    assert plugins.load("acme_things") is sys.modules.pop("acme_things")
    with pytest.raises(AttributeError):
        plugins.load("acme_things:Missing")
    with pytest.raises(ImportError):
        plugins.load("acme_nowhere:Missing")


def test_the_answer_is_that_of_importlib_metadata() -> None:
    for group in ("console_scripts", "pytest11", "pipegen.backends"):
        assert set(plugins.entry_points(group)) == {one.name for one in metadata.entry_points(group=group)}


def test_importlib_metadata_and_zipfile_are_not_imported() -> None:
    code = (
        "import sys; from pipegen import plugins; plugins.entry_points('pipegen.codecs')\n"
        "assert not {'importlib.metadata', 'zipfile', 'email'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
