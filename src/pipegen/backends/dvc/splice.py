"""Put a pipeline's regions into a dvc.yaml that may hold others' stages, and touch nothing else.

The file is read by a YAML parser to know where its sections and entries stand, changed as text, and read
again: what is not pipegen's must come out as it went in, or nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipegen.backends.dvc.outline import NoOutlineError, Section, outline
from pipegen.backends.dvc.regions import Region, indented, label, regions, shown_source, skeleton
from pipegen.errors import Diagnostic, Origin, PipegenError, refuse
from pipegen.frozen import frozen

_BOM = "\ufeff"
Edit = tuple[int, int, str]  # from, to, what comes there


@frozen
class Owner:
    """Whose regions are replaced: a pipeline's, and those of pipelines that its module no longer has.

    `known` are the targets of all pipelines in the modules that are being compiled.
    """

    name: str
    target: str
    known: tuple[str, ...] = ()
    file: str = "dvc.yaml"
    origin: Origin | None = None  # of the pipeline in the code

    def names(self, found: Sequence[Region]) -> set[str]:
        """The names of the regions to replace."""
        known = {shown_source(one) for one in self.known}
        modules = set(map(_module, known))
        mine = shown_source(self.target)
        gone = {
            one.name
            for one in found
            if one.source == mine or (one.source not in known and _module(one.source) in modules)
        }
        return gone | {label(self.name)}

    def place(self, text: str, index: int) -> Origin:
        start = text.rfind("\n", 0, index) + 1
        return Origin(self.file, text.count("\n", 0, index) + 1, index - start + 1)

    def refused(self, reason: str, place: Origin | None = None) -> PipegenError:
        message = f"the existing dvc.yaml cannot be added to: {reason}"
        hint = "correct it, or move it away and a new one is written"
        return PipegenError(Diagnostic("PG502", message, place or Origin(self.file), hint))


def _module(target: str) -> str:
    return target.rpartition(":")[0] or target


def splice(owner: Owner, existing: str, generated: str) -> str:
    """The existing text with the owner's regions put in or replaced."""
    bom = _BOM if existing.startswith(_BOM) else ""
    text = existing.removeprefix(_BOM)
    eol = "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
    if _holds_nothing_else(text, owner):
        return bom + generated.replace("\n", eol)
    refuse(_taken(owner, text, generated))
    for tight in (True, False):
        result = _Splice(owner, text, generated, eol, tight).result()
        if result is not None:
            return bom + result
    if not text.endswith("\n"):
        raise owner.refused("its last line has no line end, and one more would change the text there")
    raise owner.refused("that would change what is not pipegen's")


def _holds_nothing_else(text: str, owner: Owner) -> bool:
    found = regions(text)
    names = owner.names(found)
    for region in reversed(found):
        if region.is_closed and region.name in names:
            text = text[: region.start] + text[region.end :]
    return all(re.fullmatch(r"(stages|metrics|plots):|", line.rstrip()) for line in text.split("\n"))


