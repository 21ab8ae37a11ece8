"""From what a user says about the history to an open store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen.engine.history.contract import Store
from pipegen.engine.history.sqlite import FILE, SqliteStore
from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.runtime.fingerprint import home_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pipegen.engine.configs import Configured

VARIABLE = "PIPEGEN_HISTORY_URL"
_ALSO = {"postgresql": "postgres", "mariadb": "mysql"}


def open_store(given: str | Configured | BaseModel | None, root: Path) -> Store:
    """The store that a URL, a name or a config stands for; for None that of the variable, else the project's own."""
    url = _variable()
    if given is None and not url:  # spares a run that says nothing the import of pydantic
        return SqliteStore(own_file(root), f".pipegen/{FILE}")
    if given is None:
        return opened(_configured(url, root, Origin(VARIABLE)), root)
    if isinstance(given, str):
        return opened(_configured(given, root), root)
    return opened(_of_config(given), root)


def own_file(root: Path) -> Path:
    """Where the history of a project is when nobody says otherwise."""
    return home_of(root) / FILE


def is_own(given: str | Configured | BaseModel | None) -> bool:
    """Whether the history is the project's own file, which no other project writes to."""
    return given is None and not _variable()


def _variable() -> str:
    return os.environ.get(VARIABLE, "").strip()


def opened(store: Configured, root: Path) -> Store:
    """The store of a config; whatever a plugin raises becomes an error that names it."""
    try:
        found: Store = store.plugin.open(store.config, root)
        return found
    except PipegenError:
        raise
    except Exception as error:
        text = _without_secrets(f"{type(error).__name__}: {error}", store.config)
        message = f"the store '{store.name}' cannot be opened: {text}"
        raise PipegenError(Diagnostic("PG710", message, None, "see its documentation")) from error


def _configured(url: str, root: Path, place: Origin | None = None) -> Configured:
    """The store and its config that a text names: its name alone, or an address that begins with it."""
    from pipegen.engine.configs import STORES, Configured, load
    from pipegen.engine.configs.finding import plugin
    from pipegen.engine.configs.loading import NO_FILE, node_of
    from pipegen.values.nodes import Table

    name = _name(url, place)
    found = plugin(STORES, name, place)
    read = getattr(found, "from_url", None)
    if read is None:
        config = node_of({"url": url} if ":" in url else {}, place or NO_FILE)
        assert isinstance(config, Table)
        return load(STORES, name, config, root=root)
    try:
        return Configured(name, found, read(url))
    except PipegenError:
        raise
    except Exception as error:  # a plugin may fail in any way
        problem, _, hint = _wrong_with(url, error).partition("; ")
        message = f"the address of store '{name}' {problem}"
        raise PipegenError(Diagnostic("PG709", message, place, hint or f"correct {VARIABLE}")) from None


def _of_config(config: object) -> Configured:
    """A config with the store that it is for, which it may have beside it already."""
    from pipegen.engine.configs import STORES, Configured
    from pipegen.engine.configs.finding import names, plugin

    if isinstance(config, Configured):
        return config
    for name in names(STORES):
        found = plugin(STORES, name)
        if found.config is type(config):
            return Configured(name, found, config)
    raise TypeError(f"no store has a config like {type(config).__name__}")


def _name(url: str, place: Origin | None) -> str:
    """The store that an address is for: postgresql+psycopg://... is postgres."""
    scheme, colon, _ = url.partition(":")
    if not colon and ("/" in url or url.endswith(".db")):
        message = f"'{url}' is a path and no address of a store"
        raise PipegenError(Diagnostic("PG709", message, place, f"write sqlite:///{url}"))
    name = scheme.partition("+")[0].lower() if colon else scheme
    return _ALSO.get(name, name)


def _wrong_with(url: str, error: Exception) -> str:
    """What a store says about an address: a ValueError in its words, anything else as a failure of its code."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):  # whose text shows what was given
        first = error.errors(include_url=False, include_input=False)[0]
        text = f"does not fit: {'.'.join(map(str, first['loc']))}: {first['msg']}"
    else:
        text = (
            str(error)
            if isinstance(error, ValueError)
            else f"cannot be read: {type(error).__name__}: {error}"
        )
    passwords = _passwords(url)
    return _without(text, url, *passwords) if passwords else text


def _without_secrets(text: str, config: object) -> str:
    """A message in which no address of the config stands, nor a password out of one."""
    for value in getattr(config, "__dict__", {}).values():
        shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if isinstance(shown, str) and (shown is not value or "@" in shown):
            text = _without(text, shown, *_passwords(shown))
    return text


def _passwords(url: str) -> tuple[str, ...]:
    """The password in an address as it stands there, and as it is meant; nothing when there is none."""
    from urllib.parse import unquote

    password = url.rpartition("@")[0].rpartition("//")[2].partition(":")[2]
    return (password, unquote(password)) if password else ()


def _without(text: str, *secrets: str) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text
