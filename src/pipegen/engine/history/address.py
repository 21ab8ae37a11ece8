"""Where a database server is, out of a URL; the password never comes out of here but to the driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of scheme://user:password@host:port,host:port/database?name=value; "" is not given."""

    user: str
    hosts: tuple[tuple[str, str], ...]
    database: str
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """As messages show it."""
        user = f"{self.user}@" if self.user else ""
        hosts = ",".join(f"{host}:{port}" if port else host for host, port in self.hosts)
        return f"{user}{hosts or 'localhost'}/{self.database}"


def parse(url: str) -> Address:
    """The address in a URL; ValueError says what is wrong with it, without its text."""
    if "://" not in url:
        raise ValueError("names no server; write scheme://user:password@host/database")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("has a bracket of an IPv6 address without the other; write [::1]") from None
    before, _, hosts = parts.netloc.rpartition("@")
    user, _, password = before.partition(":")
    found = tuple(_host(one) for one in hosts.split(",") if one)
    database = unquote(parts.path.removeprefix("/"))
    if not database:
        raise ValueError("names no database; write scheme://user:password@host/database")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Address(unquote(user), found, database, unquote(password), options)


def _host(text: str) -> tuple[str, str]:
    """Host and port; the host may be an address in brackets, or the folder of a socket, encoded."""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(
            "has a port that is no number from 1 to 65535; "
            "a '/', '@' or ':' in a password is written as %2F, %40, %3A"
        )
    return unquote(host), port
