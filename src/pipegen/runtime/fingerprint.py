"""Settings as a fingerprint: in clear where they may be, keyed where they are secret."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipegen.errors import Diagnostic, PipegenError

VARIABLE = "PIPEGEN_FINGERPRINT_KEY"
HOME = "PIPEGEN_HOME"
_SHORTEST = 16
_SIZE = 32


Key = Callable[[], bytes]


def fingerprint(settings: object, *, key: bytes | Key) -> dict[str, Any]:
    """The fields of a settings object as stable JSON; a secret is a keyed hash, told apart by its field.

    A callable is asked for the key when there is something to hide, so that no key is made in vain.
    """
    found = _printed(settings, "", cache(key) if callable(key) else lambda: key)
    assert isinstance(found, dict)
    return found


def fingerprint_key(root: Path) -> bytes:
    """The project's key: from the environment, else from a file that is made once."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        if len(given) < _SHORTEST:
            raise _refused(f"{VARIABLE} has {len(given)} characters", f"use {_SHORTEST} or more, at random")
        return given.encode(errors="surrogateescape")
    path = home_of(root) / "fingerprint.key"
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(f"{_shown(path, root)} cannot be used: {reason}", f"or set {VARIABLE}") from None
    if len(key) != _SIZE:
        raise _refused(
            f"{_shown(path, root)} has {len(key)} bytes, not {_SIZE}", "delete it: it is made anew"
        )
    return key


def _make(path: Path) -> None:
    """Write the whole key beside, then link it into place: of two processes, one wins and both read it."""
    if path.parent.name == ".pipegen":
        hidden_folder(path.parent.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".fingerprint.{os.urandom(8).hex()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(_SIZE))
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not path.exists():
            beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def home_of(root: Path) -> Path:
    """Where pipegen keeps what is its own: `.pipegen` in the project, unless the environment names a folder."""
    given = os.environ.get(HOME)
    return root / given if given else root / ".pipegen"


def hidden_folder(root: Path) -> Path:
    """The project's folder for what pipegen keeps to itself; git ignores it."""
    folder = root / ".pipegen"
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists() or not ignore.stat().st_size:  # empty when the disk was full
        ignore.write_text("*\n")
    return folder


def _refused(message: str, hint: str) -> PipegenError:
    return PipegenError(Diagnostic("PG313", message, hint=hint))


def _printed(value: Any, path: str, key: Key) -> Any:
    from dataclasses import fields, is_dataclass
    from enum import Enum

    from pydantic import BaseModel

    from pipegen.dsl.settings import jsonable

    if isinstance(value, Enum):
        return _printed(value.value, path, key)
    if hasattr(value, "get_secret_value"):
        return _hidden(value.get_secret_value(), path, key)
    if isinstance(value, BaseModel):
        parts = {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
        return {name: _printed(one, f"{path}.{name}", key) for name, one in parts.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: _printed(getattr(value, one.name), f"{path}.{one.name}", key) for one in fields(value)
        }
    if isinstance(value, Mapping):
        pairs = [(_printed(name, f"{path}.key", key), one) for name, one in value.items()]
        return {_text(name): _printed(one, f"{path}.{_text(name)}", key) for name, one in pairs}
    if isinstance(value, (list, tuple)):
        return [_printed(one, f"{path}.{place}", key) for place, one in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return sorted((_printed(one, f"{path}.item", key) for one in value), key=_text)
    if _has_password(value):
        return _hidden(str(value), path, key)
    found = jsonable(value)
    if found is not None or value is None:
        return found
    parts = getattr(value, "__dict__", None) or {"text": str(value)}
    return {"type": type(value).__qualname__, **_printed(parts, path, key)}


def _hidden(value: Any, path: str, key: Key) -> str:
    import hmac

    secret = value.hex() if isinstance(value, bytes) else _printed(value, path, key)
    text = _text([path, type(value).__name__, secret])
    used = key()
    if not used:
        raise _refused("a setting holds a secret, and there is no key to hide it with", f"set {VARIABLE}")
    return "hmac-sha256:" + hmac.new(used, f"pipegen settings 1\n{text}".encode(), "sha256").hexdigest()


def _has_password(value: Any) -> bool:
    """A connection string such as postgres://user:password@host holds a secret, whatever its field says."""
    if not hasattr(value, "scheme"):
        return False
    hosts = value.hosts() if hasattr(value, "hosts") else [{"password": getattr(value, "password", None)}]
    return any(host.get("password") for host in hosts)


def _text(value: Any) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
