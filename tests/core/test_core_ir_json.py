"""The pipeline as JSON: byte-equal on a round trip, and read so strictly that nothing is lost in silence."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drafts import drafts
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pipegen.errors import PipegenError
from pipegen.ir import Draft, Input, Options, Port, Retry, Schedule, Step, Task
from pipegen.ir_json import from_json, to_json
from pipegen.ir_schema import schema
from pipegen.link import link

SCHEMA = Draft202012Validator(schema())


@settings(max_examples=50)
@given(drafts())
def test_a_round_trip_gives_the_same_pipeline_and_the_same_bytes(draft: Draft) -> None:
    text = to_json(draft)
    again = from_json(text, "p.json")
    assert again == draft
    assert to_json(again) == text
    SCHEMA.validate(json.loads(text))
    linked = link(draft)
    assert link(from_json(to_json(linked), "p.json")) == linked


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


RICH = Draft(
    name="p",
    tasks=(
        Task(
            "a",
            "a",
            (),
            Options(retry=Retry(2, "5s", 3.0), labels={"x": "y"}, metadata={"n": [1, {"d": None}]}),
        ),
        Task("b", "b", (Input("rows", ("a",), "one"),), Options(timeout="5m", trigger="all_done")),
        Task("c", "b", (Input("rows", ("a", "b"), "collect"),)),
    ),
    steps={
        "a": Step("a", "acme:A", output="list[int]", prefix="A", doc="What a does."),
        "b": Step("b", "acme:B", (Port("rows", "list[int]"), Port("more", "int", False)), "int", "row", "B"),
    },
    schedule=Schedule("0 4 * * *", "Europe/Berlin"),
    concurrency="forbid",
    on_exit=Task("end", "a"),
    labels={"team": "search"},
)


def test_a_document_has_a_line_for_each_task_and_step() -> None:
    text = to_json(RICH)
    assert text.startswith('{\n  "pipegen": 1,\n  "name": "p",\n  "tasks": [\n    {"name": "a", ')
    assert sum(line.startswith("    {") for line in text.splitlines()) == len(RICH.tasks)
    assert '    "a": {"slug": "a"' in text
    assert text.endswith("}\n") and "null" not in text.replace('"d": null', "")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [place for key, one in inner for place in places(one, (*path, key))]
    return [path, *below] if path else below


DOCUMENT = json.loads(to_json(RICH))
PLACES = places(DOCUMENT)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    1.5,
    "",
    "x",
    "\x07",
    [],
    ["x"],
    [[]],
    {},
    {"x": 1},
    {"": None},
)
# Places under which any JSON will do.
FREE = ("metadata",)


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def mutants() -> list[tuple[str, Any]]:
    """The document with one key deleted, renamed, added, or with one value replaced; for each place."""
    found: list[tuple[str, Any]] = []
    for path in PLACES:
        for change in ("delete", "rename", *OTHERS):
            document = copy.deepcopy(DOCUMENT)
            around, key = at(document, path[:-1]), path[-1]
            if change == "delete":
                del around[key]
            elif change == "rename":
                if not isinstance(key, str):
                    continue
                around[f"{key}s"] = around.pop(key)
            else:
                around[key] = change
            found.append((f"{path} {change!r}", document))
    return found


def outcome(document: Any) -> Draft | None:
    """What reading and linking a document gives; None when it is refused. Nothing else is raised."""
    try:
        draft = from_json(json.dumps(document), "p.json")
        link(draft)
    except PipegenError as error:
        assert error.diagnostics
        assert all(one.code.startswith("PG") and one.message for one in error.diagnostics)
        return None
    return draft


def test_every_small_change_of_a_document_is_refused_or_means_what_it_says() -> None:
    refused = 0
    for what, document in mutants():
        draft = outcome(document)
        refused += draft is None
        if draft is not None:
            kept = {key: value for key, value in document.items() if key != "pipegen"}
            assert meaning(json.loads(to_json(draft))) == meaning({"pipegen": 1, **kept}), what
    assert refused > len(PLACES) * 5  # most changes are mistakes


def meaning(document: Any) -> Any:
    """A document without what stands for its absence: keys that hold their default."""
    if isinstance(document, dict):
        inner = {key: meaning(value) for key, value in document.items()}
        return {
            key: value for key, value in inner.items() if value not in DEFAULTS.get(key, ([], {}, None, ""))
        }
    return [meaning(one) for one in document] if isinstance(document, list) else document


DEFAULTS: dict[str, tuple[Any, ...]] = {
    "metadata": ({},),
    "trigger": ("all_success",),
    "mode": ("batch",),
    "feed": ("one",),
    "required": (True,),
    "factor": (2.0,),
    "limit": (0,),
    "backoff": ("0s",),
    "output": ("None",),
    "n": (),
    "d": (),
    "": (),
    "x": (),
    "ns": (),
    "ds": (),
}


def test_the_schema_and_the_reader_agree_on_every_change() -> None:
    for what, document in mutants():
        try:
            from_json(json.dumps(document), "p.json")
            reads = True
        except PipegenError:
            reads = False
        try:
            SCHEMA.validate(document)
            fits = True
        except ValidationError:
            fits = False
        assert reads == fits, what


@settings(max_examples=40)
@given(drafts(), st.data())
def test_a_random_document_with_a_random_change_never_ends_in_a_traceback(
    draft: Draft, data: st.DataObject
) -> None:
    document = json.loads(to_json(draft))
    path = data.draw(st.sampled_from(places(document)))
    at(document, path[:-1])[path[-1]] = data.draw(st.sampled_from(OTHERS))
    outcome(document)


@given(st.text(max_size=40) | st.sampled_from(['{"pipegen": 1', "[]", "{}", "nul", '"x"', "\ufeff{}"]))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(PipegenError):
        from_json(text, "p.json")


def with_options(text: str) -> str:
    task = f'{{"name": "a", "step": "a", "options": {text}}}'
    return f'{{"pipegen": 1, "name": "p", "tasks": [{task}], "steps": {{}}}}'


WRONG: list[tuple[str, str]] = [
    ("", "p.json:1:1: [PG191]: 'p.json' is not JSON: Expecting value"),
    (
        "{\n  'a': 1}",
        "p.json:2:3: [PG191]: 'p.json' is not JSON: Expecting property name enclosed in double quotes",
    ),
    ("[1]", "p.json: [PG191]: 'p.json' is not a pipeline document"),
    ('{"name": "p"}', "p.json: [PG191]: 'p.json' is not a pipeline document"),
    ('{"pipegen": 2}', "p.json: [PG192]: 'p.json' has format 2; this pipegen reads 1"),
    ('{"pipegen": true}', "p.json: [PG192]: 'p.json' has format true; this pipegen reads 1"),
    ('{"pipegen": 1, "name": NaN}', "p.json: [PG191]: 'p.json' is not JSON: 'NaN'"),
    (
        '{"pipegen": 1, "name": 1e999}',
        "p.json: [PG191]: 'p.json' is not JSON: 1e999 is too large for a number",
    ),
    (
        '{"pipegen": 1, "name": "a", "name": "b"}',
        "[PG191]: 'p.json' is not JSON: 'name' is given twice in one object",
    ),
    (
        '{"pipegen": 1, "name": "\\ud800"}',
        "p.json: [PG191]: 'p.json' is not JSON: it holds half of a character",
    ),
    ('{"pipegen": 1, "x": ' + "[" * 100_000, "p.json: [PG191]: 'p.json' is not JSON: it is nested too deep"),
    (
        '{"pipegen": 1, "name": 5, "tasks": [], "steps": {}}',
        "p.json: [PG193]: name: must be text, not a whole number",
    ),
    ('{"pipegen": 1, "name": "p", "steps": {}}', "p.json: [PG193]: tasks: is missing"),
    (
        '{"pipegen": 1, "name": "p", "tasks": {}, "steps": {}}',
        "[PG193]: tasks: must be a list, not an object",
    ),
    (
        '{"pipegen": 1, "name": "p", "tasks": [], "steps": {}, "shedule": null}',
        "p.json: [PG193]: shedule: is not known",
    ),
    (
        with_options('{"trigger": "always"}'),
        "p.json: [PG193]: tasks[0].options.trigger: is 'always'",
    ),
    (
        '{"pipegen": 1, "name": "p", "tasks": [], "steps": {}, "parameters": [{"name": "a", "targets": [["a"]]}]}',
        "p.json: [PG193]: parameters[0].targets[0]: must have 2 items, not 1",
    ),
    (
        with_options(f'{{"retry": {{"factor": {"9" * 400}}}}}'),
        "p.json: [PG193]: tasks[0].options.retry.factor: is too large for a number",
    ),
    (
        with_options(f'{{"metadata": {{"x": {"[" * 200}{"]" * 200}}}}}'),
        "p.json: [PG193]: tasks[0].options.metadata.x: is nested more than 100 deep",
    ),
]


@pytest.mark.parametrize(("text", "problem"), WRONG, ids=[p[-60:] for _, p in WRONG])
def test_what_is_wrong_with_a_document_is_said_with_its_path(text: str, problem: str) -> None:
    with pytest.raises(PipegenError) as error:
        from_json(text, "p.json")
    said = [str(one).replace("error[", "[").lower() for one in error.value.diagnostics]
    assert any(problem.lower() in one for one in said), said


def test_everything_wrong_with_a_document_is_said_together() -> None:
    document = {"pipegen": 1, "name": 5, "tasks": [{"nmae": "a", "step": 1}], "steps": [], "labels": {"a": 1}}
    with pytest.raises(PipegenError) as error:
        from_json(json.dumps(document), "p.json")
    assert [one.message for one in error.value.diagnostics] == [
        "labels.a: must be text, not a whole number",
        "name: must be text, not a whole number",
        "steps: must be an object, not a list",
        "tasks[0].name: is missing",
        "tasks[0].nmae: is not known",
        "tasks[0].step: must be text, not a whole number",
    ]
