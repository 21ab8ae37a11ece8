# mypy: ignore-errors
"""The three steps of models.py, as Wurzel has them."""

from wurzel.core import Settings, TypedStep
from wurzel.datacontract import PydanticModel


class Review(PydanticModel):
    id: int
    text: str


class Scored(PydanticModel):
    id: int
    score: float


class FetchSettings(Settings):
    LIMIT: int = 100


class Fetch(TypedStep[FetchSettings, None, list[Review]]):
    def run(self, inpt: None) -> list[Review]:
        return [Review(id=n, text="good") for n in range(self.settings.LIMIT)]


class ScoreSettings(Settings):
    MODEL: str = "small"


class Score(TypedStep[ScoreSettings, list[Review], list[Scored]]):
    def run(self, inpt: list[Review]) -> list[Scored]:
        return [Scored(id=one.id, score=len(one.text)) for one in inpt]


class Report(TypedStep[None, list[Scored], list[Scored]]):
    def run(self, inpt: list[Scored]) -> list[Scored]:
        return inpt[:10]


fetch, score, report = Fetch(), Score(), Report()
fetch >> score >> report
