"""What a step may look like in Python: inheritance, decorators, nesting, annotations in every form."""

from __future__ import annotations

import abc
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import elsewhere
import pytest
from elsewhere import Concrete, Later, SharedSettings
from written import linked, refused

from pipegen import Retry, Settings, Step, step, use_workdir, workdir
from pipegen.dsl.define import define
from pipegen.dsl.step import FunctionStep
from pipegen.errors import PipegenError

if TYPE_CHECKING:
    from decimal import Decimal

T = TypeVar("T")


def logged(function: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> T:
        return function(*args, **kwargs)

    return inner


class SubclassOfConcrete(Concrete):
    pass


class OtherSettings(SharedSettings):
    rate: float = 0.5


class WithOtherSettings(Concrete):
    """Score differently."""

    settings: OtherSettings
    labels = {"tier": "gold"}  # noqa: RUF012


def test_a_step_derived_from_another_inherits_how_it_runs_and_what_it_takes() -> None:
    base, derived = define(Concrete), define(SubclassOfConcrete)
    assert (derived.parameters, derived.output) == (base.parameters, base.output)
    assert (derived.settings, derived.options, derived.doc) == (
        base.settings,
        base.options,
        "Score the rows.",
    )
    assert (derived.slug, derived.prefix) == ("subclass-of-concrete", "SUBCLASSOFCONCRETE")


def test_a_derived_step_says_only_what_is_different() -> None:
    derived = define(WithOtherSettings)
    assert derived.settings is OtherSettings
    assert derived.options.labels == {"tier": "gold"}
    assert define(Concrete).options.labels == {"team": "search"}
    assert derived.doc == "Score differently."


def test_settings_and_types_of_another_module_are_resolved_there() -> None:
    assert define(Concrete).settings is SharedSettings
    assert define(Concrete).parameters[0].annotation == list[Later]


class Abstract(Step, abc.ABC):
    """Whatever reads rows."""

    retry = Retry(2)
    settings: SharedSettings

    @abc.abstractmethod
    def read(self) -> list[int]: ...

    def run(self) -> list[int]:
        return self.read()


class FromFile(Abstract):
    def read(self) -> list[int]:
        return [1]


def test_a_step_may_have_abstract_steps_above_it() -> None:
    definition = define(FromFile)
    assert (definition.slug, definition.doc) == ("from-file", "Whatever reads rows.")
    assert definition.options.retry == Retry(2)
    assert FromFile().call() == [1]


def test_an_abstract_step_cannot_be_placed() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Abstract()  # type: ignore[abstract]


class Mixin:
    timeout = "5m"

    def helper(self) -> int:
        return 2


class Mixed(Mixin, Step):
    def run(self) -> int:
        return self.helper()


class Runs(Protocol):
    def run(self) -> int: ...


class Promised(Step, Runs):
    def run(self) -> int:
        return 1


class Of(Step, Generic[T]):
    def run(self, value: T) -> list[T]:
        return [value]


class OfInt(Of[int]):
    pass


def test_options_and_helpers_may_come_from_a_mixin() -> None:
    assert define(Mixed).options.timeout == "5m"
    assert Mixed().call() == 2


def test_protocols_and_generics_are_fine_above_a_step() -> None:
    assert refused(lambda: define(Promised)) == []
    assert define(OfInt).output == list[T]


class Decorated(Step):
    @logged
    def run(self, rows: list[int], extra: Later | None = None) -> list[str]:
        return [str(one) for one in rows]


@step
@logged
def decorated(rows: list[int], settings: SharedSettings) -> list[str]:
    return [str(one) for one in rows]


@step
@functools.lru_cache
def remembered(number: int) -> int:
    return number + 1


def test_a_decorated_run_is_read_behind_its_decorators() -> None:
    assert [(one.name, one.annotation) for one in define(Decorated).parameters] == [
        ("rows", list[int]),
        ("extra", Later | None),
    ]
    assert Decorated().call([1]) == ["1"]
    with open(define(Decorated).origin.file, encoding="utf-8") as file:  # noqa: PTH123
        assert "@logged" in file.readlines()[define(Decorated).origin.line - 1]
    assert define(decorated).settings is SharedSettings
    assert [one.name for one in define(decorated).parameters] == ["rows"]
    assert define(remembered).parameters[0].annotation is int
    assert remembered.call(1) == 2


class Static(Step):
    @staticmethod
    def run(rows: list[int]) -> int:
        return len(rows)


class OfClass(Step):
    @classmethod
    def run(cls, rows: list[int]) -> str:
        return cls.__name__


class Borrowed(Step):
    run = Decorated.run


@pytest.mark.parametrize(
    ("made", "result"), [(Static, 1), (OfClass, "OfClass"), (Borrowed, ["1"])], ids=lambda one: str(one)
)
def test_run_may_be_static_of_the_class_or_borrowed(made: type[Step], result: object) -> None:
    assert define(made).parameters[0].name == "rows"
    assert made().call([1]) == result


class Around:
    class Inside(Step):
        class Row:
            pass

        class Settings(Settings):
            limit: int = 3

        settings: Settings

        def run(self) -> Row:
            return self.Row()


def test_a_step_may_stand_in_a_class_and_hold_its_own_types() -> None:
    pipeline = linked(Around.Inside())
    assert pipeline.steps["inside"].entrypoint == "test_dsl_steps:Around.Inside"
    assert pipeline.steps["inside"].output == "test_dsl_steps.Around.Inside.Row"
    assert [one.name for one in pipeline.steps["inside"].settings] == ["limit"]


class Quoted(Step):
    settings: "SharedSettings"  # noqa: UP037

    def run(self, rows: "list[AtTheEnd]") -> "AtTheEnd | None": ...  # noqa: UP037


def test_annotations_may_be_text_and_look_ahead() -> None:
    assert define(Quoted).parameters[0].annotation == list[AtTheEnd]
    assert define(Quoted).settings is SharedSettings


class AtTheEnd:
    pass


class Streams(Step):
    def run(self) -> Iterator[int]:
        yield 1


class Nothing(Step):
    def run(self) -> None: ...


class Untyped(Step):
    def run(self):  # type: ignore[no-untyped-def]
        return 1


def test_the_mode_and_the_output_follow_from_the_types() -> None:
    assert (define(Streams).mode, define(Nothing).mode) == ("streaming", "batch")
    assert (define(Nothing).output, define(Untyped).output) == (None, Any)


@step(mode="row", slug="one-by-one", timeout=90)
def named(row: int) -> int:
    return row


class Slugged(Step):
    slug = "my-slug"

    def run(self) -> int: ...


class BelowSlugged(Slugged):
    pass


def test_a_slug_names_a_step_and_its_variables_and_is_not_inherited() -> None:
    assert (define(named).slug, define(named).prefix, define(named).mode) == (
        "one-by-one",
        "ONE_BY_ONE",
        "row",
    )
    assert (define(Slugged).slug, define(Slugged).prefix) == ("my-slug", "MY_SLUG")
    assert (define(BelowSlugged).slug, define(BelowSlugged).prefix) == ("below-slugged", "BELOWSLUGGED")


def test_a_step_run_by_hand_gets_its_settings_by_hand() -> None:
    class Uses(Step):
        settings: SharedSettings

        def run(self) -> str:
            return str(self.settings.model)

    assert Uses().call(settings=SharedSettings(model="big")) == "big"
    with pytest.raises(AttributeError, match=r"call\(\.\.\., settings=MySettings"):
        Uses().call()
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = Uses().nonsense  # type: ignore[attr-defined]


def test_a_step_run_by_hand_gets_the_folder_that_it_writes_to_by_hand(tmp_path: Path) -> None:
    class Writes(Step):
        def run(self, text: str) -> Path:
            path = self.workdir / "page.txt"
            path.write_text(text)
            return path

    @step
    def write(text: str) -> Path:
        path = workdir() / "text.txt"
        path.write_text(text)
        return path

    page = Writes().call("a", workdir=tmp_path)
    assert (page, page.read_text()) == (tmp_path / "page.txt", "a")
    with pytest.raises(AttributeError, match=r"call\(\.\.\., workdir=tmp_path"):
        Writes().call("a")
    with use_workdir(tmp_path):
        assert write.call("b").read_text() == "b"
    with pytest.raises(PipegenError, match=r"with use_workdir\(folder\)"):
        write.call("c")


class Incomplete(Step):
    pass


class Async(Step):
    async def run(self) -> int: ...


class AsyncStream(Step):
    async def run(self):  # type: ignore[no-untyped-def]
        yield 1


@step
async def async_function() -> int: ...


class NoTypes(Step):
    def run(self, rows, *, other) -> int: ...  # type: ignore[no-untyped-def]


class Unresolved(Step):
    settings: Decimal

    def run(self, rows: list[Decimal]) -> int: ...


class UnresolvedSettings(Step):
    settings: Decimal

    def run(self) -> int: ...


class Broken(Step):
    def run(self, rows: 1 / 0) -> int: ...  # type: ignore[valid-type]


class ByPosition(Step):
    def run(self, first: int, /, *rest: int, **more: int) -> int: ...


class WrongSettings(Step):
    settings: int

    def run(self) -> int: ...


@step
def untyped_settings(settings) -> int: ...  # type: ignore[no-untyped-def]


class WrongMode(Step):
    mode = "baatch"  # type: ignore[assignment]

    def run(self) -> int: ...


class NoStream(Step):
    mode = "streaming"

    def run(self) -> int: ...


class NoRow(Step):
    mode = "row"

    def run(self) -> int: ...


class OwnInit(Step):
    def __init__(self) -> None:
        self.state = 1

    def run(self) -> int: ...


class Misspelt(Step):
    retires = Retry(3)
    RETRIES = Retry(3)
    cache_size = 3

    def run(self) -> int: ...


class WrongSlug(Step):
    slug = "My Slug!"

    def run(self) -> int: ...


@step(naem="x", name="y", retry=Retry(limit="3"))  # type: ignore[arg-type]
def wrong_options() -> int: ...


REFUSED: list[tuple[type[Step] | FunctionStep[..., Any], list[str]]] = [
    (
        Incomplete,
        ["[PG111]: step 'Incomplete' has no run method"],
    ),
    (
        Async,
        ["[PG120]: the run of step 'Async' is async"],
    ),
    (
        AsyncStream,
        ["[PG120]: the run of step 'AsyncStream' is async"],
    ),
    (
        async_function,
        ["[PG120]: the run of step 'async_function' is async"],
    ),
    (
        NoTypes,
        [
            "[PG112]: parameter 'other' of step 'NoTypes' has no type",
            "[PG112]: parameter 'rows' of step 'NoTypes' has no type",
        ],
    ),
    (
        Unresolved,
        [
            "[PG113]: a type on the run of step 'Unresolved' is not defined: name 'Decimal' is not defined",
            "[PG113]: the type on the settings of step 'Unresolved' cannot be read: name 'Decimal' is not defined",
        ],
    ),
    (
        UnresolvedSettings,
        [
            "[PG113]: the type on the settings of step 'UnresolvedSettings' cannot be read: "
            "name 'Decimal' is not defined",
        ],
    ),
    (
        Broken,
        ["[PG113]: a type on the run of step 'Broken' cannot be read: division by zero"],
    ),
    (
        ByPosition,
        [
            "[PG114]: parameter '**more: 'int'' of step 'ByPosition' cannot be fed by name",
            "[PG114]: parameter '*rest: 'int'' of step 'ByPosition' cannot be fed by name",
            "[PG114]: parameter 'first: 'int'' of step 'ByPosition' cannot be fed by name",
        ],
    ),
    (
        WrongSettings,
        ["[PG115]: the settings of step 'WrongSettings' are not a subclass of pipegen.Settings"],
    ),
    (
        untyped_settings,
        ["[PG112]: parameter 'settings' of step 'untyped_settings' has no type"],
    ),
    (WrongMode, ["[PG116]: 'baatch' is not an execution mode"]),
    (
        NoStream,
        ["[PG116]: step 'NoStream' is streaming but has no Iterator on run"],
    ),
    (NoRow, ["[PG116]: step 'NoRow' runs row by row but takes no input"]),
    (OwnInit, ["[PG117]: step 'OwnInit' defines __init__"]),
    (Misspelt, ["[PG118]: step 'Misspelt' has no option 'retires'"]),
    (WrongSlug, ["[PG119]: 'My Slug!' is not a slug"]),
    (
        wrong_options,
        [
            "[PG118]: step 'wrong_options' has no option 'naem'",
            "[PG118]: step 'wrong_options' has no option 'name'",
            "[PG118]: retry of step 'wrong_options' must count in whole numbers, not in '3'",
        ],
    ),
]


@pytest.mark.parametrize(("target", "expected"), REFUSED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_step_that_cannot_be_is_refused_in_words(
    target: type[Step] | FunctionStep[..., Any], expected: list[str]
) -> None:
    said = [line.partition(": ")[2] for line in refused(lambda: define(target))]
    assert said == expected


def test_each_refusal_has_the_line_of_the_step() -> None:
    (line,) = refused(lambda: define(WrongSettings))
    path, number, _ = line.split(":", 2)
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        assert "def run" in file.readlines()[int(number) - 1]


@pytest.mark.parametrize("wrong", [5, "clean", Concrete, functools.partial(print), Concrete()])
def test_only_a_function_can_be_made_a_step(wrong: Any) -> None:
    (said,) = refused(lambda: step(wrong))
    assert "[PG120]: @step is for plain functions, not for" in said
    (said,) = refused(lambda: step(retry=2)(wrong))
    assert "[PG120]" in said


def test_everything_wrong_with_several_steps_is_said_together() -> None:
    codes = [line.partition("[")[2][:5] for line in refused(lambda: linked(WrongSlug(), NoRow(), OwnInit()))]
    assert sorted(codes) == ["PG116", "PG117", "PG119"]


def test_steps_of_one_class_name_in_two_modules_are_told_apart_by_a_slug() -> None:
    class Concrete(Step):
        def run(self) -> int: ...

    said = refused(lambda: linked(Concrete(), elsewhere.Concrete("other", rows=Concrete())))
    (same,) = [line for line in said if "PG128" in line]
    assert "two steps have the slug 'concrete': elsewhere.Concrete and test_dsl_steps." in same
