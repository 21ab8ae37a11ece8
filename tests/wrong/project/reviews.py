from pydantic import BaseModel, Field, SecretStr

from pipegen import Pipeline, Settings, Step


class Review(BaseModel):
    id: int
    text: str


class FetchSettings(Settings):
    url: str = Field(description="where reviews are read")
    limit: int = Field(100, ge=1)
    token: SecretStr | None = None


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> list[Review]: ...


class Score(Step):
    """Give each review a score."""

    def run(self, reviews: list[Review]) -> list[float]: ...


fetch = Fetch()
score = fetch >> Score()
reviews = Pipeline("reviews", score)
