"""What a pipeline's parameter may be set to, and whether its variable holds one of these values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from pipegen.errors import Diagnostic
from pipegen.ir import Json

_HINT = "write it like '[1, 2]', in JSON"


def read_choices(text: str) -> list[Json]:
    """A list of choices from JSON; ValueError says what is wrong."""
    try:
        found = json.loads(text)
    except ValueError:
        raise ValueError(f"'{text}' is not JSON; {_HINT}") from None
    if not isinstance(found, list):
        raise ValueError(f"'{text}' is not a list; {_HINT}")
    return found


def allows(choices: Sequence[Json], text: str) -> bool:
    """Whether a variable's text stands for a choice: the text itself, or JSON."""
    return any(_says(text, one) for one in choices)


def _says(text: str, choice: Json) -> bool:
    if isinstance(choice, str):
        return text == choice
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return bool(found == choice) and isinstance(found, bool) == isinstance(choice, bool)


def none_of_the_choices(variable: str, choices: Sequence[Json], of: str) -> Diagnostic:
    """A variable that is set to something else, which is not repeated."""
    shown = ", ".join(f"'{one if isinstance(one, str) else json.dumps(one)}'" for one in choices)
    return Diagnostic("PG507", f"{variable} is none of the choices of {of}", None, f"choose from {shown}")


def told_once(found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """All but what says once more that a variable is wrong which is none of the choices."""
    told = tuple(f"'{one.message.partition(' ')[0]}'" for one in found if one.code == "PG507")
    for one in found:
        if one.code != "PG303" or not one.message.startswith(told):
            yield one


def wrong_choices(
    texts: Mapping[str, str], sources: Mapping[str, str], environ: Mapping[str, str], task: str
) -> Iterator[Diagnostic]:
    """Variables of fields that hold something else; `texts` are the choices of each field, as JSON."""
    for field, text in texts.items():
        try:
            choices = read_choices(text)
        except ValueError as error:
            problem, _, hint = str(error).partition("; ")
            yield Diagnostic("PG301", f"option --choices of '{field}': {problem}", None, hint)
            continue
        given = environ.get(sources.get(field, ""))
        if given is not None and choices and not allows(choices, given):
            yield none_of_the_choices(sources[field], choices, f"field '{field}' of task '{task}'")
