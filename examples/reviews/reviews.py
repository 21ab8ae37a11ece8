"""Score the product reviews every night, and report which products lose their customers' favour."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, Field, SecretStr
from sentiment import sentiment

from pipegen import Parameter, Pipeline, Retry, Settings, Step


class Review(BaseModel):
    id: int
    product: str
    author: str | None
    text: str


class Scored(BaseModel):
    id: int
    product: str
    score: float = Field(ge=-1, le=1)


class FetchSettings(Settings):
    path: Path = Field(Path("data/reviews.jsonl"), description="A file with one review a line.")
    limit: int = Field(1000, ge=1, description="How many reviews are read at most.")
    salt: SecretStr | None = Field(
        None, min_length=8, description="Makes pseudonyms of the authors, who are left out without it."
    )


class Fetch(Step):
    """Read the reviews, and hide who wrote them."""

    settings: FetchSettings
    retry = Retry(limit=3, backoff="30s")

    def run(self) -> Iterator[Review]:
        with self.settings.path.open(encoding="utf-8") as file:
            for line in islice(file, self.settings.limit):
                review = Review.model_validate_json(line)
                yield review.model_copy(update={"author": self._pseudonym(review.author)})

    def _pseudonym(self, author: str | None) -> str | None:
        salt = self.settings.salt
        if salt is None or author is None:
            return None
        return hmac.new(salt.get_secret_value().encode(), author.encode(), hashlib.sha256).hexdigest()[:12]


class ScoreSettings(Settings):
    window: int = Field(3, ge=1, description="How many words far a negation reaches.")


class Score(Step):
    """Give each review a score from -1 (bad) to 1 (good)."""

    settings: ScoreSettings
    timeout = "10m"

    def run(self, reviews: Iterable[Review]) -> Iterator[Scored]:
        for one in reviews:
            yield Scored(id=one.id, product=one.product, score=sentiment(one.text, self.settings.window))


class ReportSettings(Settings):
    quotes: int = Field(1, ge=0, description="How many of a product's worst reviews are quoted.")


class Report(Step):
    """Write a page about the products, the worst first, and the figures behind it."""

    settings: ReportSettings

    def run(self, scores: list[Scored], reviews: list[Review]) -> Path:
        texts = {one.id: one.text for one in reviews}
        by_product: dict[str, list[Scored]] = defaultdict(list)
        for one in scores:
            by_product[one.product].append(one)
        means = {name: round(fmean(one.score for one in found), 3) for name, found in by_product.items()}
        lines = [f"# {len(scores)} reviews of {len(means)} products", ""]
        for name in sorted(means, key=lambda product: (means[product], product)):
            lines.append(f"- {name}: {means[name]:+.3f} in {len(by_product[name])} reviews")
            worst = sorted(by_product[name], key=lambda one: (one.score, one.id))
            lines += [f"  > {texts[one.id]}" for one in worst[: self.settings.quotes] if one.score < 0]

        folder = self.workdir / "report"
        folder.mkdir()
        (folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        figures = {"reviews": len(scores), "mean": round(fmean(one.score for one in scores), 3)}
        (folder / "metrics.json").write_text(json.dumps(figures) + "\n", encoding="utf-8")
        return folder


fetch = Fetch()
score = fetch >> Score()
report = Report(scores=score, reviews=fetch)

reviews = Pipeline(
    "reviews",
    report,
    description="Nightly sentiment of the product reviews",
    schedule="0 4 * * *",
    timezone="Europe/Berlin",
    parameters=[
        Parameter("limit", "fetch.limit", default=1000, description="How many reviews are read at most."),
        Parameter("quotes", "report.quotes", default=1, choices=(0, 1, 3), description="Quotes a product."),
    ],
)
