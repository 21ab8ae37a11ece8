"""Which lines of two texts belong together, in about linear time for generated files.

difflib alone takes minutes where thousands of lines repeat. Lines that stand once in both texts are
safe to hold on to; difflib then looks only at the few lines between two of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

Pair = tuple[int, int]
_LARGEST_GAP = 250_000  # lines times lines; beyond it the whole gap counts as replaced


def pairs(before: list[str], after: list[str]) -> Iterator[Pair]:
    """Positions of equal lines, rising on both sides."""
    head, tail = _common_ends(before, after)
    yield from ((n, n) for n in range(head))
    end, end_after = len(before) - tail, len(after) - tail
    held = _held(before[head:end], after[head:end_after])
    stops = [(head - 1, head - 1), *((head + i, head + j) for i, j in held), (end, end_after)]
    for (i, j), (next_i, next_j) in pairwise(stops):
        yield from ((i + 1 + m, j + 1 + n) for m, n in _gap(before[i + 1 : next_i], after[j + 1 : next_j]))
        if next_i < end:
            yield next_i, next_j
    yield from ((end + n, end_after + n) for n in range(tail))


def _common_ends(before: list[str], after: list[str]) -> Pair:
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    left = shorter - head
    tail = next((n for n in range(left) if before[-1 - n] != after[-1 - n]), left)
    return head, tail


def _held(before: list[str], after: list[str]) -> list[Pair]:
    """The longest rising run of lines that stand exactly once on each side."""
    once = {line for line, count in Counter(after).items() if count == 1}
    where = {line: n for n, line in enumerate(after) if line in once}
    counts = Counter(before)
    unique = [(i, where[line]) for i, line in enumerate(before) if line in where and counts[line] == 1]
    return _longest_rising(unique)


def _longest_rising(unique: list[Pair]) -> list[Pair]:
    ends: list[int] = []  # the smallest last position of a run of each length
    last: list[int] = []  # which pair that is
    previous: list[int] = []
    for n, (_, j) in enumerate(unique):
        length = bisect_left(ends, j)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [n]
    run, n = [], last[-1] if last else -1
    while n >= 0:
        run.append(unique[n])
        n = previous[n]
    return run[::-1]


def _gap(before: list[str], after: list[str]) -> Iterator[Pair]:
    if not before or not after or len(before) * len(after) > _LARGEST_GAP:
        return
    for block in SequenceMatcher(None, before, after).get_matching_blocks():
        yield from ((block.a + n, block.b + n) for n in range(block.size))
