"""A history that was there when the run began, and cannot be used now."""

from __future__ import annotations

from pipegen.errors import PipegenError


class StoreLost(PipegenError):  # noqa: N818 - it is what happened
    """An operation of an open store failed; the next one tries anew.

    `save_run` with the whole record makes good for everything that was lost meanwhile.
    """
