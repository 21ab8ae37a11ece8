"""How long a job may take, and who starts a failed task again: GitLab or its own command."""

from __future__ import annotations

import math

from pipegen.backends import attempts
from pipegen.backends.gitlab.config import LONGEST, JobConfig
from pipegen.ir import Task
from pipegen.units import duration, seconds

_MOST_RETRIES = 2  # GitLab's limit
_BY_ITSELF = 3600.0  # what GitLab gives a job where nobody has said anything
_AROUND = 600.0  # for the image, the checkout and the artifacts


def by_gitlab(task: Task) -> bool:
    """Whether GitLab itself starts a failed task again: it does so twice at most, and at once."""
    retry = task.options.retry
    return retry is not None and 0 < retry.limit <= _MOST_RETRIES and seconds(retry.backoff) == 0


def longest(task: Task) -> float | None:
    """The seconds that a task may take in one job, with all attempts there; None when there is no limit."""
    if task.options.timeout is not None and by_gitlab(task):
        return seconds(task.options.timeout)
    return attempts.longest(task)


def job_time(task: Task, said: JobConfig) -> str | None:
    """The limit of a job: what values say, or what its task needs where that is more than GitLab gives by itself."""
    needed = longest(task)
    if said.timeout is not None or needed is None or needed + _AROUND <= _BY_ITSELF:
        return said.timeout
    return duration(min(math.ceil((needed + _AROUND) / 60) * 60, LONGEST))


def ends_early(task: Task, said: JobConfig) -> bool:
    """Whether GitLab may end the job while its task still has time."""
    needed, given = longest(task), job_time(task, said)
    return needed is not None and given is not None and seconds(given) < needed


def spaced(text: str) -> str:
    """A time as GitLab reads it: "1h30m" is "1h 30m", and half a second a whole one."""
    if text == "never":
        return text
    shown = duration(math.ceil(seconds(text)))
    return "".join(char + " " if char.isalpha() else char for char in shown).strip()
