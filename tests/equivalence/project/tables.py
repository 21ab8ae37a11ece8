"""DataFrames from task to task."""

from __future__ import annotations

import pandas as pd

from pipegen import Pipeline, step

CITIES = ["Bonn", "Bern", None, "Köln"]


@step
def readings() -> pd.DataFrame:
    days = pd.date_range("2024-03-30", periods=200, freq="6h")
    columns = {
        "day": days,
        "degrees": [n % 7 / 3 for n in range(200)],
        "city": [CITIES[n % 4] for n in range(200)],
    }
    table = pd.DataFrame(columns)
    return table.assign(city=table["city"].astype("category"), count=pd.array([1, None] * 100, dtype="Int64"))


@step
def means(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby("city", as_index=False, observed=True)["degrees"].mean()


@step
def no_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["degrees"] > 100]


@step
def stacked(tables: list[pd.DataFrame]) -> dict[str, float]:
    return {f"{n} {name}": float(table[name].sum()) for n, table in enumerate(tables) for name in ["degrees"]}


table = readings()
frames = Pipeline("frames", stacked(tables=[table, means(table=table), no_rows(table=table)]))
