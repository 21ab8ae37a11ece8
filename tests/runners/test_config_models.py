"""Configs as a plugin may have them: fields of every sort, their messages, first files and schemas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import jsonschema
import pytest
from config_texts import nodes, said
from pydantic import Field, SecretStr

from pipegen.engine.configs import RUNNERS, Config, load
from pipegen.engine.configs.loading import node_of, validated
from pipegen.engine.configs.schema import config_schema
from pipegen.engine.configs.sketch import sketch
from pipegen.engine.runners.docker import DockerConfig
from pipegen.engine.runners.local import LocalConfig
from pipegen.errors import Origin
from pipegen.values.nodes import Table


class Inner(Config):
    url: str
    retries: int = 3


class Rich(Config):
    """A config with a field of every sort that a plugin may have."""

    text: str = Field(description="Some text.")
    secret: SecretStr | None = Field(None, description="A password.")
    number: float = Field(1.5, description="A number.")
    either: int | str = Field(1, description="A number, or a name.")
    level: Literal[1, 2] = Field(1, description="One or two.")
    inner: Inner | None = Field(None, description="A mapping.", examples=[{"url": "u"}])
    inners: Sequence[Inner] = Field([], description="Mappings.")
    anything: Any = Field(None, description="Whatever.")
    several: set[Annotated[int, Field(ge=0)]] = Field(set(), description="Numbers.")
    usual: ClassVar[tuple[str, ...]] = ("level",)


def rich(text: str) -> Any:
    return validated(Rich, nodes(text))


def test_a_plugins_config_may_have_fields_of_every_sort() -> None:
    found = rich("""
text: 1.10
secret: 0123
number: 2
either: 3
level: 2
inner: {url: 8080}
inners: [{url: a, retries: '5'}]
anything: {a: 1, b: [true, null, 1.5, no]}
several: [1, '2']
""")
    assert found.text == "1.10"
    assert found.secret.get_secret_value() == "0123"
    assert (found.number, found.either, found.level) == (2.0, 3, 2)
    assert (found.inner.url, found.inners[0].retries) == ("8080", 5)
    assert found.anything == {"a": 1, "b": [True, None, 1.5, "no"]}
    assert found.several == {1, 2}
    assert "0123" not in repr(found)


WRONG = [
    ("text: a\ninner: {retries: x}", ["PG221: 'inner' lacks the key 'url'", "PG222: 'inner.retries' takes a whole"]),
    ("text: a\ninner: {url: a, urll: b}", ["PG220: unknown key 'urll' in 'inner' (did you mean 'url'?)"]),
    ("text: a\ninners: [{url: a}, b]", ["PG222: 'inners[1]' takes a mapping, but 'b' is given"]),
    ("number: 1_0", ["PG221: the top level lacks the key 'text'", "PG222: 'number' takes a number"]),
    ("text: a\neither: [1]", ["PG222: 'either' takes a whole number or text, but a list is given"]),
    ("text: a\nlevel: 3", ["PG223: 'level' takes one of '1', '2', but '3' is given"]),
    ("text: a\nseveral: [1, -1]", ["PG224: 'several[1]': -1 is too small (the smallest is 0)"]),
    ("text: a\nseveral: 1", ["PG222: 'several' takes a list, but '1' is given (a list of one is [1])"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), WRONG)
def test_what_is_wrong_inside_is_told_with_its_path(text: str, messages: list[str]) -> None:
    found = said(rich, text)
    codes = [one.partition("[")[2].replace("]:", ":", 1) for one in found]
    assert len(found) == len(messages)
    assert all(one.startswith(message) for one, message in zip(sorted(codes), messages, strict=True))


def test_a_first_file_of_any_config_is_right_as_it_is_and_uncommented(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for model in (LocalConfig, Rich):
        text = sketch("x", model)
        validated(model, load_nodes(text), root=tmp_path)
        whole = re.sub(r"(?m)^# (?=# |\w+:)", "", text)
        assert len(load_nodes(whole).entries) == len(model.model_fields)
        validated(model, load_nodes(whole), root=tmp_path)
    validated(DockerConfig, load_nodes(sketch("docker", DockerConfig)), root=tmp_path)
    assert "password" in sketch("x", Rich).lower()


def load_nodes(text: str) -> Table:
    found = nodes(text)
    return found._replace(entries={key: one for key, one in found.entries.items() if key != "type"})


ACCEPTED = [
    {"type": "docker", "image": "app:1.0", "env_vars": {"A": 1, "B": True}, "cpu": "2", "timeout": "30m"},
    {"type": "docker", "dockerfile": "Dockerfile", "executable": "python -m pipegen", "volumes": None},
    {"type": "docker", "image": "app:1.0", "remove": "no", "memory": "1g", "gpus": "all"},
]
REFUSED = [
    {"type": "local"},
    {"imag": "app:1.0"},
    {"memory": "512Mi"},
    {"cpu": 0},
    {"pull": "allways"},
    {"env_vars": {"A B": "x"}},
]


def test_the_schema_takes_what_is_taken_and_refuses_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    validator = jsonschema.Draft202012Validator(config_schema(RUNNERS, "docker", DockerConfig))
    jsonschema.Draft202012Validator.check_schema(validator.schema)
    for one in ACCEPTED:
        validator.validate(one)
        load(RUNNERS, None, one, root=tmp_path)
    for one in REFUSED:
        assert not validator.is_valid(one), one


def test_plain_data_is_read_as_a_file_would_be() -> None:
    node = node_of({"a": [1, True, None, "2", Path("x")]}, Origin("here"))
    assert validated(Loose, node).a == [1, True, None, "2", "x"]  # type: ignore[arg-type]


class Loose(Config):
    a: list[Any]
