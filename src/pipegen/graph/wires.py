"""The edges of the picture: where they enter a box, their curves, and the words on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from pipegen.graph.picture import ROLES, Edge
from pipegen.graph.scene import Placed, Scene
from pipegen.graph.xml import Xml, element, text

Level = tuple[int, int, int]
_TIP = 2  # between an arrow's tip and its box
_PORT = 18


class Wires:
    """Draws the edges of one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.drawn, self.boxes = scene, scene.drawn, scene.boxes

    def curves(self) -> Iterator[Xml]:
        """One path for each edge, in the order of the picture's edges."""
        levels = iter(self.scene.levels)
        for edge in self.drawn.edges:
            role = self.drawn.nodes[edge.target].role
            stretches = next(levels) if role == "task" else ()
            path = _path(self.boxes[edge.source], stretches, self.boxes[edge.target], *self._port(edge))
            yield self._drawn(path, "edge" if role == "task" else f"edge handler {role}")

    def to_handlers(self) -> Iterator[Xml]:
        """A line from the frame to each handler, and when it runs."""
        for at in self.drawn.handlers:
            box, role = self.boxes[at], self.drawn.nodes[at].role
            path = f"M{self.scene.frame.right} {box.middle}H{box.x - _TIP}"
            yield self._drawn(path, f"edge handler {role}")
            yield element("text", text(ROLES[role]), class_=f"role {role}", x=box.x + 2, y=box.y - 8)

    def words(self) -> Iterator[Xml]:
        """The types where artifacts leave, and the parameters where they enter."""
        for at, word in self.scene.words.types.items():
            box = self.boxes[at]
            yield element("text", text(word), class_="type", x=box.right + 8, y=box.middle - 6)
        written = set()
        for at, word in self.scene.words.labels.items():
            edge = self.drawn.edges[at]
            x, y = self._port(edge)
            if (x, y) not in written:
                yield element("text", text(word), class_="label", x=x - 12, y=y - 5, text_anchor="end")
            written.add((x, y))

    def _drawn(self, path: str, kind: str) -> Xml:
        return element("path", class_=kind, d=path, marker_end="url(#tip)")

    def _port(self, edge: Edge) -> tuple[int, int]:
        box = self.boxes[edge.target]
        return box.x - _TIP, box.middle + self._ports.get((edge.target, edge.input), 0)

    @cached_property
    def _ports(self) -> dict[tuple[int, int], int]:
        """How far below the middle of its box each input is: those fed from higher up are higher up."""
        if self.scene.small:
            return {}
        sources: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for edge, height in zip(self.drawn.edges, self._arrivals(), strict=True):
            sources[edge.target][edge.input].append(height)
        found = {}
        for target, inputs in sources.items():
            ordered = sorted(inputs, key=lambda one: (sum(inputs[one]) // len(inputs[one]), one))
            for rank, one in enumerate(ordered):
                found[target, one] = (2 * rank - len(ordered) + 1) * _PORT // 2
        return found

    def _arrivals(self) -> Iterator[int]:
        """The height that each edge comes from last."""
        levels = iter(self.scene.levels)
        for edge in self.drawn.edges:
            stretches = next(levels) if edge.target < self.drawn.tasks else ()
            yield stretches[-1][2] if stretches else self.boxes[edge.source].middle


def _path(source: Placed, stretches: tuple[Level, ...], target: Placed, x: int, y: int) -> str:
    """From the right side of the source, level through each stretch, to that point of the target."""
    outlet, inlet = (source.right, source.right + source.outlet, source.middle), (x - target.inlet, x, y)
    parts = [f"M{source.right} {source.middle}"]
    for (_, start, height), (left, _, level) in pairwise((outlet, *stretches, inlet)):
        if level != height:
            middle = (start + left) // 2
            parts.append(f"H{start}C{middle} {height} {middle} {level} {left} {level}")
    return "".join(parts) + f"H{x}"
