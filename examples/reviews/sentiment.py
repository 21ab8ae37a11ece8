"""A small sentiment model: words with weights, turned round by negations, raised and lowered by adverbs."""

from __future__ import annotations

import re

WEIGHTS = {
    "good": 1.0,
    "great": 2.0,
    "excellent": 3.0,
    "love": 2.0,
    "reliable": 1.5,
    "comfortable": 1.0,
    "bright": 1.0,
    "quiet": 1.0,
    "sturdy": 1.0,
    "happy": 1.5,
    "bad": -1.0,
    "poor": -1.5,
    "terrible": -3.0,
    "broken": -2.0,
    "broke": -2.0,
    "loud": -1.0,
    "flimsy": -1.5,
    "cheap": -1.0,
    "disappointed": -2.0,
    "returned": -1.5,
}
NEGATIONS = frozenset({"not", "no", "never", "hardly", "isn't", "wasn't", "don't", "doesn't"})
ADVERBS = {"very": 1.5, "really": 1.5, "extremely": 2.0, "slightly": 0.5, "somewhat": 0.5}
_WORD = re.compile(r"[a-z']+")


def sentiment(text: str, window: int = 3) -> float:
    """From -1 (bad) to 1 (good); a negation reaches `window` words far."""
    words = _WORD.findall(text.lower())
    total = sum(_weight(words, place, window) for place, word in enumerate(words) if word in WEIGHTS)
    return round(total / (abs(total) + 2), 3)


def _weight(words: list[str], place: int, window: int) -> float:
    before = words[max(0, place - window) : place]
    weight = WEIGHTS[words[place]]
    if before:
        weight *= ADVERBS.get(before[-1], 1.0)
    return -weight if NEGATIONS.intersection(before) else weight
