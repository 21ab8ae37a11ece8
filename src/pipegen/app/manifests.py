"""What the Secrets and ConfigMaps of a Kubernetes manifest will set in an environment."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from pipegen.errors import Diagnostic, Origin, PipegenError


def variables_in(text: str, file: str) -> dict[str, str]:
    """What the Secrets and ConfigMaps of a manifest hold; values are never shown, only used."""
    import yaml

    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Origin(file, mark.line + 1, mark.column + 1) if mark else Origin(file)
        raise PipegenError(
            Diagnostic("PG194", "the manifest is not valid YAML", place, "try kubectl apply --dry-run")
        ) from None
    found: dict[str, str] = {}
    for one in documents:
        if isinstance(one, dict) and one.get("kind") in ("Secret", "ConfigMap"):
            found |= dict(_entries(one, file))
    return found


def _entries(document: Mapping[str, Any], file: str) -> Iterator[tuple[str, str]]:
    encoded = document.get("kind") == "Secret"
    for key, value in (document.get("data") or {}).items():
        try:
            yield str(key), base64.b64decode(str(value), validate=True).decode() if encoded else str(value)
        except (binascii.Error, UnicodeDecodeError):
            message = f"'{key}' under data of the Secret is not base64 text"
            raise PipegenError(
                Diagnostic("PG194", message, Origin(file), "plain text goes under stringData")
            ) from None
    for key, value in (document.get("stringData") or {}).items():
        yield str(key), str(value)
