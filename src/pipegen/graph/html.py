"""The pipeline as one page to explore that opens offline: pan, zoom, find a task, read its details."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from string import Template

from pipegen.graph.facts import embedded, facts
from pipegen.graph.lettering import shorten
from pipegen.graph.paint import style, switches
from pipegen.graph.picture import Picture, count, picture, schedule_of
from pipegen.graph.scene import MARGIN, Scene, compose
from pipegen.graph.svg import NAMESPACE, graph, summary, tip
from pipegen.graph.xml import Xml, element, text
from pipegen.ir import Pipeline

_PARTS = Path(__file__).parent / "page"


def draw(pipeline: Pipeline) -> str:
    drawn = picture(pipeline)
    script = _script()
    about = (count(drawn.tasks, "task"), count(pipeline.edges, "edge"), schedule_of(pipeline))
    return Template(_part("page.html")).substitute(
        title=text(shorten(drawn.title, 200)),
        summary=text(" · ".join(filter(None, about))),
        policy=_policy(script),
        style=style() + switches() + _part("page.css"),
        graph=_svg(drawn, compose(drawn, top=MARGIN)),
        data=embedded(facts(drawn)),
        script=script,
    )


def _svg(drawn: Picture, scene: Scene) -> Xml:
    return element(
        "svg",
        element("defs", tip("tip-near")),
        graph(scene),
        xmlns=NAMESPACE,
        viewBox=f"0 0 {scene.width} {scene.height}",
        data_width=scene.width,
        data_height=scene.height,
        role="group",
        aria_label=summary(drawn),
    )


def _script() -> str:
    """Three files that read as one: what they name stays inside."""
    parts = "\n".join(map(_part, ("view.js", "panel.js", "tasks.js")))
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _policy(script: str) -> str:
    """Nothing is loaded, and no script runs but the page's own."""
    digest = b64encode(sha256(f"\n{script}".encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")
