"""More `needs` than GitLab allows: jobs in between gather the artifacts of some, and hand them on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from pipegen.backends.gitlab.model import Job
from pipegen.backends.gitlab.naming import free
from pipegen.emit.yaml import Yaml

_KEPT = ("stage", "image", "tags", "rules", "interruptible")


class Gathering:
    """Splits what jobs need, so that none needs more than `most`; `taken` are the names that jobs have."""

    def __init__(self, most: int, taken: set[str]) -> None:
        self.most, self.taken = most, taken

    def split(self, job: Job, paths: Sequence[str]) -> Iterator[Job]:
        """The job, after those that gather what it needs; `paths` are those of its needs, in their order."""
        names = job.keywords.get("needs", ())
        assert isinstance(names, list)
        sources = [(str(name), [path]) for name, path in zip(names, paths, strict=True)]
        numbers = count(1)
        while len(sources) > self.most:
            gathered = []
            for start in range(0, len(sources), self.most):
                part = sources[start : start + self.most]
                if len(part) == 1:
                    gathered += part
                    continue
                name = free(f"{job.name}-gather-{next(numbers)}", self.taken)
                below = [path for _, paths in part for path in paths]
                yield _gathers(name, job, [name for name, _ in part], below)
                gathered.append((name, below))
            sources = gathered
        yield Job(job.name, {**job.keywords, "needs": [name for name, _ in sources]})


def _gathers(name: str, job: Job, needs: Sequence[str], paths: Sequence[str]) -> Job:
    """A job on the same runners, which takes artifacts and hands them on."""
    kept = {key: value for key, value in job.keywords.items() if key in _KEPT}
    found: dict[str, Yaml] = {
        **kept,
        "needs": list(needs),
        "script": [":"],
        "artifacts": {**_kept_artifacts(job), "paths": list(paths)},
    }
    return Job(name, found, alone=True)


def _kept_artifacts(job: Job) -> dict[str, Yaml]:
    """How long the job's own artifact is kept, and who may see it."""
    own = job.keywords["artifacts"]
    assert isinstance(own, dict)
    return {key: value for key, value in own.items() if key in ("paths", "expire_in", "access")}
