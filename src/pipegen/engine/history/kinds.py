"""The stores that come with pipegen, as the entry points name them, each with its config."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from pipegen.engine.configs.model import Config, rooted
from pipegen.engine.history.address import Address, parse
from pipegen.engine.history.memory import MemoryStore
from pipegen.engine.history.mysql import MysqlStore
from pipegen.engine.history.postgres import PostgresStore
from pipegen.engine.history.sqlite import FILE, SqliteStore


class MemoryConfig(Config):
    """Nothing to choose."""


class SqliteConfig(Config):
    """A file, which any number of processes of one machine may use at once."""

    path: Path = Field(
        Path(".pipegen", FILE), description="The file, from the project's root.", examples=["history.db"]
    )

    @field_validator("path")
    @classmethod
    def _names_a_file(cls, path: Path) -> Path:
        if not path.name:
            raise ValueError("names no file; write it like history.db")
        return path


_WHERE = "Where the server is: scheme://user:password@host:port/database."


class ServerConfig(Config):
    schemes: ClassVar[tuple[str, ...]] = ()
    url: SecretStr = Field(description=_WHERE)
    connect_timeout: float = Field(10, ge=1, le=600, description="Seconds until a silent server is given up.")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value()
        parse(text)
        if text.partition(":")[0].partition("+")[0].lower() not in cls.schemes:
            raise ValueError(f"is the address of another kind of store; it begins with {cls.schemes[0]}://")
        return url

    @property
    def address(self) -> Address:
        return parse(self.url.get_secret_value())


class PostgresConfig(ServerConfig):
    """What follows '?' in the address are options of libpq, such as sslmode=verify-full."""

    schemes: ClassVar[tuple[str, ...]] = ("postgresql", "postgres")
    url: SecretStr = Field(description=_WHERE, examples=["postgresql://user:password@db.example.com/history"])


class MysqlConfig(ServerConfig):
    """What follows '?' in the address are unix_socket, ssl_ca, ssl_cert and ssl_key."""

    schemes: ClassVar[tuple[str, ...]] = ("mysql", "mariadb")
    url: SecretStr = Field(description=_WHERE, examples=["mysql://user:password@db.example.com/history"])


class Memory:
    name: ClassVar[str] = "memory"
    summary: ClassVar[str] = "forgotten when the process ends"
    config: ClassVar[type[MemoryConfig]] = MemoryConfig

    def open(self, config: MemoryConfig, root: Path) -> MemoryStore:
        return MemoryStore()

    def from_url(self, url: str) -> MemoryConfig:
        if url.removeprefix("memory").strip(":/"):
            raise ValueError("takes nothing behind 'memory:'")
        return MemoryConfig()


class Sqlite:
    name: ClassVar[str] = "sqlite"
    summary: ClassVar[str] = "a file of the project, which is the default"
    config: ClassVar[type[SqliteConfig]] = SqliteConfig

    def open(self, config: SqliteConfig, root: Path) -> SqliteStore:
        return SqliteStore(rooted(config.path, root), str(config.path))

    def from_url(self, url: str) -> SqliteConfig:
        """sqlite:///history.db is a file of the project, sqlite:////var/history.db one by its whole path."""
        rest = url.removeprefix("sqlite").removeprefix(":").removeprefix("//")
        if rest in ("", "/"):
            return SqliteConfig.model_validate({})
        if not rest.startswith("/"):
            raise ValueError("has three slashes before a path: sqlite:///history.db")
        if rest == "/:memory:":
            raise ValueError("names no file; write 'memory:' for a history that is forgotten")
        return SqliteConfig(path=Path(rest[1:]))


class Postgres:
    name: ClassVar[str] = "postgres"
    summary: ClassVar[str] = "a PostgreSQL server, shared by several machines"
    config: ClassVar[type[PostgresConfig]] = PostgresConfig

    def open(self, config: PostgresConfig, root: Path) -> PostgresStore:
        return PostgresStore(config.address, config.connect_timeout)

    def from_url(self, url: str) -> PostgresConfig:
        parse(url)
        return PostgresConfig.model_validate({"url": url})


class Mysql:
    name: ClassVar[str] = "mysql"
    summary: ClassVar[str] = "a MySQL or MariaDB server, shared by several machines"
    config: ClassVar[type[MysqlConfig]] = MysqlConfig

    def open(self, config: MysqlConfig, root: Path) -> MysqlStore:
        return MysqlStore(config.address, config.connect_timeout)

    def from_url(self, url: str) -> MysqlConfig:
        parse(url)
        return MysqlConfig.model_validate({"url": url})
