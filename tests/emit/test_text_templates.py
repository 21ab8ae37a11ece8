"""Templates get what they ask for, and every value in them is harmless."""

from __future__ import annotations

import ast
import enum
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty import SHORT, documents, texts

from pipegen.emit import filters, text
from pipegen.errors import PipegenError


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(text, "folder", lambda: tmp_path)
    return tmp_path


def refusal(name: str, **values: object) -> str:
    with pytest.raises(PipegenError) as caught:
        text.render(name, **values)
    return str(caught.value)


def test_a_template_is_rendered_as_it_looks(templates: Path) -> None:
    (templates / "a").mkdir()
    (templates / "a/b.py").write_text(
        "{% for x in names %}\n  {% if x %}\nuse({{ x | repr }})\n  {% endif %}\n{% endfor %}\nend\n\n"
    )
    assert text.render("a/b.py", names=["one", "", "two & <3>"]) == 'use("one")\nuse("two & <3>")\nend\n\n'


def test_a_value_may_be_called_name_and_nothing_is_escaped_for_html(templates: Path) -> None:
    (templates / "t").write_bytes(b"{{ name }}\r\n{# gone #}\r\nlast")
    assert text.render("t", name="<&'\"") == "<&'\"\nlast"


def test_templates_may_include_each_other(templates: Path) -> None:
    (templates / "outer").write_text("1\n{% include 'inner' %}")
    (templates / "inner").write_text("2\n{{ x }}\n")
    assert text.render("outer", x=3) == "1\n2\n3\n"
    (templates / "inner").unlink()
    assert "error[PG420]: there is no template 'inner'" in refusal("outer", x=3)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        (
            "\n{{ colour }}",
            "templates/t:2: error[PG421]: the template 't' needs a value it was not given: 'colour'",
        ),
        ("{{ known.colour }}", "error[PG421]: the template 't' needs a value it was not given"),
        ("{{ known['x'] | upper }}", "error[PG421]"),
        *(("{{ x | %s }}" % name, "templates/t:1: error[PG421]") for name in filters.FILTERS),  # noqa: UP031
        ("{% if x %}{% endif %}", "error[PG421]"),
        ("{% for y in x %}{% endfor %}", "error[PG421]"),
        ("{% include 'inner' %}", "templates/inner:3: error[PG421]: the template 'inner' needs a value"),
        ("ok\n{{ }", "templates/t:2: error[PG422]: the template 't' cannot be rendered: unexpected '}'"),
        ("{{ 1 | nope }}", "error[PG422]: the template 't' cannot be rendered: No filter named 'nope'"),
        ("{{ lipsum() }}", "error[PG421]"),
        ("{{ [1] | random }}", "error[PG422]"),
        ("{% extends 'nowhere' %}", "error[PG420]: there is no template 'nowhere'"),
    ],
)
def test_a_gap_in_a_template_is_refused_with_its_line(templates: Path, template: str, says: str) -> None:
    (templates / "t").write_text(template)
    (templates / "inner").write_text("\n\n{{ x }}")
    assert says in refusal("t", known={"a": 1})


def test_a_template_that_is_not_text_is_refused(templates: Path) -> None:
    (templates / "t").write_bytes(b"caf\xe9")
    assert "error[PG422]" in refusal("t")


@pytest.mark.parametrize("name", ["step.pi", "../step.py", "/etc/passwd", ""])
def test_a_template_that_is_not_there_is_refused(templates: Path, name: str) -> None:
    (templates / "step.py").write_text("")
    assert f"error[PG420]: there is no template '{name}'" in refusal(name)


def test_a_mistyped_template_gets_a_suggestion(templates: Path) -> None:
    (templates / "step.py").write_text("")
    assert "did you mean 'step.py'?" in refusal("step.pi")


