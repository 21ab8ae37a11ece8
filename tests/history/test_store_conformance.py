"""The stores that come with pipegen keep the contract that is published for everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.engine.history.contract import Store
from pipegen.engine.history.opening import open_store
from pipegen.testing import StoreConformance


class AtUrl(StoreConformance):
    """A store at an address, and a second one there."""

    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url: str, tmp_path: Path) -> Iterator[Store]:
        store = open_store(url, tmp_path)
        for run in store.list_runs():
            store.delete_run(run.id)
        yield store
        store.close()

    @pytest.fixture
    def again(self, url: str, store: Store, tmp_path: Path) -> Iterator[Store]:
        store = open_store(url, tmp_path)
        yield store
        store.close()


class TestMemory(StoreConformance):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store("memory:", tmp_path)


class TestSqlite(AtUrl):
    @pytest.fixture
    def url(self) -> str:
        return "sqlite:///history.db"


@pytest.mark.engine
class TestPostgres(AtUrl):
    @pytest.fixture
    def url(self, kept_postgres_url: str) -> str:
        return kept_postgres_url


@pytest.mark.engine
class TestMysql(AtUrl):
    @pytest.fixture
    def url(self, kept_mysql_url: str) -> str:
        return kept_mysql_url
