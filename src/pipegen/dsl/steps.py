"""The steps that a pipeline's tasks are made of: each read once, then as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipegen.dsl.contract import Contract, contract_of
from pipegen.dsl.define import examine, origin_of
from pipegen.dsl.definition import Definition
from pipegen.dsl.entrypoint import entrypoint_of, is_reachable
from pipegen.dsl.findings import Findings
from pipegen.dsl.imports import sources
from pipegen.dsl.step import Target
from pipegen.errors import PipegenError, Related
from pipegen.ir import Json, Mode, Setting, Step

_NO_CONTRACT = {"PG112", "PG114"}  # what feeds such a parameter would be called unknown


class Steps:
    """Definitions and contracts by what the user wrote."""

    def __init__(self, targets: Iterable[Target], found: Findings) -> None:
        self.found = found
        self.definitions: dict[Target, Definition] = {}
        self.contracts: dict[tuple[Target, Mode], Contract] = {}
        self.unread = False
        by_slug: dict[str, Definition] = {}
        for target in dict.fromkeys(targets):
            try:
                definition, problems = examine(target)
            except PipegenError as error:
                found.take(error.diagnostics, origin_of(target))
                self.unread = True
                continue
            found.take(problems, definition.origin)
            self.unread |= any(one.code in _NO_CONTRACT for one in problems)
            self.definitions[target] = definition
            other = by_slug.setdefault(definition.slug, definition)
            if other is not definition:
                self._same_slug(definition, other)

    def _same_slug(self, one: Definition, other: Definition) -> None:
        self.found.say(
            "PG128",
            f"two steps have the slug '{one.slug}': {_full_name(one.target)} and {_full_name(other.target)}",
            one.origin,
            f'give one of them slug = "{one.slug}-2", or another name',
            Related(other.origin, "the other one"),
        )

    def contract(self, target: Target, mode: Mode | None = None) -> Contract:
        """The contract of a step, in its own mode or in another that it is placed in."""
        definition = self.definitions[target]
        key = (target, mode or definition.mode)
        if key not in self.contracts:
            self.contracts[key] = contract_of(definition, key[1])
        return self.contracts[key]

    def data(self, *, schemas: bool) -> dict[str, Step]:
        """By slug, as the pipeline carries them."""
        return {one.slug: self._step(one, schemas) for one in self.definitions.values()}

    def _step(self, definition: Definition, schemas: bool) -> Step:
        if not is_reachable(definition.target):
            message = f"step '{definition.target.__name__}' is defined inside a function"
            hint = "move it to the top level of its module"
            self.found.say("PG108", message, definition.origin, hint)
        contract = self.contract(definition.target)
        entrypoint, file = entrypoint_of(definition.target, self.found.project)
        settings, schema = self._settings(definition, schemas)
        return Step(
            slug=definition.slug,
            entrypoint=entrypoint,
            inputs=contract.ports,
            output=contract.output_name,
            mode=definition.mode,
            prefix=definition.prefix,
            settings=settings,
            schema=schema,
            metadata=definition.options.metadata,
            doc=definition.doc,
            sources=sources(file, self.found.project) if file else (),
            origin=self.found.place(definition.origin),
        )

    def _settings(
        self, definition: Definition, schemas: bool
    ) -> tuple[tuple[Setting, ...], Mapping[str, Json] | None]:
        if definition.settings is None:
            return (), None
        from pipegen.dsl.settings import describe  # loads pydantic

        try:
            return describe(definition.settings, schema=schemas)
        except PipegenError as error:
            self.found.take(error.diagnostics, definition.origin)
            return (), None


def _full_name(target: Target) -> str:
    return f"{target.__module__}.{target.__qualname__}"
