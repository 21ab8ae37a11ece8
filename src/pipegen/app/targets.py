"""How portable pipelines are: what each backend makes of each feature that they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipegen import __version__, registry
from pipegen.app.checking import diagnostic_data
from pipegen.app.configuring import GivenValues
from pipegen.app.gathering import Gathered
from pipegen.app.installed import every_backend
from pipegen.app.known import known
from pipegen.app.loading import project_of
from pipegen.app.places import in_values
from pipegen.app.prepared import Prepared, prepare
from pipegen.backend import Backend, Context, Support, Use, can_of, features_of
from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Json, Pipeline

LEFT_OUT = "left out"
_UNFIT = "PG171"  # a feature that is refused: what this report is about, and no mistake


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a pipeline: who uses it, and what becomes of it, by backend."""

    name: str
    uses: tuple[Use, ...]
    fates: Mapping[str, tuple[str, str]]  # native, carried, refused or left out; and how or why

    def data(self) -> dict[str, Json]:
        return {
            "feature": self.name,
            "used_by": [{"owner": one.owner, "place": _place(one)} for one in self.uses],
            "backends": {name: {"how": how, "note": note} for name, (how, note) in self.fates.items()},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What becomes of one pipeline; `problems` are what a backend says beside its features, by backend."""

    pipeline: str
    backends: tuple[str, ...]
    features: tuple[Feature, ...]
    problems: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=dict)

    def count(self, backend: str, how: str) -> int:
        """How many features have that fate; what a backend refuses beside them counts with the refused."""
        more = len(self.problems.get(backend, ())) if how == "refused" else 0
        return sum(one.fates[backend][0] == how for one in self.features) + more

    def ok(self, strict: bool = False) -> bool:
        wrong = ("refused", "carried") if strict else ("refused",)
        return not any(self.count(backend, how) for backend in self.backends for how in wrong)

    def data(self, strict: bool = False) -> dict[str, Json]:
        return {
            "pipeline": self.pipeline,
            "ok": self.ok(strict),
            "features": [one.data() for one in self.features],
            "problems": {
                name: [diagnostic_data(one) for one in found] for name, found in self.problems.items()
            },
        }


def reports(target: str | None, backends: Sequence[str], given: GivenValues) -> tuple[Report, ...]:
    """One report a pipeline, over the backends that are named, or over all that are installed."""
    project = project_of(target)
    for name in backends:
        registry.backend(name)
    chosen = tuple(dict.fromkeys(backends)) or tuple(one.name for one in every_backend())
    prepared = prepare(target, project, chosen, given)
    refuse(one for one in prepared.gathered.found if one.code != _UNFIT)
    context = Context(__version__, "pipegen generate", known=known(target, project))
    return tuple(_report(pipeline, prepared, context) for pipeline in prepared.pipelines)


def _report(pipeline: Pipeline, prepared: Prepared, context: Context) -> Report:
    users: dict[str, list[Use]] = {}
    for use in features_of(pipeline):
        users.setdefault(use.feature, []).append(use)
    features = tuple(
        Feature(
            name, tuple(uses), {one.name: _fate(name, one, pipeline, prepared) for one in prepared.backends}
        )
        for name, uses in users.items()
    )
    report = Report(pipeline.name, tuple(one.name for one in prepared.backends), features)
    problems = {
        one.name: found
        for one in prepared.backends
        if not report.count(one.name, "refused") and (found := _problems(one, pipeline, prepared, context))
    }
    return Report(pipeline.name, report.backends, features, problems)


def _fate(feature: str, backend: Backend, pipeline: Pipeline, prepared: Prepared) -> tuple[str, str]:
    assert prepared.values is not None, "nothing may have failed"
    config = prepared.values.section(backend.name, pipeline.name)
    support: Support = can_of(backend, config).of(feature)
    if support.how == "refused" and feature in getattr(config, "ignore", ()):
        return LEFT_OUT, f"{backend.name}.ignore in values; {support.note}"
    return support.how, support.note


def _problems(
    backend: Backend, pipeline: Pipeline, prepared: Prepared, context: Context
) -> tuple[Diagnostic, ...]:
    """What only shows when the pipeline is compiled: a limit, a name, something that values lack."""
    assert prepared.values is not None, "nothing may have failed"
    tried = Gathered()
    config = prepared.values.section(backend.name, pipeline.name)
    tried.attempt(backend.lower, pipeline, config, context)
    found = in_values(prepared.values, backend.name, tried.in_order)
    return tuple(one for one in found if one.severity == "error")


def _place(use: Use) -> str | None:
    return str(use.origin) if use.origin else None
