"""Tasks that fail, that hang, and that leave."""

import os
import subprocess
import sys
import time
from pathlib import Path

from pipegen import Pipeline, Retry, step


@step(timeout="3s")
def hangs() -> str:
    """Waits for ever, and so does the process that it starts."""
    waiting = subprocess.Popen(["sleep", "1000"])
    Path(os.environ["SEEN"]).write_text(f"{os.getpid()} {waiting.pid}")
    time.sleep(1000)
    return "never"


@step(retry=Retry(limit=1, backoff="0s"))
def always_fails() -> str:
    raise ValueError("broken on purpose")


@step
def leaves_with_99() -> str:
    """Airflow's BashOperator takes this for a task that wants to be skipped, unless it is told otherwise."""
    sys.exit(99)


hanging = Pipeline("hanging", hangs())
giving_up = Pipeline("giving-up", always_fails())
leaving = Pipeline("leaving", leaves_with_99())


@step(retry=Retry(limit=1, backoff="0s"))
def works_the_second_time() -> str:
    mark = Path(os.environ["SEEN"]).with_name("tried")
    if not mark.exists():
        mark.touch()
        raise OSError("not yet")
    return "done"


mixed = Pipeline("mixed", [always_fails(), works_the_second_time()])


@step
def start() -> int:
    return 1


@step
def breaks() -> int:
    raise ValueError("broken on purpose")


@step
def behind(number: int) -> int:
    return number


@step(trigger="one_failed")
def rescue(number: int | None = None) -> int:
    return 7


@step
def both(one: int, other: int) -> int:
    return one + other


left_out = Pipeline("left-out", both(one=rescue(number=start()), other=breaks()))
not_run = Pipeline("not-run", rescue("again", number=rescue(number=behind(number=breaks()))))
