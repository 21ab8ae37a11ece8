"""What pipegen itself says while a task runs: a quiet line at trouble, or JSON lines for every event."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pipegen.errors import Diagnostic
from pipegen.frozen import frozen
from pipegen.runtime.report import plain


@frozen
class JobLog:
    """Speaks on stderr, for one task."""

    task: str
    as_json: bool = False

    def event(self, name: str, **details: object) -> None:
        """One JSON line: start, attempt, retry, error, done or failed."""
        if not self.as_json:
            return
        import json
        from datetime import UTC, datetime

        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        known = {key: value for key, value in details.items() if value is not None}
        _write(json.dumps({"event": name, "time": now, "task": self.task, **known}, default=str))

    def line(self, text: str) -> None:
        """One plain line, when nobody asked for JSON."""
        if not self.as_json:
            _write(f"pipegen: {self.task}: {text}")

    def diagnostics(self, found: Iterable[Diagnostic], attempt: int) -> None:
        for one in found:
            if self.as_json:
                place = str(one.origin) if one.origin else None
                details = {
                    "code": one.code,
                    "message": one.message,
                    "origin": place,
                    "hint": one.hint or None,
                }
                self.event("error", attempt=attempt, **details)
            else:
                _write(plain(one))

    def traceback(self, text: str, message: str, attempt: int) -> None:
        if self.as_json:
            self.event("error", attempt=attempt, message=message, traceback=text)
        else:
            _write(text.rstrip("\n"))


def _write(text: str) -> None:
    """In one piece, so that lines of several processes do not mix."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody listens any more; the task goes on
        pass
