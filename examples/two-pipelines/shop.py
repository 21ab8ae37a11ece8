"""Two pipelines over the orders of a shop: takings every night, a forecast every week."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import linear_regression

from pydantic import BaseModel, Field

from pipegen import Pipeline, Settings, Step


class Order(BaseModel):
    id: int
    day: date
    amount: Decimal = Field(ge=0)
    refunded: bool = False


class Takings(BaseModel):
    day: date
    orders: int
    amount: Decimal


class Forecast(BaseModel):
    day: date
    amount: Decimal


class OrdersSettings(Settings):
    path: Path = Field(Path("data/orders.csv"), description="A CSV file: id, day, amount, refunded.")


class Orders(Step):
    """Read the orders."""

    settings: OrdersSettings

    def run(self) -> Iterator[Order]:
        with self.settings.path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield Order.model_validate(row)


class AddUp(Step):
    """Add up the takings of each day; money that was given back does not count."""

    def run(self, orders: list[Order]) -> list[Takings]:
        by_day: dict[date, list[Order]] = defaultdict(list)
        for order in orders:
            if not order.refunded:
                by_day[order.day].append(order)
        return [
            Takings(day=day, orders=len(found), amount=sum((one.amount for one in found), Decimal()))
            for day, found in sorted(by_day.items())
        ]


class PredictSettings(Settings):
    days: int = Field(7, ge=1, description="How many days ahead.")


class Predict(Step):
    """Draw a line through the takings, and follow it."""

    settings: PredictSettings

    def run(self, takings: list[Takings]) -> list[Forecast]:
        numbers = [one.day.toordinal() for one in takings]
        slope, start = linear_regression(numbers, [float(one.amount) for one in takings])
        last = takings[-1].day
        days = [last + timedelta(days=ahead) for ahead in range(1, self.settings.days + 1)]
        amounts = [max(0.0, slope * day.toordinal() + start) for day in days]
        return [
            Forecast(day=day, amount=Decimal(f"{amount:.2f}"))
            for day, amount in zip(days, amounts, strict=True)
        ]


nightly = Pipeline("nightly", Orders() >> AddUp(), schedule="30 1 * * *", description="Takings of each day")
weekly = Pipeline(
    "weekly",
    Orders() >> AddUp() >> Predict(),
    schedule="0 6 * * mon",
    description="A forecast of the takings",
)
