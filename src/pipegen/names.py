"""Turn whatever a user calls a thing into names that a target allows: legal, distinct, stable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

_SEPARATORS = r"[^A-Z0-9]+"
_NOT_IN_A_VARIABLE = r"[^A-Z0-9_]+"
_NEAR: dict[str, str | int | None] = {
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "þ": "th",
    "ð": "d",
    "œ": "oe",
    "ẞ": "SS",
}
_NEAR |= {"Æ": "AE", "Ø": "O", "Đ": "D", "Ł": "L", "Þ": "TH", "Ð": "D", "Œ": "OE"}


def env_prefix(name: str) -> str:
    """The prefix of a task's own variables: "score-eu" is SCORE_EU. No shell could set one led by a digit."""
    prefix = re.sub(_SEPARATORS, "_", ascii_text(name).upper()).strip("_")
    return f"_{prefix}" if prefix[:1].isdigit() else prefix


def suffix(field: str) -> str:
    """What follows the prefix in the variable of a dotted field: "api.url" is API__URL."""
    return "__".join(re.sub(_NOT_IN_A_VARIABLE, "_", part.upper()) for part in field.split("."))


def ascii_text(name: str) -> str:
    """The nearest ASCII: accents go, what has no near letter becomes a blank."""
    if name.isascii():
        return name
    import unicodedata  # seldom needed

    decomposed = unicodedata.normalize("NFKD", name.translate(str.maketrans(_NEAR)))
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return "".join(char if char.isascii() else " " for char in kept)


def legal_names(
    names: Iterable[str],
    *,
    limit: int,
    allowed: str = "a-z0-9",
    joiner: str = "-",
    first: str = "a-z",
    fallback: str = "task",
    cased: bool = True,
) -> dict[str, str]:
    """A legal name for each: the name itself where it can be, else the nearest, told apart by a hash.

    `allowed` and `first` are regular-expression character sets; names may hold single joiners inside.
    A name that is legal as it stands keeps it, whatever the others are called; where case does not tell
    names apart, only the one in lower case does.
    """
    wanted = {name: _nearest(name, limit, allowed, joiner, first, fallback) for name in dict.fromkeys(names)}
    fold = str if cased else str.lower
    near = Counter(fold(text) for text in wanted.values())
    legal = Counter(fold(text) for name, text in wanted.items() if name == text and len(text) <= limit)

    def is_kept(name: str, text: str) -> bool:
        key = fold(text)
        first_choice = name == text and (legal[key] == 1 or text == key)
        return len(text) <= limit and (first_choice or near[key] == 1)

    found = {name: text for name, text in wanted.items() if is_kept(name, text)}
    taken = {fold(text) for text in found.values()}
    for name, text in wanted.items():
        if name not in found:
            found[name] = next(one for one in _marked(name, text, limit, joiner) if fold(one) not in taken)
            taken.add(fold(found[name]))
    return {name: found[name] for name in wanted}


def _nearest(name: str, limit: int, allowed: str, joiner: str, first: str, fallback: str) -> str:
    if len(name) <= limit and re.fullmatch(f"[{first}]([{allowed}{re.escape(joiner)}]*[{allowed}])?", name):
        return name
    text = ascii_text(name)
    if "A-Z" not in allowed:
        text = text.lower()
    text = re.sub(f"[^{allowed}]+", joiner, text).strip(joiner)
    if not text:
        return fallback
    return text if re.match(f"[{first}]", text) else f"{fallback}{joiner}{text}"


def _marked(name: str, near: str, limit: int, joiner: str) -> Iterator[str]:
    """The name with a hash at its end; a longer one each time, for somebody may be called like that."""
    import hashlib  # slow to load, seldom needed

    digest = hashlib.sha256(name.encode()).hexdigest()
    for length in range(8, limit - len(joiner)):
        yield f"{near[: limit - length - len(joiner)].rstrip(joiner)}{joiner}{digest[:length]}"


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """A legal name for each task where its artifact or its settings lie on disk, the same for every engine."""
    return legal_names(names, limit=100, allowed="A-Za-z0-9_", first="A-Za-z0-9_", cased=False)
