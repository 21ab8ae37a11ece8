"""Tries, limits of time and earlier results of a task: Argo's own where it can, else the task's command."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig, Memoize
from pipegen.backends.argo.shapes import RETRIES, SECONDS
from pipegen.backends.command import policy_words as exec_policy
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.ir import Retry, Task
from pipegen.units import seconds


def retry_strategy(task: Task, config: ArgoStepConfig, whole: ArgoConfig) -> Data:
    """A new pod for every try."""
    retry = task.options.retry
    if retry is None or retry.limit <= 0 or not _is_native(retry, whole):
        return {}
    found: Data = {"limit": RETRIES, "retryPolicy": config.retry_policy or whole.retry_policy}
    if seconds(retry.backoff) > 0:
        backoff: Data = {"duration": go_duration(retry.backoff), "factor": f"{retry.factor:g}"}
        if retry.max_backoff is not None:
            backoff["cap"] = go_duration(retry.max_backoff)
        found["backoff"] = backoff
    return found


def _is_native(retry: Retry, whole: ArgoConfig) -> bool:
    """Argo's factor is a whole number, and the longest wait came with 3.7."""
    waits = seconds(retry.backoff) > 0
    capped = retry.max_backoff is not None and whole.version in ("3.5", "3.6")
    return not waits or (retry.factor == int(retry.factor) and not capped)


def carries_policy(task: Task, whole: ArgoConfig) -> bool:
    """Whether the command tries again, in the same pod."""
    retry = task.options.retry
    return retry is not None and retry.limit > 0 and not _is_native(retry, whole)


def policy_words(task: Task, whole: ArgoConfig) -> Iterator[str]:
    """Tries that Argo cannot make, with their limit of time, which would else be that of the whole pod."""
    if carries_policy(task, whole):
        yield from exec_policy(task)
    if task.options.cache is not None:
        from pipegen.runtime.words import encoded

        for key in task.options.cache.key:
            yield from ("--cache-key", encoded(key))


def whole_timeout(task: Task, whole: ArgoConfig) -> Yaml:
    """The mark of the limit of one try, where a try is a pod."""
    return None if carries_policy(task, whole) else SECONDS


def memoize(config: Memoize) -> Data:
    age: Data = {"maxAge": go_duration(config.max_age)} if config.max_age else {}
    return {"key": config.key, **age, "cache": {"configMap": {"name": config.cache}}}


def go_duration(text: str) -> str:
    """A duration as Go reads it, which has no days."""
    total = seconds(text)
    if total != int(total):
        return f"{total:g}s"
    hours, rest = divmod(int(total), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (left, "s")) if count]
    return "".join(parts) or "0s"
