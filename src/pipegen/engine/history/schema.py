"""The tables of a history, in each dialect, and the steps by which an older form becomes today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipegen.engine.history.rows import RUN, TASK
from pipegen.errors import Diagnostic, PipegenError

# Each step stands for one version; a step that was released is never changed, a new one is added.
_STEPS = (
    (
        "CREATE TABLE IF NOT EXISTS pipegen_runs (id {id} NOT NULL PRIMARY KEY, pipeline {name} NOT NULL,"
        " target {text} NOT NULL, status {word} NOT NULL, started {time} NOT NULL, ended {time},"
        " parameters {json} NOT NULL, error {text} NOT NULL, details {json} NOT NULL) {table}",
        "CREATE TABLE IF NOT EXISTS pipegen_tasks (run_id {id} NOT NULL, ordinal INTEGER NOT NULL,"
        " name {name} NOT NULL, status {word} NOT NULL, attempts INTEGER NOT NULL, started {time}, ended {time},"
        " error {text} NOT NULL, artifact {word}, items BIGINT, cache_key {word}, log {text},"
        " PRIMARY KEY (run_id, name)) {tasks}",
    ),
    (
        "CREATE INDEX pipegen_runs_by_start ON pipegen_runs (started)",
        "CREATE INDEX pipegen_runs_by_pipeline ON pipegen_runs (pipeline, started)",
    ),
)
LATEST = len(_STEPS)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of one kind of SQL."""

    mark: str  # what stands for a value
    renew: str  # what follows an INSERT to replace the row that is there; {key} is its key
    new: str  # the value that would have been inserted, of column {0}
    types: dict[str, str]


SQLITE = Dialect(
    "?",
    "ON CONFLICT ({key}) DO UPDATE SET",
    "excluded.{0}",
    {
        "id": "TEXT",
        "name": "TEXT",
        "text": "TEXT",
        "word": "TEXT",
        "time": "REAL",
        "json": "TEXT",
        "table": "WITHOUT ROWID",
        "tasks": "WITHOUT ROWID",
    },
)
POSTGRES = Dialect(
    "%s",
    SQLITE.renew,
    SQLITE.new,
    {
        "id": "TEXT",
        "name": "TEXT",
        "text": "TEXT",
        "word": "TEXT",
        "time": "DOUBLE PRECISION",
        "json": "JSON",
        "table": "",
        "tasks": "WITH (fillfactor = 70)",
    },
)
# MySQL's own JSON type would sort keys and refuse some text; its functions read JSON from any text.
MYSQL = Dialect(
    "%s",
    "ON DUPLICATE KEY UPDATE",
    "VALUES({0})",
    {
        "id": "VARCHAR(128)",
        "name": "VARCHAR(512)",
        "text": "LONGTEXT",
        "word": "VARCHAR(128)",
        "time": "DOUBLE",
        "json": "LONGTEXT",
        "table": "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE {collation}",
        "tasks": "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE {collation}",
    },
)


def steps(dialect: Dialect, version: int) -> list[tuple[str, ...]]:
    """The statements that lead from a version to today's."""
    return [tuple(one.format(**dialect.types).strip() for one in step) for step in _STEPS[version:]]


def check_version(version: int, place: str) -> None:
    if version > LATEST:
        message = f"the history at {place} has form {version}, and this pipegen knows forms up to {LATEST}"
        hint = "upgrade pipegen, or name another place with PIPEGEN_HISTORY_URL"
        raise PipegenError(Diagnostic("PG704", message, None, hint))


@dataclass(frozen=True, slots=True)
class Statements:
    """What the operations of a store say."""

    put_run: str
    put_task: str
    set_task: str
    names: str
    drop_task: str
    drop_tasks: str
    drop_run: str
    run: str
    tasks: str
    mark: str

    def listed(self, columns: str, pipeline: str | None, limit: int | None) -> tuple[str, list[object]]:
        """The newest runs; with the values for its marks."""
        wanted = f" WHERE pipeline = {self.mark}" if pipeline is not None else ""
        some = f" LIMIT {self.mark}" if limit is not None else ""
        text = f"SELECT {columns} FROM pipegen_runs{wanted} ORDER BY started DESC, id DESC{some}"
        return text, [one for one in (pipeline, limit) if one is not None]

    def tasks_of(self, listed: str) -> str:
        columns = ", ".join(f"t.{one}" for one in ("run_id", *TASK))
        join = f"JOIN ({listed}) AS listed ON listed.id = t.run_id"
        return f"SELECT {columns} FROM pipegen_tasks t {join} ORDER BY t.run_id, t.ordinal"


def statements(dialect: Dialect) -> Statements:
    mark = dialect.mark
    task = ("run_id", "ordinal", *TASK)
    settings = ", ".join(f"{one} = {mark}" for one in TASK[1:])
    return Statements(
        put_run=_put("pipegen_runs", RUN, ("id",), dialect),
        put_task=_put("pipegen_tasks", task, ("run_id", "name"), dialect),
        set_task=f"UPDATE pipegen_tasks SET {settings} WHERE run_id = {mark} AND name = {mark}",
        names=f"SELECT name FROM pipegen_tasks WHERE run_id = {mark}",
        drop_task=f"DELETE FROM pipegen_tasks WHERE run_id = {mark} AND name = {mark}",
        drop_tasks=f"DELETE FROM pipegen_tasks WHERE run_id = {mark}",
        drop_run=f"DELETE FROM pipegen_runs WHERE id = {mark}",
        run=f"SELECT {', '.join(RUN)} FROM pipegen_runs WHERE id = {mark}",
        tasks=f"SELECT {', '.join(TASK)} FROM pipegen_tasks WHERE run_id = {mark} ORDER BY ordinal",
        mark=mark,
    )


def _put(table: str, columns: Sequence[str], key: Sequence[str], dialect: Dialect) -> str:
    """Insert a row, or replace the one under its key."""
    marks = ", ".join([dialect.mark] * len(columns))
    news = ", ".join(f"{one} = {dialect.new.format(one)}" for one in columns if one not in key)
    renew = dialect.renew.format(key=", ".join(key))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {renew} {news}"
