"""Features of daily temperatures: how a day compares with its week and with its month."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pydantic import Field

from pipegen import Parameter, Pipeline, Settings, Step

KEYS = ["station", "day"]


class LoadSettings(Settings):
    path: Path = Field(Path("data/temperatures.csv"), description="A CSV file: station, day, celsius.")


class Load(Step):
    """Read the measurements, in order, one row for each station and day."""

    settings: LoadSettings

    def run(self) -> pd.DataFrame:
        readings = pd.read_csv(self.settings.path, parse_dates=["day"])
        return readings.groupby(KEYS, as_index=False)["celsius"].mean().sort_values(KEYS, ignore_index=True)


class RollingSettings(Settings):
    days: int = Field(7, ge=2, description="How many days back the mean goes, the day itself included.")


class Rolling(Step):
    """The mean of the days before; placed once for each length."""

    settings: RollingSettings

    def run(self, readings: pd.DataFrame) -> pd.DataFrame:
        days = self.settings.days
        means = readings.groupby("station")["celsius"].transform(lambda one: one.rolling(days, 2).mean())
        return readings[KEYS].assign(mean=means.round(3)).dropna(ignore_index=True)


class Compare(Step):
    """Put a day beside its week and its month."""

    def run(self, readings: pd.DataFrame, week: pd.DataFrame, month: pd.DataFrame) -> pd.DataFrame:
        rows = readings.merge(week, on=KEYS).merge(month, on=KEYS, suffixes=("_week", "_month"))
        rows["above_week"] = (rows["celsius"] - rows["mean_week"]).round(3)
        rows["above_month"] = (rows["celsius"] - rows["mean_month"]).round(3)
        return rows[[*KEYS, "celsius", "above_week", "above_month"]]


load = Load()
week = Rolling("week", readings=load)
month = Rolling("month", readings=load)

features = Pipeline(
    "features",
    Compare(readings=load, week=week, month=month),
    description="Features of daily temperatures",
    parameters=[
        Parameter("short", "week.days", default=7, description="The days of the short mean."),
        Parameter("long", "month.days", default=28, description="The days of the long mean."),
    ],
)