class _Splice:
    """One attempt; a tight one puts new regions right below the last entry, a loose one above the next key."""

    def __init__(self, owner: Owner, text: str, generated: str, eol: str, tight: bool) -> None:
        self.owner = owner
        self.text = text
        self.eol = eol
        self.tight = tight
        self.fresh = {_key_of(region, generated): region.text for region in regions(generated)}
        self.stub = _unused(text + generated)
        found = regions(text)
        self.names = owner.names(found)
        self.regions = [one for one in found if one.is_closed or one.name in self.names]
        self.sections = _read(owner, skeleton(text, self.regions, self.stub), text)

    def result(self) -> str | None:
        """The new text, None when it would mean something else to a reader."""
        self.check_marks()
        edits = [edit for section in self.sections for edit in self.edits(section)]
        text = self.text
        for start, end, part in sorted(edits, reverse=True):
            text = text[:start] + part + text[end:]
        text = self.with_new_sections(text)
        return text if self.is_kept(text) else None

    def check_marks(self) -> None:
        entries = {entry.name for section in self.sections for entry in section.entries}
        for number, region in enumerate(self.regions):
            if not region.is_closed:
                reason = f"the end mark of '{region.name}' is missing"
                raise self.owner.refused(reason, self.owner.place(self.text, region.start))
            if f"{self.stub}{number}" not in entries:
                reason = f"the marks of '{region.name}' do not stand around entries of a section"
                raise self.owner.refused(reason, self.owner.place(self.text, region.start))

    def edits(self, section: Section) -> Iterator[Edit]:
        held = [one for one in self.regions_of(section) if one.name in self.names]
        fresh = self.fresh.get(section.key)
        if fresh is not None:
            self.refuse_unfit(section)
        own = [one for one in held if one.name == label(self.owner.name)] or held
        for region in held:
            part = indented(fresh, section.column, self.eol) if fresh and region is own[0] else ""
            yield region.start, region.end, part
        if fresh and not held:
            yield from self.insertion(section, fresh)
        elif fresh is None and held and len(held) == len(section.entries):
            yield section.start, self.line_end(section.start), ""

    def insertion(self, section: Section, fresh: str) -> Iterator[Edit]:
        if section.kind == "entries":
            place = self.end_of(section)
            lead = "" if place == 0 or self.text[place - 1] == "\n" else self.eol
            yield place, place, lead + indented(fresh, section.column, self.eol)
            return
        start, end = section.value
        if end > start:  # "null" or "{}" gives way to entries
            yield start, end, ""
        place = self.line_end(max(end, section.start))
        lead = "" if self.text[place - 1] == "\n" else self.eol
        yield place, place, lead + indented(fresh, self.root_column + 2, self.eol)

    def end_of(self, section: Section) -> int:
        """Behind the last entry; blank lines and comments above the next key belong to that key."""
        place = min((one.start for one in self.sections if one.start > section.start), default=len(self.text))
        place = self.text.rfind("\n", 0, place) + 1 if place < len(self.text) else place
        while self.tight and place > section.start:
            start = self.text.rfind("\n", 0, place - 1) + 1
            line = self.text[start:place]
            if line.strip() and not line.startswith("#"):
                break
            place = start
        return place

    def with_new_sections(self, text: str) -> str:
        pad = " " * self.root_column
        for key, region in self.fresh.items():
            if all(section.key != key for section in self.sections):
                text += self.eol if text and not text.endswith("\n") else ""
                text += f"{pad}{key}:{self.eol}" + indented(region, self.root_column + 2, self.eol)
        return text

    @property
    def root_column(self) -> int:
        """Where the keys of sections begin."""
        start = self.sections[0].start if self.sections else 0
        return start - (self.text.rfind("\n", 0, start) + 1)

    def regions_of(self, section: Section) -> list[Region]:
        names = {entry.name for entry in section.entries}
        return [one for number, one in enumerate(self.regions) if f"{self.stub}{number}" in names]

    def line_end(self, index: int) -> int:
        return self.text.find("\n", index) + 1 or len(self.text)

    def refuse_unfit(self, section: Section) -> None:
        if section.kind == "other":
            reason = f"section '{section.key}' does not stand as entries below its key"
            raise self.owner.refused(reason, self.owner.place(self.text, section.start))

    def is_kept(self, text: str) -> bool:
        """Whether the others' parts are what they were, and the owner's are entries of their sections."""
        found = regions(text)
        try:
            after = outline(skeleton(text, found, self.stub))
        except NoOutlineError:
            return False
        own = [f"{self.stub}{n}" for n, one in enumerate(found) if one.name == label(self.owner.name)]
        places = [section.key for section in after for entry in section.entries if entry.name in own]
        return sorted(places) == sorted(self.fresh) and _others(self.sections, self.stub) == _others(
            after, self.stub
        )


def _others(sections: Sequence[Section], stub: str) -> list[object]:
    """What is not in a region, section by section; sections with nothing in them say nothing."""
    found: list[object] = []
    for section in sections:
        entries = [entry.events for entry in section.entries if not entry.name.startswith(stub)]
        if entries or section.kind == "other":
            found.append((section.events, entries))
    return found


def _key_of(region: Region, generated: str) -> str:
    """The section that a generated region stands in: the key is on the line above it."""
    return generated[: region.start].rstrip("\n").rpartition("\n")[2].rstrip(":")


def _unused(text: str) -> str:
    stub = "pipegen-region-"
    while stub in text:
        stub += "-"
    return stub


def _read(owner: Owner, skeleton_text: str, text: str) -> tuple[Section, ...]:
    try:
        return outline(skeleton_text)
    except NoOutlineError as problem:
        place = None if problem.index is None else owner.place(text, problem.index)
        raise owner.refused(problem.reason, place) from None


def _taken(owner: Owner, text: str, generated: str) -> Iterator[Diagnostic]:
    """Stages that others have under a name that the owner's need."""
    wanted = {name for one in regions(generated) if not one.is_list for name in one.stages}
    found = [one for one in regions(text) if one.is_closed]
    replaced = owner.names(found)
    hint = f"tell them apart: pipelines.{owner.name}.dvc.prefix in values.yaml"
    for region in found:
        both = [name for name in region.stages if name in wanted] if region.name not in replaced else []
        if both:
            shown = ", ".join(f"'{name}'" for name in both[:3]) + (", ..." if len(both) > 3 else "")
            what = "a stage" if len(both) == 1 else "stages"
            message = f"pipelines '{region.name}' and '{owner.name}' both have {what} {shown}"
            # what is generated together with it need not be in the file that the user sees
            known = owner.origin if region.source in map(shown_source, owner.known) else None
            place = known or owner.place(text, region.start)
            more = "" if known else f"; if '{region.name}' is gone, delete what stands between its marks"
            yield Diagnostic("PG503", message, place, hint + more)
    for section in _read(owner, skeleton(text, found, _unused(text)), text):
        for entry in section.entries if section.key == "stages" else ():
            if entry.name in wanted:
                message = f"there is a stage '{entry.name}' already, which is not of pipeline '{owner.name}'"
                yield Diagnostic("PG503", message, owner.place(text, entry.start), f"{hint}, or rename yours")
