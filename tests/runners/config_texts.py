"""Short ways to write configs down, and to hear what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipegen.errors import PipegenError
from pipegen.values.nodes import Table
from pipegen.values.reading import parse


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def nodes(text: str) -> Table:
    found = parse(text, "values.yaml")
    assert isinstance(found, Table)
    return found


def said(call: Any, *args: Any, **more: Any) -> list[str]:
    with pytest.raises(PipegenError) as error:
        call(*args, **more)
    return [str(one) for one in error.value.diagnostics]
