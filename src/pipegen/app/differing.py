"""The three comparisons: of values, of revisions, and of files with what would be generated now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipegen.app.comparing import Group, compare
from pipegen.app.configuring import GivenValues
from pipegen.app.documents import Edit, edits
from pipegen.app.generating import generate
from pipegen.app.snapshot import Snapshot, snapshot
from pipegen.emit.files import Change, unified
from pipegen.ir import Json

_STATES = {"new": "added", "changed": "changed"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is different: in the pipelines, or inside of the files; and which files."""

    groups: tuple[Group, ...]
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...]
    removed: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.groups or self.edits or self.files)

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Each change in words, with what it is about."""
        return [
            *((f"pipeline {one.pipeline}", one.sentence) for one in self.groups),
            *((one.file, one.sentence) for one in self.edits),
        ]

    @property
    def files(self) -> list[tuple[str, str]]:
        """The files that are different, and how."""
        found = [(one.path, _STATES[one.kind]) for one in self.changes if one.kind != "same"]
        return [*found, *((path, "removed") for path in self.removed)]

    @property
    def text(self) -> str:
        return unified(self.changes)

    def data(self, *, text: bool) -> dict[str, Json]:
        changes = [
            {
                "pipeline": one.pipeline,
                "of": one.owner,
                "names": list(one.names),
                "what": one.what,
                "before": one.before,
                "after": one.after,
                "sentence": one.sentence,
            }
            for one in self.groups
        ]
        inside = [
            {
                "file": one.file,
                "places": list(one.places),
                "before": one.before,
                "after": one.after,
                "sentence": one.sentence,
            }
            for one in self.edits
        ]
        files = [{"path": path, "state": state} for path, state in self.files]
        shown: dict[str, Json] = {"text": self.text} if text else {}
        return {"differs": self.differs, "changes": changes, "edits": inside, "files": files, **shown}


def between_values(
    target: str | None, backends: Sequence[str], before: GivenValues, after: GivenValues
) -> Answer:
    """What other values change."""
    return _answer(snapshot(target, backends, before), snapshot(target, backends, after))


def between_revisions(
    target: str | None, backends: Sequence[str], given: GivenValues, revisions: str
) -> Answer:
    """What changed since a revision, or between two that are written as one..other."""
    from pipegen.app.revisions import snapshot_at

    first, dots, second = revisions.partition("..")
    before = snapshot_at(first or "HEAD", target, backends, given)
    if dots:
        return _answer(before, snapshot_at(second or "HEAD", target, backends, given))
    return _answer(before, snapshot(target, backends, given))


def committed(target: str | None, backends: Sequence[str], given: GivenValues) -> Answer:
    """What generating again would change in the files that are there."""
    plan = generate(target, backends, given)
    stale = [one for one in plan.changes if one.kind == "changed"]
    return Answer((), tuple(edit for one in stale for edit in edits(one)), plan.changes)


def _answer(before: Snapshot, after: Snapshot) -> Answer:
    changes = tuple(Change(path, before.files.get(path), text) for path, text in sorted(after.files.items()))
    gone = tuple(sorted(set(before.files) - set(after.files)))
    return Answer(tuple(compare(before, after)), (), changes, gone)
