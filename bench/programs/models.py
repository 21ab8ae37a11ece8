"""The same three steps with pydantic models and settings."""

from collections.abc import Iterator

from pydantic import BaseModel, Field, SecretStr

from pipegen import Pipeline, Settings, Step


class Review(BaseModel):
    id: int
    text: str


class Scored(BaseModel):
    id: int
    score: float


class FetchSettings(Settings):
    limit: int = Field(100, ge=1)
    token: SecretStr | None = None


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> Iterator[Review]:
        yield Review(id=1, text="good")


class ScoreSettings(Settings):
    model: str = "small"


class Score(Step):
    """Give each review a score."""

    settings: ScoreSettings

    def run(self, reviews: list[Review]) -> list[Scored]:
        return [Scored(id=one.id, score=len(one.text)) for one in reviews]


class Report(Step):
    """Say how it went."""

    def run(self, scores: list[Scored], reviews: list[Review]) -> str:
        return f"{len(scores)} of {len(reviews)}"


fetch = Fetch()
score = Score(reviews=fetch)
reviews = Pipeline("reviews", Report(scores=score, reviews=fetch))
