"""Tests for those who extend pipegen: what a plugin must pass. They need pytest.

from pipegen.testing import StoreConformance

class TestMyStore(StoreConformance):
    @pytest.fixture
    def store(self): ...
"""

from __future__ import annotations

try:
    import pytest
except ImportError as error:
    raise ImportError("pipegen.testing needs pytest: pip install pytest") from error

pytest.register_assert_rewrite("pipegen.testing.stores")

from pipegen.testing.stores import StoreConformance  # noqa: E402 - its asserts are to say what they found

__all__ = ["StoreConformance"]
