"""`values show` and `values init`: merged values for a reader, and a first file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from fake_backend import FakeConfig, Mount, node, values
from hypothesis import given
from hypothesis import strategies as st

from pipegen.app import config_files, configuring
from pipegen.app.installed import Thing, things
from pipegen.errors import Diagnostic
from pipegen.values.forms import fields_of
from pipegen.values.init import initial, initial_section
from pipegen.values.kinds import Cron, Doc, EnvName
from pipegen.values.layers import setting
from pipegen.values.model import (
    CacheValues,
    Document,
    PipelineValues,
    ResourceValues,
    RetryValues,
    TaskValues,
)
from pipegen.values.nodes import Table, merge_tables
from pipegen.values.shape import build
from pipegen.values.show import plain, rows


def test_each_value_is_shown_with_its_path_its_text_and_its_place() -> None:
    base = node("a: {b: 1.10, 'c.d': '10'}\ne: [x, {f: null}]\ng: {}\nh: []\ni: |\n  two\n  lines\nj: ' x'\n")
    assert isinstance(base, Table)
    assert [
        (path, text, str(origin)) for path, text, origin in rows(merge_tables(base, setting("a.b=2")))
    ] == [
        ("a.b", "2", "--set a.b=2"),
        (r"a.c\.d", '"10"', "v.yaml:1:21"),
        ("e[0]", "x", "v.yaml:2:5"),
        ("e[1].f", "null", "v.yaml:2:12"),
        ("g", "{}", "v.yaml:3:4"),
        ("h", "[]", "v.yaml:4:4"),
        ("i", '"two\\nlines\\n"', "v.yaml:5:4"),
        ("j", '" x"', "v.yaml:8:4"),
    ]


def test_no_values_show_nothing() -> None:
    assert rows(Table()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1, b: 1.5, c: true, d: null, e: x, f: [1], g: {}}", '{"a": 1, "b": 1.5, "c": true, "d": null, '
         '"e": "x", "f": [1], "g": {}}'),
        ("{a: 1.10, b: 010, c: on, d: '1', e: +1, f: True, g: 1e3}", '{"a": "1.10", "b": "010", "c": "on", '
         '"d": "1", "e": "+1", "f": "True", "g": "1e3"}'),
    ],
)  # fmt: skip
def test_as_data_no_text_is_lost(text: str, expected: str) -> None:
    assert json.dumps(plain(node(text))) == expected


@given(
    st.sampled_from(["1.10", "010", "on", "True", "yes", "1", "x", "'1'", "~", "0.5"]),
    st.sampled_from(["tag", "env"]),
)
def test_data_that_is_read_again_gives_the_same_config(text: str, field: str) -> None:
    value = text if field == "tag" else f"{{A: {'x' if text == '~' else text}}}"
    before = values(f"fake: {{{field}: {value}}}")
    after = values(json.dumps(plain(before.node)))
    assert after.section("fake", "reviews") == before.section("fake", "reviews")


def uncommented(text: str) -> str:
    """Everything after the introduction, with the comment signs before it removed."""
    _, _, body = text.partition("\n\n")
    assert all(line == "" or line.startswith("# ") for line in body.splitlines())
    return "\n".join(line[2:] for line in body.splitlines())


def test_a_first_file_is_valid_as_it_is_and_says_nothing() -> None:
    text = initial({"fake": FakeConfig}, "values.schema.json")
    assert text.startswith("# yaml-language-server: $schema=values.schema.json\n# Values: ")
    assert values(text).node.entries == {}


def test_a_first_file_is_valid_when_all_of_it_is_uncommented() -> None:
    read = values(uncommented(initial({"fake": FakeConfig})))
    assert read.section("fake", "my-pipeline") == FakeConfig(
        namespace="team-a",
        image="registry.example.com/team/app:1.0",
        every="0 4 * * *",
        cpu="1Gi",
        mount=Mount("my-name", size="1Gi"),
    )
    assert read.pipelines["my-pipeline"].concurrency == "forbid"


def test_a_first_file_for_all_that_is_installed_is_valid_when_all_of_it_is_uncommented(
    tmp_path: Path,
) -> None:
    path = tmp_path / "values.yaml"
    path.write_text(uncommented(configuring.initial_values(())), encoding="utf-8")
    sections = config_files.validate(path)
    assert {"argo", "cronjob", "dvc", "run"} <= set(sections)


def test_a_key_that_does_not_go_with_the_others_stays_a_comment_and_says_why() -> None:
    @dataclass(frozen=True)
    class Chosen:
        here: Annotated[str, Doc("A place here.")] = "x"
        there: Annotated[Mapping[Annotated[str, EnvName()], Mount] | None, Doc("Places there.")] = None

        def validate(self) -> Iterator[tuple[str, str]]:
            if self.there is not None:
                yield "there", "either here or there; leave one out"

    text = uncommented(initial({"chosen": Chosen}))
    assert text.partition("chosen:\n")[2].splitlines()[:7] == [
        "  # A place here.",
        "  here: x",
        "  # Places there.",
        "  # Not beside the others here: either here or there.",
        "  # there:",
        "  #   NAME:",
        "  #     # The volume.",
    ]
    assert values(text, chosen=Chosen).section("chosen", None) == Chosen()


@pytest.mark.parametrize("one", things(), ids=lambda one: one.name)
def test_a_config_file_that_is_begun_for_anything_installed_is_valid(one: Thing, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(config_files.sketch(one.name, one.kind), encoding="utf-8")
    assert config_files.validate(path, kind=one.kind) == (one.name,)


def test_a_first_file_holds_every_key_with_what_it_is_for() -> None:
    text = uncommented(initial({"fake": FakeConfig}))
    for cls in (Document, TaskValues, RetryValues, ResourceValues, CacheValues, PipelineValues, FakeConfig):
        for field in fields_of(cls):
            assert f"{field.name}:" in text
            assert f"# {field.doc.text[:40]}" in text


def test_a_first_file_begins_like_this() -> None:
    assert uncommented(initial({})).splitlines()[:12] == [
        "# Options for every task. What the code of a step asks for is stronger.",
        "defaults:",
        "  # The container image.",
        "  image: registry.example.com/team/app:1.0",
        "  # Environment variables of the task's process. null removes one.",
        "  env: {LOG_LEVEL: info}",
        "  # Run a failed task again. null: never.",
        "  retry:",
        "    # How many times a failed task is run again.",
        "    limit: 2",
        "    # How long to wait before the first time.",
        "    backoff: 30s",
    ]


def test_a_backends_part_has_its_docstring_and_its_defaults() -> None:
    text = uncommented(initial({"fake": FakeConfig}))
    part = text.partition("# Backend 'fake'. ")[2].splitlines()
    assert part[:5] == [
        "Writes files for a made-up engine.",
        "fake:",
        "  # Where the file goes.",
        '  folder: "."',
        "  # The namespace.",
    ]


def test_the_keys_of_one_backend_can_be_had_for_a_file_of_their_own() -> None:
    text = initial_section(FakeConfig)
    assert text.startswith('# # Where the file goes.\n# folder: "."\n')
    body = "\n".join(line[2:] for line in text.splitlines())
    report: list[Diagnostic] = []
    assert build(FakeConfig, node(body), "", report) is not None
    assert report == []


def test_a_config_without_fields_docstring_or_defaults_still_gives_a_valid_part() -> None:
    @dataclass(frozen=True)
    class Empty:
        pass

    @dataclass(frozen=True)
    class Needy:
        name: str
        when: Annotated[str, Cron(), Doc("When. " * 40)]
        loop: Needy | None = None

    text = uncommented(initial({"empty": Empty, "needy": Needy}))
    assert "# Backend 'empty'.\nempty: {}" in text
    assert max(map(len, text.splitlines())) <= 108
    config = values(text, empty=Empty, needy=Needy).section("needy", "my-pipeline")
    assert (config.name, config.when, config.loop) == ("text", "0 4 * * *", None)