def test_the_templates_there_are_can_be_listed(templates: Path) -> None:
    for name in ("init/b", "init/.gitignore", "init/sub/a", "other", "init/__pycache__/x.pyc", ".DS_Store"):
        (templates / name).parent.mkdir(parents=True, exist_ok=True)
        (templates / name).touch()
    assert text.template_names() == ("init/.gitignore", "init/b", "init/sub/a", "other")
    assert text.template_names("init/") == ("init/.gitignore", "init/b", "init/sub/a")
    assert text.template_names("none/") == ()


def test_templates_come_from_the_package_or_from_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "top/src/pipegen"
    package.mkdir(parents=True)
    monkeypatch.setattr(text, "__file__", str(package / "emit/text.py"))
    assert text.folder() == tmp_path / "top/templates"
    (package / "templates").mkdir()
    assert text.folder() == package / "templates"


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


_python = st.recursive(
    documents,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.integers() | texts, inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(_python)
def test_python_literals_come_back_the_same(value: Any) -> None:
    written = filters.python(value)
    assert ast.literal_eval(written) == value
    assert "\n" not in written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("it's", '"it\'s"'),
        ('say "x"', "'say \"x\"'"),
        ("both \" '", '"both \\" \'"'),
        ("ü\n\\\u2028\x00😀", '"ü\\n\\\\\\u2028\\x00😀"'),
        (Colour.RED, '"red"'),
        (Size.BIG, "3"),
        ((1,), "(1,)"),
        ((), "()"),
        ({"a": [True, None, 1.5]}, '{"a": [True, None, 1.5]}'),
    ],
)
def test_python_literals_look_as_a_formatter_leaves_them(value: Any, written: str) -> None:
    assert filters.python(value) == written


@pytest.mark.parametrize("value", [{1, 2}, b"x", object, float("nan"), "\ud800", {None: 1}])
def test_what_has_no_stable_literal_is_refused(value: Any) -> None:
    with pytest.raises(PipegenError):
        filters.python(value)


def test_shell_words_reach_a_program_as_they_are() -> None:
    words = [word for word in SHORT if "\x00" not in word]
    command = f"{filters.shell(sys.executable)} -c 'import sys, json; print(json.dumps(sys.argv[1:]))' "
    command += filters.shell([*words, 7])
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True)
    assert json.loads(done.stdout) == [*words, "7"]


@pytest.mark.parametrize("value", [None, True, {"a": 1}, [None], b"x"])
def test_what_is_no_word_is_refused_by_the_shell_filter(value: Any) -> None:
    with pytest.raises(PipegenError, match="has no place in a shell command"):
        filters.shell(value)


@settings(deadline=None)
@given(documents)
def test_yaml_and_json_in_a_template_stay_data(value: Any) -> None:
    written = filters.FILTERS["yaml"](value)
    assert pyyaml.safe_load(f"a: {written}\nb: [{written}, {{c: {written}}}]\n") == {
        "a": value,
        "b": [value, {"c": value}],
    }
    assert json.loads(filters.json_text(value)) == value


def test_json_cannot_end_the_script_it_stands_in() -> None:
    written = filters.json_text("</script><!-- x")
    assert "</" not in written
    assert "<!--" not in written
    assert json.loads(written) == "</script><!-- x"


@settings(deadline=None)
@given(st.lists(texts, max_size=4).map("".join))
def test_a_comment_stays_on_its_line(value: str) -> None:
    written = filters.comment(value)
    assert len(f"# {written}".splitlines()) == 1
    assert ast.parse(f"x = 1  # {written}\n").body[1:] == []


def test_a_comment_keeps_what_it_says() -> None:
    assert filters.comment("First line.\n\n  Second\tline\x1b. ") == "First line. Second\\x09line\\x1b."


def test_importing_the_renderer_does_not_import_jinja() -> None:
    code = "import sys, pipegen.emit.text, pipegen.emit.files; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"jinja2", "yaml", "difflib", "tempfile", "shutil"} & set(done.stdout.split())
