"""What was given for a settings class, layer over layer, until pydantic gets all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipegen.dsl.fields import MISSING, Node
from pipegen.errors import suggest
from pipegen.runtime.from_text import NotJsonError, parse_json, value_of

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that does not fit its field; `what` is the rest of a sentence that begins with its source."""

    node: Node
    source: str
    what: str
    hint: str = ""


class Given:
    """Values by field path; a later layer wins leaf by leaf."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.top = tuple(nodes)
        self.nodes: dict[Path, Node] = {node.path: node for top in self.top for node in top.walk()}
        self.values: dict[Path, Any] = {}
        self.sources: dict[Path, str] = {}
        self.texts: dict[Path, str] = {}
        self.broken: set[Path] = set()
        self.problems: list[Misfit] = []

    def text(self, node: Node, text: str, source: str) -> None:
        """Take a variable's text."""
        try:
            value = text if node.parses_itself else value_of(node.info.annotation, text)
        except NotJsonError as error:
            self._refuse(node, source, str(error))
            return
        self._put(node, value, source)
        self.texts[node.path] = text

    def json(self, node: Node, text: str, source: str) -> None:
        """Take JSON, whatever the field's type."""
        try:
            value = text if node.parses_itself else parse_json(text)
        except NotJsonError as error:
            self._refuse(node, source, str(error))
            return
        self._put(node, value, source)

    def source(self, path: Path) -> str | None:
        """Where the value at a path came from; None when nothing was given there."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.sources:
                return self.sources[path[:length]]
        return next((source for below, source in self.sources.items() if below[: len(path)] == path), None)

    def tree(self) -> dict[str, Any]:
        """Everything as nested dicts, keyed as pydantic wants it."""
        built = ((node.key, self._build(node)) for node in self.top)
        return {key: value for key, value in built if value is not MISSING}

    def _build(self, node: Node) -> Any:
        whole = self.values.get(node.path, MISSING)
        if node.model is None or not (whole is MISSING or isinstance(whole, dict)):
            return whole
        built = ((child.key, self._build(child)) for child in node.children)
        parts = {key: value for key, value in built if value is not MISSING}
        if whole is not MISSING:
            return whole | parts
        if parts:
            return _default_parts(node) | parts
        return {} if node.info.is_required() else MISSING

    def _put(self, node: Node, value: Any, source: str) -> None:
        self._clear_around(node.path)
        self.broken.discard(node.path)
        self.sources[node.path] = source
        if node.model is None or not isinstance(value, dict):
            self._clear_below(node.path)
            self.values[node.path] = value
            return
        extras: dict[str, Any] = {}
        self.values[node.path] = extras
        children = {name: child for child in node.children for name in (child.key, child.path[-1])}
        for key, inner in value.items():
            if key in children:
                self._put(children[key], inner, source)
            elif node.model.model_config.get("extra") == "allow":
                extras[key] = inner
            else:
                hint = suggest(key, (child.path[-1] for child in node.children))
                what = f"has a key '{key}' that '{node.model.__name__}' does not know"
                self._refuse(node, source, what, hint)

    def _clear_around(self, path: Path) -> None:
        """A part that is given overrides a `null` given for the whole."""
        for length in range(1, len(path)):
            above = path[:length]
            if above in self.values and not isinstance(self.values[above], dict):
                del self.values[above], self.sources[above]

    def _clear_below(self, path: Path) -> None:
        for known in (self.values, self.sources, self.texts):
            for below in [one for one in known if one[: len(path)] == path and one != path]:
                del known[below]
        self.texts.pop(path, None)

    def _refuse(self, node: Node, source: str, what: str, hint: str = "") -> None:
        self.broken.add(node.path)
        self.problems.append(Misfit(node, source, what, hint))


def _default_parts(node: Node) -> dict[str, Any]:
    """The default instance around a part that was given: its other fields stay as they are."""
    try:
        default = node.info.get_default(call_default_factory=True)
    except Exception:  # a factory that wants the other fields: pydantic calls it when nothing is given
        return {}
    if node.model is None or not isinstance(default, node.model):
        return {}
    return {child.key: getattr(default, child.path[-1]) for child in node.children}
