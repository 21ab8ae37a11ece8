"""The packages that speak to database servers, which pipegen does not install by itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pipegen.errors import Diagnostic, PipegenError


def driver(module: str, server: str, extra: str) -> Any:
    """The module; PipegenError says how it is had when it is not there."""
    try:
        return import_module(module)
    except ImportError as error:
        message = f"a history in {server} needs the package '{module.lower()}': {error}"
        hint = f"pip install 'pipegen-compiler[{extra}]'"
        raise PipegenError(Diagnostic("PG701", message, None, hint)) from error
