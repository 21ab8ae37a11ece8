"""Three steps with types of the standard library."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipegen import Pipeline, Step


@dataclass
class Review:
    id: int
    text: str


@dataclass
class Scored:
    id: int
    score: float


class Fetch(Step):
    """Download the reviews."""

    def run(self) -> Iterator[Review]:
        yield Review(1, "good")


class Score(Step):
    """Give each review a score."""

    def run(self, reviews: list[Review]) -> list[Scored]:
        return [Scored(one.id, len(one.text)) for one in reviews]


class Report(Step):
    """Say how it went."""

    def run(self, scores: list[Scored], reviews: list[Review]) -> str:
        return f"{len(scores)} of {len(reviews)}"


fetch = Fetch()
score = Score(reviews=fetch)
reviews = Pipeline("reviews", Report(scores=score, reviews=fetch))
