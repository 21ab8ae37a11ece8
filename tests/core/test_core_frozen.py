"""`@frozen` makes what `dataclass(frozen=True, slots=True)` makes, in less time."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from pipegen.frozen import frozen


@frozen
class Place:
    """Somewhere."""

    KINDS: ClassVar[tuple[str, ...]] = ("file", "folder")
    file: str
    line: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen
class Named(Place):
    name: str = ""


@frozen
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Stock:
    """Somewhere."""

    file: str
    line: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)


@pytest.mark.parametrize(
    "told",
    [
        lambda made, cls: [one.name for one in fields(cls)],
        lambda made, cls: asdict(made),
        lambda made, cls: asdict(replace(made, line=7)),
        lambda made, cls: repr(made).replace(cls.__name__, "it"),
        lambda made, cls: (
            is_dataclass(made),
            made == cls("a", 1),
            made != cls("a", 2),
            made == ("a", 1, {}),
        ),
        lambda made, cls: (cls.__slots__, cls.__match_args__, hasattr(made, "__dict__"), cls.__doc__),
        lambda made, cls: hash(cls("a", 1, ())) == hash(cls("a", 1, ())),
        lambda made, cls: asdict(copy.deepcopy(made)) | asdict(pickle.loads(pickle.dumps(made))),
        lambda made, cls: cls("a").notes is cls("a").notes,
        lambda made, cls: list(inspect.signature(cls).parameters),
    ],
)
def test_it_does_what_a_frozen_dataclass_does(told: Callable[[Any, Any], object]) -> None:
    assert told(Place("a", 1), Place) == told(Stock("a", 1), Stock)


@pytest.mark.parametrize("change", [{"line": 2}, {"nowhere": 2}])
def test_nothing_in_it_can_be_changed(change: dict[str, int]) -> None:
    place = Place("a")
    for name, value in change.items():
        with pytest.raises(FrozenInstanceError):
            setattr(place, name, value)
        with pytest.raises(FrozenInstanceError):
            delattr(place, name)


def test_wrong_arguments_are_told_by_the_name_of_the_class() -> None:
    with pytest.raises(TypeError, match=r"Place\.__init__\(\) got an unexpected keyword argument 'lime'"):
        Place("a", lime=1)  # type: ignore[call-arg]


def test_a_class_derived_from_one_has_all_fields_and_is_another_kind() -> None:
    named = Named("a", 1, name="b")
    assert repr(named) == "Named(file='a', line=1, notes={}, name='b')"
    assert (str(named), named.KINDS) == ("a:1", Place.KINDS)
    assert named != Place("a", 1)
    assert not hasattr(named, "__dict__")
    assert {Nothing(): 1} == {Nothing(): 1}
