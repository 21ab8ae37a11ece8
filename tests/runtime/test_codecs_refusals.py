"""What is not written, and why, in the words that the user sees."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from artifact_samples import Account, Login, Point, Review, Scored, refusal
from pydantic import BaseModel, PydanticUserError, Secret, SecretBytes, SecretStr

from pipegen.errors import PipegenError
from pipegen.runtime import artifact
from pipegen.runtime.codec_codes import CODES
from pipegen.runtime.codecs import codec_for, codec_for_value, codec_named, codecs_for

TYPE_HINT = " (return what the type on `run` says, or change the type)"
SECRET_HINT = " (read it from the settings of each step that needs it)"


class Raw(BaseModel):
    data: bytes


@dataclasses.dataclass
class Keeper:
    name: str
    key: Secret[int] | None = None


class Deep(BaseModel):
    keepers: list[Keeper] = []
    logins: dict[str, Login] = {}


class Opaque:
    """pydantic knows nothing of it."""


def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


WRONG: list[tuple[Any, Any, str]] = [
    ([1], None, "error[PG322]: 'score' did not return None: it is list, where nothing is declared"),
    ("x", bytes, "error[PG322]: 'score' did not return bytes: it is str, not bytes"),
    ("x.csv", Path, "error[PG322]: 'score' did not return pathlib.Path: it is str, which is no Path"),
    (None, list[Review], "it is None, which is no stream of items"),
    (
        None,
        list[int],
        "error[PG322]: 'score' did not return list[int]: it should be a valid list (it is None)",
    ),
    (
        "abc",
        Iterable[str],
        "error[PG322]: 'score' did not return Iterable[str]: it is str, which is no stream",
    ),
    (
        {"a": 1},
        Iterable[str],
        "error[PG322]: 'score' did not return Iterable[str]: it is dict, which is no stream",
    ),
    (Review(id=1), Iterable[Review], "it is artifact_samples.Review, which is no stream of items"),
    ([1, "a"], list[int], "error[PG322]: 'score' did not return list[int]: '[1]' should be a valid integer"),
    (
        [Review(id=1), 7],
        list[Review],
        "item 2: it should be a valid dictionary or instance of Review (it is 7)",
    ),
    (
        [Review(id=n) for n in range(400)] + [None],
        list[Review],
        "item 401: it should be a valid dictionary or instance of Review (it is None)",
    ),
    ([Point("one")], list[Point], "should be int (it is 'one', str)"),  # type: ignore[arg-type]
    (Review.model_construct(id="one"), Review, "should be int (it is 'one', str)"),
    ({"id": 1}, Review, "it should be"),
    (
        1.5,
        int | bytes,
        "error[PG322]: 'score' did not return bytes | int: it should be a valid integer (it is 1.5)",
    ),
    (Path("x"), int | bytes, "error[PG322]: 'score' did not return bytes | int: it is pathlib.PosixPath"),
    (endless(), Any, "error[PG323]: what 'score' returns cannot be handed on: "),
    ("\ud800", str, "error[PG323]: what 'score' returns cannot be handed on: it cannot be written as JSON: "),
    (Raw(data=b"\xff"), Raw, "ConfigDict(ser_json_bytes="),
    ([Raw(data=b"\xff")], list[Raw], "item 1: it cannot be written as JSON: "),
    ([Opaque()], Any, "item 1: it cannot be written as JSON: "),
    (Opaque(), Any, "error[PG321]: what 'score' returns cannot be handed on: no codec writes"),
    (Opaque(), Opaque, "error[PG321]: what 'score' returns cannot be handed on: no codec writes"),
    (
        numpy.zeros(2),
        Any,
        "error[PG321]: what 'score' returns cannot be handed on: no codec writes numpy.ndarray",
    ),
    ([Path("x")], list[Path], "a path inside a value would be handed on without its file; return one folder"),
    ({"x": Path("x")}, dict[str, Path], "error[PG321]"),
    (Login(user="a", password="b"), Login, "artifact_samples.Login holds a secret: 'password'" + SECRET_HINT),  # type: ignore[arg-type]
    (
        iter([]),
        Iterator[Login],
        "error[PG324]: what 'score' returns cannot be handed on: artifact_samples.Login",
    ),
    (Deep(), Deep, "Deep holds a secret: 'key', 'password'"),
    (SecretStr("hush"), SecretStr, "error[PG324]"),
    ([SecretBytes(b"hush")], list[SecretBytes], "error[PG324]"),
    (
        {"k": [SecretStr("hush")]},
        Any,
        "error[PG324]: what 'score' returns cannot be handed on: it holds a secret",
    ),
    ([{"k": Keeper("x", Secret(1))}], Any, "item 1: it holds a secret (Secret"),
    (Login(user="a", password="b"), Any, "artifact_samples.Login holds a secret: 'password'"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("value", "annotation", "words"), WRONG)
def test_a_wrong_result_is_refused_and_nothing_is_left(
    value: Any, annotation: Any, words: str, tmp_path: Path
) -> None:
    artifact.write(tmp_path / "a", b"before", bytes, "score")
    before = artifact.digest(tmp_path / "a")
    said = refusal(artifact.write, tmp_path / "a", value, annotation, "score")
    assert words in said
    assert "hush" not in said
    assert said.count("PG") == said.count("error[") <= 6
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert artifact.digest(tmp_path / "a") == before


def test_a_subclass_is_written_as_the_declared_class(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", [Scored(id=1, score=2.0)], list[Review], "score")
    assert (tmp_path / "a/data.jsonl").read_bytes() == b'{"id":1,"text":""}\n'


def test_what_a_generator_raises_is_passed_on_as_it_is(tmp_path: Path) -> None:
    raised = OSError(28, "the user's own full disk")

    def rows() -> Iterator[Review]:
        yield Review(id=1)
        raise raised

    artifact.write(tmp_path / "a", b"before", bytes, "score")
    for error in (raised, ValueError("theirs"), PydanticUserError("theirs", code=None), KeyboardInterrupt()):
        raised = error  # type: ignore[assignment]
        with pytest.raises(type(error)) as caught:
            artifact.write(tmp_path / "a", rows(), Iterator[Review], "score")
        assert caught.value is error
        assert caught.traceback[-1].name == "rows"
        assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert artifact.read(tmp_path / "a", bytes) == b"before"


def test_a_generator_is_closed_when_its_items_are_refused(tmp_path: Path) -> None:
    closed = []

    def rows() -> Iterator[Any]:
        try:
            while True:
                yield "no review"
        finally:
            closed.append(True)

    assert "item 1" in refusal(artifact.write, tmp_path / "a", rows(), Iterator[Review], "score")
    assert closed == [True]


KINDS: list[tuple[Any, tuple[str, ...]]] = [
    (None, ("none",)),
    (bytes, ("raw",)),
    (Path, ("path",)),
    (list[Review], ("jsonl",)),
    (Iterator[int], ("jsonl",)),
    (int | None, ("json",)),
    (list[Review] | None, ("none", "jsonl")),
    (bytes | Path | None, ("none", "raw", "path")),
    (int | str | bytes, ("raw", "json")),
    (list[Review] | Review, ("json",)),
    (Iterable[Review] | Review, ("jsonl", "json")),
    (Any, ()),
    (object, ()),
]


@pytest.mark.parametrize(("annotation", "names"), KINDS)
def test_the_codecs_of_a_type_are_known_without_a_value(annotation: Any, names: tuple[str, ...]) -> None:
    assert tuple(one.name for one in codecs_for(annotation)) == names
    first = codec_for(annotation)
    assert (first.name if first else "") == (names[0] if names else "")


def test_codecs_are_found_by_value_and_by_name() -> None:
    values: list[tuple[Any, str]] = [
        (None, "none"), (b"", "raw"), (Path(), "path"), (5, "json"), ({}, "json"), (iter([]), "jsonl"),
        (Review(id=1), "json"), (Point(1), "json"), ("text", "json"), ([1], "jsonl"), (range(3), "jsonl"),
    ]  # fmt: skip
    for value, name in values:
        assert codec_for_value(value).name == name
        assert codec_named(name).name == name
    for call, given, words in (
        (codec_for, Opaque, "error[PG321]: no codec writes"),
        (codec_for, Login, "error[PG324]"),
        (codec_for_value, Opaque(), "error[PG321]: no codec writes"),
        (codec_named, "jsonll", "error[PG331]: there is no codec 'jsonll' (did you mean 'jsonl'?)"),
    ):
        assert words in refusal(call, given)


def test_every_code_is_explained_in_two_to_four_sentences() -> None:
    assert list(CODES) == [f"PG{number}" for number in range(321, 321 + len(CODES))]
    for title, text in CODES.values():
        assert title[0].islower() or title.startswith("artifact.json")
        assert not title.endswith(".")
        assert 2 <= text.replace("artifact.json", "").count(". ") + 1 <= 4
        assert text.endswith(".")


def test_a_secret_that_is_never_written_is_no_obstacle(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", Account(user="me"), Account, "score")
    with pytest.raises(PipegenError):
        artifact.write(tmp_path / "a", Login(user="me", password=SecretStr("x")), Login, "score")
