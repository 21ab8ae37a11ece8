"""A kustomize overlay as what it changes in its base, instead of all that comes out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from pipegen.backends.kubernetes.layouts import KUSTOMIZATION, VERSION
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.document import Flow
from pipegen.emit.files import File
from pipegen.emit.yaml import Yaml, dump, inline

Key = tuple[str, str]  # the kind and the name of an object
Object = dict[str, Yaml]
_WIDTH = 140
_HEADER = "# "


def over_base(base: Sequence[File] | None, files: Sequence[File]) -> Sequence[File]:
    """The files of an overlay, as patches when there is a base that kustomize takes."""
    if base is None or not any(one.path.endswith(f"/{KUSTOMIZATION}") for one in base):
        return files
    return _patched(base, files)


def _patched(base: Sequence[File], files: Sequence[File]) -> list[File]:
    own = next(one for one in files if one.path.endswith(f"/{KUSTOMIZATION}"))
    folder = posixpath.dirname(own.path)
    header = [line.removeprefix(_HEADER) for line in own.text.splitlines() if line.startswith(_HEADER)]
    before, after = _objects(base), _objects(files)
    patches: list[File] = []
    entries: list[Yaml] = []
    for kind, name in [key for key in after if key in before]:
        changes = list(operations(before[kind, name], after[kind, name]))
        if changes:
            path = f"{kind.lower()}.{name}.patch.yaml"
            patches.append(File(f"{folder}/{path}", dump([_line(one) for one in changes], header)))
            entries.append({"path": path, "target": Flow({"kind": kind, "name": name})})
    entries += [_deleted(one) for key, one in before.items() if key not in after]
    added = [one for file in files for one in _added(file, folder, before, header)]
    data: Data = {
        "apiVersion": VERSION,
        "kind": "Kustomization",
        "resources": [_way(folder, base), *(posixpath.basename(one.path) for one in added)],
    }
    return [File(own.path, dump(data | ({"patches": entries} if entries else {}), header)), *added, *patches]


def _added(file: File, folder: str, before: Mapping[Key, Object], header: Sequence[str]) -> list[File]:
    """What a file holds that the base does not: the file as it is, or single objects of it."""
    found = _objects([file])
    new = {key: one for key, one in found.items() if key not in before}
    if len(new) == len(found):
        return [file] if found else []
    return [
        File(f"{folder}/{kind.lower()}.{name}.yaml", dump(one, header)) for (kind, name), one in new.items()
    ]


def _line(operation: Yaml) -> Yaml:
    """On one line where it fits."""
    return Flow(operation) if len(inline(operation)) <= _WIDTH else operation


def _way(folder: str, base: Sequence[File]) -> str:
    place = next(posixpath.dirname(one.path) for one in base if one.path.endswith(f"/{KUSTOMIZATION}"))
    return posixpath.relpath(place, folder)


def _deleted(data: Object) -> Data:
    """As much of an object as kustomize needs to find it."""
    metadata = data["metadata"]
    named = metadata if isinstance(metadata, dict) else {}
    found: Data = {key: named[key] for key in ("name", "namespace") if key in named}
    one: Data = {
        "$patch": "delete",
        "apiVersion": data["apiVersion"],
        "kind": data["kind"],
        "metadata": found,
    }
    return {"patch": dump(one)}


def _objects(files: Sequence[File]) -> dict[Key, Object]:
    """The objects in files, in their order."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts = (one.text for one in files if not one.path.endswith(f"/{KUSTOMIZATION}"))
    every = (one for text in texts for one in yaml.load_all(text, loader))
    return {(one["kind"], one["metadata"]["name"]): one for one in every}


def operations(before: Yaml, after: Yaml, path: str = "") -> Iterator[Yaml]:
    """A JSON Patch (RFC 6902) that makes one of the other, by keys and places in lists."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_mapping(before, after, path)
    elif isinstance(before, list) and isinstance(after, list) and _grown(before, after):
        for number, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from operations(old, new, f"{path}/{number}")
        yield from ({"op": "add", "path": f"{path}/-", "value": one} for one in after[len(before) :])
    elif before != after or type(before) is not type(after):
        yield {"op": "replace", "path": path, "value": after}


def _of_mapping(before: Mapping[str, Yaml], after: Mapping[str, Yaml], path: str) -> Iterator[Yaml]:
    for key in [*before, *(one for one in after if one not in before)]:
        place = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in after:
            yield {"op": "remove", "path": place}
        elif key not in before:
            yield {"op": "add", "path": place, "value": after[key]}
        else:
            yield from operations(before[key], after[key], place)


def _grown(before: Sequence[Yaml], after: Sequence[Yaml]) -> bool:
    """Whether places still mean the same: items with names have kept theirs, and what is new stands at the end."""
    kept = all(_name(old) == _name(new) for old, new in zip(before, after, strict=False))
    return kept and len(before) <= len(after)


def _name(item: Yaml) -> Yaml:
    return item.get("name") if isinstance(item, dict) else None
