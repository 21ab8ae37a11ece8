"""The page: complete, offline, and with no value of a secret in it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipelines_to_draw import FETCH, diamond, layered, pipeline, step, task, three, unchecked

from pipegen.errors import Origin
from pipegen.graph import render
from pipegen.graph.facts import facts
from pipegen.graph.lettering import clean
from pipegen.graph.picture import picture
from pipegen.ir import Cache, Options, Parameter, Pipeline, Resources, Retry, Setting, Step, Task


class Reader(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.contents: list[tuple[str, dict[str, str | None], str]] = [("", {}, "")]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.contents.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.contents.append(("", {}, ""))

    def handle_data(self, data: str) -> None:
        tag, attributes, before = self.contents[-1]
        self.contents[-1] = (tag, attributes, before + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for found, attributes, text in self.contents if found == tag]


def data(page: str) -> Any:
    return json.loads(
        next(text for attributes, text in Reader(page).all("script") if attributes.get("id") == "data")
    )


@given(
    st.text(min_size=1),
    st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6, unique=True),
    st.text(min_size=1),
)
def test_any_name_comes_back_from_the_page_as_it_was(name: str, names: list[str], parameter: str) -> None:
    drawn = unchecked(name, names, (parameter,))
    page = render(drawn, "html")
    found = data(page)
    assert found == facts(picture(drawn))
    assert found["pipeline"]["name"] == name
    assert [one["name"] for one in found["tasks"]] == names
    assert [attributes["name"] for attributes, _ in Reader(page).all("meta") if "name" in attributes]
    assert len(Reader(page).all("script")) == 2


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028", "&lt;", "$title", "${x}"]
)
def test_a_name_cannot_end_the_script_or_fill_another_place(name: str) -> None:
    page = render(unchecked(name, [name, "b"], (name,)), "html")
    assert data(page)["tasks"][0]["name"] == name
    assert len(Reader(page).all("script")) == 2
    assert Reader(page).all("strong")[0][1] == clean(name)
    inside = page[page.index('id="data"') : page.index("</script>")]
    assert inside.isascii() and "<" not in inside.split(">", 1)[1]


def test_the_page_loads_nothing_and_allows_no_script_but_its_own() -> None:
    page = render(diamond(), "html")
    addresses = re.findall(r"[a-z]+:?//[^\"'\s)]+", page)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\((?!#)|src=|\bfetch\(|XMLHttpRequest|eval\(|innerHTML", page)
    (policy,) = (
        attributes["content"] or ""
        for attributes, _ in Reader(page).all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    script = Reader(page).all("script")[1][1]
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")


def test_no_value_of_a_secret_is_in_any_picture() -> None:
    settings = (
        Setting("token", "SecretStr", required=False, default="hunter2", secret=True),
        Setting("login", "Login", required=False, default={"password": "hunter3"}, secret=True),
    )
    kind = Step("kind", "acme:Kind", settings=settings, prefix="KIND")
    drawn = Pipeline(
        "secrets",
        (Task("a", "kind", options=Options(env={"PASSWORD": "hunter4"})),),
        {"kind": kind},
        parameters=(
            Parameter("token", (("a", "token"),), "hunter5", True, ("hunter6",)),
            Parameter("word", (("a", "login.password"),), "hunter7", True),
        ),
    )
    for form in ("html", "svg", "text", "mermaid", "dot"):
        assert "hunter" not in render(drawn, form)
    found = data(render(drawn, "html"))
    assert [one["secret"] for one in found["steps"]["kind"]["settings"]] == [True, True]
    assert [one["secret"] for one in found["pipeline"]["parameters"]] == [True, True]
    assert found["tasks"][0]["options"] == [["environment", "PASSWORD"]]


def test_no_folder_of_this_machine_is_in_the_page() -> None:
    places = ["/home/jo/steps.py", "C:\\jo\\steps.py", "~/jo/steps.py", "src/steps.py"]
    tasks = [Task(f"t{at}", "fetch", origin=Origin(place, 7, 3)) for at, place in enumerate(places)]
    found = data(render(pipeline("p", tasks, [FETCH], target="/home/jo/p.py:p"), "html"))
    assert [one["origin"] for one in found["tasks"]] == ["", "", "", "src/steps.py:7:3"]
    assert found["pipeline"]["about"] == []


def test_the_data_tells_all_that_the_panel_shows() -> None:
    found = data(render(three(), "html"))
    assert found["edges"] == [[0, 1], [1, 2], [0, 2]]
    assert found["tasks"][2]["inputs"] == [
        {"name": "scores", "type": "list[Scored]", "feed": "", "sources": [1]},
        {"name": "reviews", "type": "list[Review]", "feed": "", "sources": [0]},
    ]
    fetch = found["steps"]["fetch"]
    assert fetch["doc"].startswith("Download the reviews.")
    assert [(one["name"], one["variable"], one["default"]) for one in fetch["settings"]] == [
        ("url", "FETCH__URL", ""),
        ("limit", "FETCH__LIMIT", "100"),
        ("token", "FETCH__TOKEN", ""),
    ]
    assert found["pipeline"]["parameters"][0]["choices"] == ["10", "100"]


def test_every_option_is_told() -> None:
    options = Options(
        Retry(3, "30s", 2.0, "10m"),
        "1h",
        Resources("2", "4Gi", "10Gi", 1),
        Cache(True, ("v2",)),
        "all_done",
        "registry/app:1",
        {"MODE": "fast"},
        {"team": "data"},
        {"requires_gpu": True},
    )
    (one,) = data(render(pipeline("p", [task("a", "a", options=options)], [step("a")]), "html"))["tasks"]
    assert one["options"] == [
        ["runs", "when all are done"],
        ["retry", "3 times, after 30s, each wait 2 times the last, 10m at most"],
        ["timeout", "1h"],
        ["cpu", "2"],
        ["memory", "4Gi"],
        ["ephemeral storage", "10Gi"],
        ["gpu", "1"],
        ["cache", "on, by v2"],
        ["image", "registry/app:1"],
        ["environment", "MODE"],
        ["labels", "team=data"],
        ["metadata", '{"requires_gpu": true}'],
    ]


def test_the_page_of_a_thousand_tasks_holds_them_all() -> None:
    page = render(layered(1000, 40), "html")
    assert len(data(page)["tasks"]) == 1000
    assert page.count('class="node"') == 1000
    assert len(page) < 1_500_000


def test_an_empty_pipeline_has_a_page_too() -> None:
    assert data(render(Pipeline("empty", (), {}), "html"))["tasks"] == []
