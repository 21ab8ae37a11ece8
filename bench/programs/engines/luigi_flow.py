"""The same in Luigi with its local scheduler: in one process, or with workers that fork for each task."""

import os
from pathlib import Path

import luigi  # type: ignore[import-not-found]

TASKS, APART = int(os.environ["TASKS"]), os.environ["FORM"] == "apart"


class Nothing(luigi.Task):  # type: ignore[misc]
    number = luigi.IntParameter()

    def requires(self) -> list["Nothing"]:
        return [] if APART or self.number == 0 else [Nothing(self.number - 1)]

    def output(self) -> object:
        return luigi.LocalTarget(f"out/{self.number}")

    def run(self) -> None:
        Path(f"out/{self.number}").write_text("1")


if __name__ == "__main__":
    wanted = [Nothing(number) for number in range(TASKS)] if APART else [Nothing(TASKS - 1)]
    done = luigi.build(
        wanted, local_scheduler=True, workers=int(os.environ.get("WORKERS", "1")), log_level="WARNING"
    )
    assert done, "Luigi failed"
    assert len(list(Path("out").iterdir())) == TASKS
