"""How large the files for Argo are, and whether a cluster with Argo's full resource definitions takes them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import rows as bench_rows
from bench.environments import ROOT
from bench.rows import Costs

HEAD = (
    "what is written",
    "tasks",
    "templates",
    "bytes a task",
    "lines a task",
    "accepted by Argo's CRDs",
    "goal",
    "met",
)
ABOUT = (
    "The files that these rows write. Bytes are those of the whole object as JSON, as a cluster keeps it, lines those "
    "of the file, both by the number of tasks; a DAG of Airflow is Python, and counted as it is. "
    "The definitions are Argo's own, checked by the code of the API server (`tests/validators`): they take at most "
    "200 templates in an object and 200 tasks in a DAG."
)
NOT_CHECKED = "not checked"
_GOALS = {bench_rows.ARGO_1K: 400, bench_rows.ARGO_CHAIN: 220}
_TASKS = {
    bench_rows.PLAIN_ARGO: 3,
    bench_rows.WURZEL_ARGO: 3,
    bench_rows.WURZEL_CHAIN: 250,
    bench_rows.GITHUB_300: 300,
}
_ROWS = (
    bench_rows.PLAIN_ARGO,
    bench_rows.ARGO_1K,
    bench_rows.ARGO_CHAIN,
    bench_rows.WURZEL_ARGO,
    bench_rows.WURZEL_CHAIN,
    bench_rows.HERA_REUSED,
    bench_rows.HERA_EACH,
    bench_rows.AIRFLOW_1K,
    bench_rows.GITLAB_1K,
    bench_rows.GITHUB_300,
)
_NO_CLUSTER = "no object of a cluster"


@dataclass(frozen=True, slots=True)
class Size:
    """What one row wrote, what a cluster says about it, and what was asked for: bytes a task, and a yes."""

    row: str
    tasks: int
    templates: int
    json_bytes: int
    yaml_lines: int
    accepted: str
    limit: int | None = None

    @property
    def goal(self) -> str:
        return f"<= {self.limit}" if self.limit is not None else ""

    @property
    def met(self) -> bool:
        if self.limit is None:
            return True
        return self.json_bytes / self.tasks <= self.limit and self.accepted in ("yes", NOT_CHECKED)

    def data(self) -> dict[str, object]:
        return {
            "tasks": self.tasks,
            "templates": self.templates,
            "json_bytes": self.json_bytes,
            "yaml_lines": self.yaml_lines,
            "accepted": self.accepted,
            "limit": self.limit,
            "met": self.met,
        }


def measured(costs: Costs) -> list[Size]:
    """The files of the rows that ran."""
    return [_size(row) for row in _ROWS if row in costs]


def rows(found: Iterable[Size]) -> list[tuple[str, ...]]:
    return [
        (
            one.row,
            f"{one.tasks:,}",
            f"{one.templates:,}",
            f"{one.json_bytes / one.tasks:,.0f}",
            f"{one.yaml_lines / one.tasks:,.1f}",
            one.accepted,
            one.goal,
            ("yes" if one.met else "NO") if one.goal else "",
        )
        for one in found
    ]


def _size(row: str) -> Size:
    texts = list(_texts(bench_rows.written(row)))
    documents = [one for text in texts for one in _read(text)] if row != bench_rows.AIRFLOW_1K else []
    compact = [json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in documents]
    return Size(
        row,
        _TASKS.get(row, 1_000),
        sum(len(_templates(one)) for one in documents),
        sum(len(one.encode()) for one in compact or texts),
        sum(text.count("\n") for text in texts),
        verdict(documents),
        _GOALS.get(row),
    )


def _texts(path: Path) -> Iterator[str]:
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if one.is_file():
            yield one.read_text(encoding="utf-8")


def _read(text: str) -> list[dict[str, Any]]:
    import yaml

    return list(yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _templates(document: Mapping[str, Any]) -> Sequence[object]:
    if "spec" not in document:
        return ()
    spec = document["spec"]
    found: Sequence[object] = spec.get("workflowSpec", spec)["templates"]
    return found


def verdict(documents: Sequence[Mapping[str, Any]]) -> str:
    """What the definitions say; without Go, or the modules that they need, nothing."""
    if not any("apiVersion" in one for one in documents):
        return _NO_CLUSTER
    sys.path.insert(0, str(ROOT / "tests"))
    try:
        import pytest
        from validators.validate import check  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return NOT_CHECKED
    try:
        found = [one.message for one in check(documents) if one.validator.startswith("crd")]

    except (pytest.skip.Exception, pytest.fail.Exception):
        return NOT_CHECKED
    return f"no: {', '.join(map(_short, found))}" if found else "yes"


def _short(message: str) -> str:
    """A limit of the definitions in few words, anything else as it is."""
    limit = re.search(r"(dag\.tasks|templates): Too many: (\d+)", message)
    if limit is None:
        return message
    return f"{int(limit[2]):,} {'tasks in a DAG' if limit[1] == 'dag.tasks' else 'templates'}"
