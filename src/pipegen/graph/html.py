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
from pipegen.graph.scene import MARGIN, compose
from pipegen.graph.svg import NAMESPACE, graph, summary, tip
from pipegen.graph.xml import Xml, element, text
from pipegen.ir import Pipeline

PARTS = Path(__file__).parent / "page"


def draw(pipeline: Pipeline) -> str:
    drawn = picture(pipeline)
    script = script_of(PARTS / "view.js", PARTS / "panel.js", PARTS / "tasks.js")
    about = (count(drawn.tasks, "task"), count(pipeline.edges, "edge"), schedule_of(pipeline))
    return Template(part(PARTS / "page.html")).substitute(
        title=text(shorten(drawn.title, 200)),
        summary=text(" · ".join(filter(None, about))),
        policy=policy(script),
        style=style() + switches() + part(PARTS / "page.css"),
        graph=canvas(drawn),
        data=embedded(facts(drawn)),
        script=script,
    )


def canvas(drawn: Picture) -> Xml:
    """The picture that the page's script moves about."""
    scene = compose(drawn, top=MARGIN)
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


def script_of(*files: Path) -> str:
    """Several files that read as one: what they name stays inside."""
    parts = "\n".join(map(part, files))
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def policy(script: str) -> str:
    """Nothing is loaded, and no script runs but the page's own."""
    digest = b64encode(sha256(f"\n{script}".encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def part(file: Path) -> str:
    return file.read_text(encoding="utf-8")
