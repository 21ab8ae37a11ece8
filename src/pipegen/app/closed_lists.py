"""The words of closed lists in values: what else may stand where one of them does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipegen.values.forms import Choice, Form, Items, Keyed, Maybe, OneOf, Record, fields_of
from pipegen.values.model import Document


def choices_of(sections: Mapping[str, type]) -> dict[str, tuple[str, ...]]:
    """Each word with those of its list."""
    found: dict[str, tuple[str, ...]] = {}
    for one in _lists((Document, *sections.values())):
        words = tuple(word for word in one.options if isinstance(word, str))
        found.update({word: (*found.get(word, ()), *words) for word in words})
    return found


def _lists(classes: tuple[type, ...]) -> Iterator[Choice]:
    seen: set[type] = set()
    forms: list[Form] = [Record(one) for one in classes]
    while forms:
        form = forms.pop()
        if isinstance(form, Choice):
            yield form
        elif isinstance(form, Record) and form.cls not in seen:
            seen.add(form.cls)
            forms += (one.form for one in fields_of(form.cls))
        elif isinstance(form, (Items, Keyed, Maybe, OneOf)):
            forms += _inside(form)


def _inside(form: Items | Keyed | Maybe | OneOf) -> tuple[Form, ...]:
    if isinstance(form, OneOf):
        return form.forms
    return (form.item if isinstance(form, Items) else form.value if isinstance(form, Keyed) else form.form,)
