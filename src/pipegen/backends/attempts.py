"""How long a task may take, with all the attempts that its own command makes."""

from __future__ import annotations

import math

from pipegen.ir import Task
from pipegen.units import seconds


def longest(task: Task) -> float | None:
    """The seconds of all attempts and the waits between them; None when there is no limit."""
    if task.options.timeout is None:
        return None
    retry = task.options.retry
    each = seconds(task.options.timeout)
    if retry is None or retry.limit == 0:
        return each
    most = seconds(retry.max_backoff) if retry.max_backoff is not None else math.inf
    total, wait = each, seconds(retry.backoff)
    for _ in range(min(retry.limit, 10_000)):
        total += each + min(wait, most)
        wait = min(wait * retry.factor, 1e9)
    return total
