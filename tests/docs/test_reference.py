"""The reference is written from the code, so nothing that a user can say is missing from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import jsonschema
import pytest

import pipegen
from pipegen import registry
from pipegen.app.installed import Thing, things
from pipegen.backend import FEATURES
from pipegen.cli.commands import COMMANDS, load
from pipegen.cli.words import slots
from pipegen.codes import every_code
from pipegen.values.forms import Form, Items, Keyed, Maybe, OneOf, Record, fields_of
from pipegen.values.model import Document


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    _, found, rest = page.partition(f"\n{heading}\n")
    assert found, f"there is no '{heading}'"
    for number in range(2, len(level) + 1):
        rest = rest.partition(f"\n{'#' * number} ")[0]
    return rest


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "exec"])
def test_every_option_of_a_command_has_its_row(name: str, reference: dict[str, str]) -> None:
    functions = load(name)
    if not isinstance(functions, Mapping):
        functions = {"": functions}
    for part, function in functions.items():
        heading = f"### pipegen {name} {part}" if part else f"## pipegen {name}"
        text = section(reference["reference/cli.md"], heading)
        for slot in slots(function):
            assert slot.word.help.replace("|", "\\|") in text
            for flag in slot.word.names:
                assert f"`{flag}`" in text


def test_exec_is_shown_as_it_says_itself(reference: dict[str, str]) -> None:
    from pipegen.runtime.arguments import help_text

    assert help_text() in section(reference["reference/cli.md"], "## pipegen exec")


def records(form: Form) -> Iterator[type]:
    match form:
        case Record(cls):
            yield cls
        case Maybe(inner) | Items(inner, _) | Keyed(_, inner):
            yield from records(inner)
        case OneOf(forms):
            for one in forms:
                yield from records(one)


def test_every_key_of_a_values_file_has_its_row(reference: dict[str, str]) -> None:
    page = reference["reference/values.md"]
    waiting: list[type] = [Document, *(registry.backend(name).config for name in registry.names())]
    seen: set[type] = set()
    while waiting:
        cls = waiting.pop()
        if cls in seen:
            continue
        seen.add(cls)
        for field in fields_of(cls):
            rows = [line for line in page.splitlines() if line.startswith(f"| `{field.name}` |")]
            words = " ".join(field.doc.text.replace("|", "\\|").split())
            assert any(words in row for row in rows), f"{cls.__name__}.{field.name}"
            waiting.extend(records(field.form))
    assert len(seen) > 8


@pytest.mark.parametrize("one", [one for one in things() if one.kind != "backend"], ids=lambda one: one.name)
def test_every_key_of_a_config_has_its_row(one: Thing, reference: dict[str, str]) -> None:
    text = section(reference["reference/configs.md"], f"### `{one.name}`")
    for key, field in one.load().config.model_fields.items():
        rows = [line for line in text.splitlines() if line.startswith(f"| `{key}` |")]
        words = " ".join((field.description or "").replace("|", "\\|").split())
        assert words and any(words in row for row in rows), key


def test_every_error_code_has_a_page_and_is_listed(reference: dict[str, str]) -> None:
    codes = every_code()
    assert len(codes) > 100
    for code, (title, text) in codes.items():
        assert f"[{code}](errors/{code}.md)" in reference["reference/errors.md"]
        page = reference[f"reference/errors/{code}.md"]
        assert page.startswith(f"# {code}: {title}\n")
        assert text in page
    extra = {path for path in reference if path.startswith("reference/errors/")}
    assert len(extra) == len(codes)


def test_every_feature_has_a_row_that_says_what_each_backend_does(reference: dict[str, str]) -> None:
    text = section(reference["reference/backends.md"], "## Features")
    rows = {line.split("|")[1].strip(" `"): line.count("*") // 2 for line in text.splitlines() if "`" in line}
    assert rows == dict.fromkeys(FEATURES, len(registry.names()))


def test_everything_that_pipegen_exports_is_described(reference: dict[str, str]) -> None:
    for name in pipegen.__all__:
        assert section(reference["reference/python.md"], f"## {name}").strip()


def test_the_schema_of_exported_pipelines_is_the_real_one(reference: dict[str, str]) -> None:
    from pipegen.app import showing

    page = reference["reference/pipeline-json.md"]
    schema = json.loads(page.partition("```json\n")[2].partition("\n```")[0])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == showing.export_schema()
