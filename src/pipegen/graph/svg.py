"""The pipeline as one SVG file that needs nothing else, light or dark as its reader is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipegen.graph import boxes
from pipegen.graph.lettering import first_line, pixels, shorten
from pipegen.graph.paint import ACCENTS, style
from pipegen.graph.picture import Picture, count, picture, schedule_of
from pipegen.graph.scene import MARGIN, Scene, compose
from pipegen.graph.wires import Wires
from pipegen.graph.xml import Xml, element, joined, text
from pipegen.ir import Pipeline

NAMESPACE = "http://www.w3.org/2000/svg"
_NARROWEST = 360


def draw(pipeline: Pipeline) -> str:
    drawn = picture(pipeline)
    about = first_line(pipeline.description)
    scene = compose(drawn, top=104 if about else 84)
    width = max(scene.width, _NARROWEST, pixels(drawn.title, 20) + 2 * MARGIN if len(drawn.title) < 80 else 0)
    return (
        element(
            "svg",
            element("style", Xml(style())),
            element("rect", class_="back", width="100%", height="100%"),
            joined(_header(drawn, about, width - 2 * MARGIN)),
            graph(scene),
            xmlns=NAMESPACE,
            viewBox=f"0 0 {width} {scene.height}",
            width=width,
            height=scene.height,
            role="img",
            aria_label=summary(drawn),
        )
        + "\n"
    )


def graph(scene: Scene) -> Xml:
    """The frame and what is in and beside it, without a header."""
    wires, frame = Wires(scene), scene.frame
    return element(
        "g",
        element("defs", tip("tip")),
        element("rect", class_="frame", x=frame.x, y=frame.y, width=frame.width, height=frame.height, rx=14),
        element("g", joined((*wires.curves(), *wires.to_handlers())), class_="edges"),
        element("g", joined(_boxes(scene)), class_="nodes"),
        element("g", joined(wires.words()), class_="words"),
        class_="graph small" if scene.small else "graph",
    )


def summary(drawn: Picture) -> str:
    """The picture in a sentence, for those who cannot see it."""
    when = schedule_of(drawn.pipeline)
    edges = count(drawn.pipeline.edges, "edge")
    scheduled = f", scheduled {when}" if when else ""
    return f"Pipeline {drawn.title}: {count(drawn.tasks, 'task')}, {edges}{scheduled}"


def _boxes(scene: Scene) -> Iterator[Xml]:
    accents: dict[str, int] = {}
    for placed in scene.boxes:
        node = placed.box.node
        if node.role == "task":
            accent = f"a{accents.setdefault(node.step.slug, len(accents)) % len(ACCENTS)}"
        else:
            accent = f"role {node.role}"
        yield boxes.draw(placed.box, placed.x, placed.y, placed.width, accent)


def _header(drawn: Picture, about: str, room: int) -> Iterator[Xml]:
    title = shorten(drawn.title, room, partial(pixels, size=20))
    yield element("text", text(title), class_="title", x=MARGIN, y=42)
    x, schedule = MARGIN, schedule_of(drawn.pipeline)
    if schedule:
        yield element(
            "path", class_="clock", d=f"M{x + 13} 60a6 6 0 1 1-12 0a6 6 0 1 1 12 0M{x + 7} 56.5V60l2.5 1.5"
        )
        x += 20
    facts = " · ".join(filter(None, (schedule, count(drawn.tasks, "task"))))
    yield element("text", text(facts), class_="about", x=x, y=64)
    if about:
        line = shorten(about, room, partial(pixels, size=12))
        yield element("text", text(line), class_="about", x=MARGIN, y=84)


def tip(name: str) -> Xml:
    """The arrow at the end of an edge."""
    path = element("path", class_="tip", d="M0 0L8 4L0 8Z")
    size = {"markerWidth": 8, "markerHeight": 8, "refX": 7, "refY": 4}
    return element(
        "marker", path, id=name, viewBox="0 0 8 8", orient="auto", markerUnits="userSpaceOnUse", **size
    )
