"""artifact.json: a manifest as text and back, with nothing taken on trust."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.runtime.manifest import FILE, Link, Manifest, PayloadFile, sha256

FORMAT = 1
_AGAIN = "run the task that wrote it again"
_SHA256_LENGTH = 64


def to_text(manifest: Manifest) -> str:
    """The text of artifact.json: stable order, no place, no time."""
    from json.encoder import encode_basestring as quoted  # json.dumps is slow when it indents

    fields = [
        f'"format": {FORMAT}',
        f'"codec": {quoted(manifest.codec)}',
        f'"type": {quoted(manifest.type)}',
        f'"producer": {quoted(manifest.producer)}',
    ]
    if manifest.items is not None:
        fields.append(f'"items": {manifest.items}')
    fields.append(f'"files": {_list([_file_text(one, quoted) for one in manifest.files])}')
    if manifest.links:
        links = [(f'"path": {quoted(one.path)}', f'"target": {quoted(one.target)}') for one in manifest.links]
        fields.append(f'"links": {_list([_object(one) for one in links])}')
    if manifest.folders:
        fields.append(f'"folders": {_list([quoted(one) for one in manifest.folders])}')
    return "{\n  " + ",\n  ".join(fields) + "\n}\n"


def _file_text(one: PayloadFile, quoted: Callable[[str], str]) -> str:
    known = [f'"path": {quoted(one.path)}', f'"size": {one.size}', f'"sha256": "{one.sha256}"']
    return _object([*known, '"executable": true'] if one.executable else known)


def _object(fields: Sequence[str]) -> str:
    return "{\n      " + ",\n      ".join(fields) + "\n    }"


def _list(items: Sequence[str]) -> str:
    return "[\n    " + ",\n    ".join(items) + "\n  ]" if items else "[]"


def digest(folder: Path) -> str:
    """One text that changes whenever anything in the artifact does."""
    load_manifest(folder)
    return sha256(folder / FILE)


def load_manifest(folder: Path, name: str = "") -> Manifest:
    """What artifact.json says, checked; PipegenError when there is none or it cannot be trusted."""
    path = f"{folder}/{FILE}"
    try:
        with open(path, "rb") as file:
            text = file.read()
    except FileNotFoundError:
        who = _who(name)
        what = f"there is no {FILE} in" if folder.is_dir() else "there is no folder"
        hint = "run the task that writes it first, or correct the path"
        raise _refused("PG328", f"{who}{what} '{folder}'", path, hint) from None
    except OSError as problem:
        raise _refused("PG342", f"{_who(name)}'{path}' cannot be read: {problem.strerror}", path) from problem
    return _parse(text, path)


def _who(name: str) -> str:
    return f"parameter '{name}' has no artifact: " if name else ""


def _parse(text: bytes, path: str) -> Manifest:
    import json

    try:
        content = json.loads(text.decode())
    except (ValueError, RecursionError) as problem:
        raise _refused("PG329", f"it is not JSON: {problem}", path, _AGAIN) from None
    if not isinstance(content, dict):
        raise _refused("PG329", "it is not a JSON object", path, _AGAIN)
    if type(content.get("format")) is not int:
        raise _refused("PG329", "'format' is not a number", path, _AGAIN)
    if content["format"] != FORMAT:
        message = f"it has format {content['format']}, and this pipegen reads format {FORMAT}"
        raise _refused("PG330", message, path, "use the same pipegen in all images of the pipeline")
    try:
        manifest = _manifest(content)
    except _WrongError as problem:
        raise _refused("PG329", str(problem), path, _AGAIN) from None
    _refuse_unsafe(manifest, path)
    return manifest


class _WrongError(Exception):
    """A field of artifact.json that is missing or not of its type."""


def _manifest(content: Mapping[str, object]) -> Manifest:
    items = content.get("items")
    if "files" not in content:
        raise _WrongError("'files' is missing")
    if items is not None and (type(items) is not int or items < 0):
        raise _WrongError("'items' is not a number")
    manifest = Manifest(
        codec=_text(content, "codec"),
        type=_text(content, "type"),
        producer=_text(content, "producer"),
        items=items,
        files=tuple(map(_file, _objects(content, "files"))),
        links=tuple(Link(_text(one, "path"), _text(one, "target")) for one in _objects(content, "links")),
        folders=_texts(content, "folders"),
    )
    if len(set(manifest.payload)) < len(manifest.payload):
        raise _WrongError("a path is listed twice")
    return manifest


def _file(one: Mapping[str, object]) -> PayloadFile:
    size, digest_text = one.get("size"), _text(one, "sha256")
    if type(size) is not int or size < 0:
        raise _WrongError("the 'size' of a file is not a number")
    if len(digest_text) != _SHA256_LENGTH:
        raise _WrongError("the 'sha256' of a file is not 64 digits")
    return PayloadFile(_text(one, "path"), size, digest_text, one.get("executable") is True)


def _text(content: Mapping[str, object], key: str) -> str:
    found = content.get(key)
    if not isinstance(found, str):
        raise _WrongError(f"'{key}' is missing" if found is None else f"'{key}' is not text")
    return found


def _objects(content: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _WrongError(f"'{key}' is not a list of objects")
    return tuple(found)


def _texts(content: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _WrongError(f"'{key}' is not a list of texts")
    return tuple(cast(list[str], found))


def _refuse_unsafe(manifest: Manifest, path: str) -> None:
    unsafe = [one for one in manifest.payload if not _is_safe(one)]
    unsafe += [one.target for one in manifest.links if not _stays_inside(one)]
    if unsafe:
        hint = "do not use this artifact; " + _AGAIN
        raise PipegenError(
            *(_problem("PG332", f"it names '{one}', outside its folder", path, hint) for one in unsafe)
        )


def _is_safe(path: str) -> bool:
    """Relative, normal, inside, and not the manifest itself."""
    return path != FILE and _is_text(path) and not {"", ".", ".."} & set(path.split("/"))


def _is_text(path: str) -> bool:
    """Something that a file can be called: JSON can hold halves of characters, and zeros."""
    try:
        return b"\0" not in path.encode()
    except UnicodeEncodeError:
        return False


def _stays_inside(link: Link) -> bool:
    """A link may lead anywhere below the first folder of the payload that it is in."""
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), link.target))
    is_relative = _is_text(link.target) and not link.target.startswith("/")
    return is_relative and whole.split("/")[0] == link.path.split("/")[0]


def _problem(code: str, message: str, path: str, hint: str = "") -> Diagnostic:
    return Diagnostic(code, message, Origin(path), hint)


def _refused(code: str, message: str, path: str, hint: str = "") -> PipegenError:
    return PipegenError(_problem(code, message, path, hint))
