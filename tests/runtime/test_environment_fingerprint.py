"""A fingerprint of settings tells changes, and tells no secret."""

from __future__ import annotations

import dataclasses
import datetime
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretBytes, SecretStr

from pipegen import Settings
from pipegen.errors import PipegenError
from pipegen.runtime.fingerprint import VARIABLE, fingerprint, fingerprint_key

KEY = b"k" * 32


class Inner(BaseModel):
    url: str = "u"
    token: SecretStr = SecretStr("hush")


@dataclasses.dataclass
class Point:
    x: int


class Everything(Settings):
    count: int = 1
    day: datetime.date = datetime.date(2024, 1, 1)
    tags: set[str] = Field({"b", "a"})
    point: Point = Field(default_factory=lambda: Point(1))
    inner: Inner = Inner()
    many: list[Inner] = Field([Inner()])
    by_name: dict[str, SecretStr] = Field({"a": SecretStr("hush")})
    raw: SecretBytes = SecretBytes(b"hush")
    number: pydantic.Secret[int] = pydantic.Secret[int](7)
    none: SecretStr | None = None
    database: pydantic.PostgresDsn | None = pydantic.PostgresDsn("postgres://user:hush@host/db")
    page: pydantic.HttpUrl = pydantic.HttpUrl("https://user:hush@host/")
    open: pydantic.HttpUrl = pydantic.HttpUrl("https://host/")
    anything: Any = SecretStr("hush")


def test_ordinary_fields_are_in_clear_and_secrets_are_keyed() -> None:
    found = fingerprint(Everything(), key=KEY)
    text = json.dumps(found)
    assert "hush" not in text
    assert (found["count"], found["day"], found["tags"], found["point"]) == (
        1,
        "2024-01-01",
        ["a", "b"],
        {"x": 1},
    )
    assert (found["none"], found["open"], found["inner"]["url"]) == (None, "https://host/", "u")
    hidden = [
        found["inner"]["token"],
        found["many"][0]["token"],
        found["by_name"]["a"],
        found["raw"],
        found["number"],
        found["database"],
        found["page"],
        found["anything"],
    ]
    assert all(one.startswith("hmac-sha256:") for one in hidden)
    assert len(set(hidden)) == len(hidden)  # one secret in two fields does not show as such


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "import json, sys; sys.path.insert(0, 'tests/runtime')\n"
        "from test_environment_fingerprint import *\n"
        "print(json.dumps(fingerprint(Everything(), key=KEY)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {json.dumps(fingerprint(Everything(), key=KEY)) + "\n"}


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32))
def test_it_changes_with_the_secret_and_with_the_key_alone(one: str, other: str, key: bytes) -> None:
    first = fingerprint(Inner(token=SecretStr(one)), key=key)
    second = fingerprint(Inner(token=SecretStr(other)), key=key)
    assert (first == second) == (one == other)
    assert first != fingerprint(Inner(token=SecretStr(one)), key=key[::-1] + b"x")


def test_no_key_is_asked_for_when_nothing_is_secret() -> None:
    assert fingerprint(Point(1), key=lambda: pytest.fail("asked")) == {"x": 1}
    with pytest.raises(PipegenError):
        fingerprint(Inner(), key=b"")


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    key = fingerprint_key(tmp_path)
    file = tmp_path / ".pipegen" / "fingerprint.key"
    assert len(key) == 32
    assert fingerprint_key(tmp_path) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / ".pipegen" / ".gitignore").read_text() == "*\n"
    assert sorted(one.name for one in file.parent.iterdir()) == [".gitignore", "fingerprint.key"]


def test_processes_that_race_for_the_key_agree(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from pipegen.runtime.fingerprint import fingerprint_key\n"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
        "print(fingerprint_key(Path(sys.argv[1])).hex())"
    )
    import time

    start = str(time.time() + 0.5)
    racing = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), start], stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    assert len({one.communicate()[0] for one in racing}) == 1


def test_the_environment_may_hold_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sixteen-or-more!")
    assert fingerprint_key(tmp_path) == b"sixteen-or-more!"
    assert not list(tmp_path.iterdir())


def _short(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "short")


def _damaged(folder: Path, _: pytest.MonkeyPatch) -> None:
    fingerprint_key(folder)
    (folder / ".pipegen" / "fingerprint.key").write_bytes(b"half")


def _in_the_way(folder: Path, _: pytest.MonkeyPatch) -> None:
    (folder / ".pipegen").write_text("a file")


@pytest.mark.parametrize("spoil", [_short, _damaged, _in_the_way])
def test_a_key_that_cannot_be_used_is_refused(
    spoil: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(tmp_path, monkeypatch)
    with pytest.raises(PipegenError) as caught:
        fingerprint_key(tmp_path)
    assert [one.code for one in caught.value.diagnostics] == ["PG313"]
    assert "short" not in str(caught.value)
