"""Real database servers on loopback, started for the tests and ended by their own process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

USER = "pipegen"
PASSWORD = "s3cr3t/%40 word"
QUOTED = "s3cr3t%2F%2540%20word"


@dataclass
class Server:
    """A server, which can be stopped and started again on the same data."""

    url: str
    port: int
    words: Sequence[str]
    folder: Path
    is_up: Callable[[], bool]
    polite: signal.Signals  # ends it at once, in good order, with its clients still there
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.running.append(
                subprocess.Popen(self.words, stdout=log, stderr=log, cwd=self.folder, **_as_nobody())
            )
        deadline = time.monotonic() + 60
        while not self.is_up():
            died = self.running[-1].poll() is not None
            if died or time.monotonic() > deadline:
                raise AssertionError((self.folder / "server.log").read_text(errors="replace")[-4000:])
            time.sleep(0.05)

    def stop(self, how: signal.Signals) -> None:
        while self.running:
            process = self.running.pop()
            rest = _children(process.pid)
            process.send_signal(how)
            process.wait(60)
            _wait_for_the_end(rest)  # PostgreSQL's outlive a killed server for a moment, and answer


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait_for_the_end(pids: list[int]) -> None:
    end = time.monotonic() + 60
    while any(map(_runs, pids)):
        assert time.monotonic() < end, "the server's processes do not end"
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"  # dead, though nobody asked for it yet


def missing(*programs: str) -> str:
    """Why a server cannot be started here; "" when it can."""
    gone = [one for one in programs if program(one) is None]
    return f"there is no {', '.join(gone)}" if gone else ""


def program(name: str) -> str | None:
    """A program's path; Debian keeps PostgreSQL's where no PATH looks."""
    places = [str(one) for one in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ["PATH"], "/usr/sbin"]))


@contextmanager
def postgres() -> Iterator[Server]:
    with _folder() as folder:
        port, secret = _free_port(), folder / "password"
        secret.write_text(PASSWORD)
        _own(secret)
        _run("initdb", "-D", str(folder / "data"), "-U", USER, "-A", "scram-sha-256", "--pwfile", str(secret), "-N",
             "--no-locale", "-E", "UTF8", cwd=folder)  # fmt: skip
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        words = [_path("postgres"), "-D", str(folder / "data"), "-p", str(port)]
        words += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        url = f"postgresql://{USER}:{QUOTED}@127.0.0.1:{port}/postgres"

        def is_up() -> bool:
            import psycopg

            try:
                psycopg.connect(
                    host="127.0.0.1", port=port, user=USER, password=PASSWORD, dbname="postgres"
                ).close()
            except psycopg.OperationalError:
                return False
            return True

        yield from _serving(Server(url, port, words, folder, is_up, signal.SIGINT))


@contextmanager
def mariadb() -> Iterator[Server]:
    with _folder() as folder:
        port, first = _free_port(), folder / "first.sql"
        first.write_text(
            f"CREATE DATABASE IF NOT EXISTS history;\n"
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{USER}'@'%';\n"
        )
        _own(first)
        _run("mariadb-install-db", "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db",
             "--auth-root-authentication-method=normal", cwd=folder)  # fmt: skip
        words = [_path("mariadbd"), "--no-defaults", f"--datadir={folder / 'data'}", f"--port={port}"]
        words += ["--bind-address=127.0.0.1", f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"]
        words += [f"--init-file={first}", "--innodb-flush-log-at-trx-commit=2", "--skip-name-resolve"]
        words += ["--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M"]
        url = f"mysql://{USER}:{QUOTED}@127.0.0.1:{port}/history"

        def is_up() -> bool:
            import pymysql

            try:
                pymysql.connect(
                    host="127.0.0.1", port=port, user=USER, password=PASSWORD, database="history"
                ).close()
            except pymysql.OperationalError:
                return False
            return True

        yield from _serving(Server(url, port, words, folder, is_up, signal.SIGTERM))


def _serving(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGKILL)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the server's user owns: these servers refuse to be root, whom pytest's own folders are for."""
    folder = Path(tempfile.mkdtemp(prefix="pipegen-server-"))
    _own(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _as_nobody() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(name: str, *words: str, cwd: Path) -> None:
    done = subprocess.run(
        [_path(name), *words], cwd=cwd, capture_output=True, text=True, check=False, **_as_nobody()
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _path(name: str) -> str:
    found = program(name)
    assert found is not None, name
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
