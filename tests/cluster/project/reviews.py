from pipegen import Pipeline, Settings, Step


class FetchSettings(Settings):
    limit: int = 10


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> list[str]: ...


class Score(Step):
    def run(self, reviews: list[str]) -> list[int]: ...


reviews = Pipeline("reviews", Fetch() >> Score(), schedule="0 4 * * *", timezone="Europe/Berlin")
adhoc = Pipeline("adhoc", Fetch("again"))
