"""Runs to make a page about, with their logs and artifacts on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from played_runs import BEGAN, LOGS, finished, pipeline

from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.ir import Draft, Input, Pipeline, Port, Setting, Step, Task
from pipegen.link import link
from pipegen.runtime.manifest import FILE, Manifest, PayloadFile
from pipegen.runtime.manifest_json import to_text

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'\"`><svg onload=alert(1)>",
    "${alert(1)} $title {{7*7}}",
    "]]><!--",
    "&lt;b&gt;&amp;",
    "javascript:alert(1)",
)


def written(root: Path, name: str, attempt: int, content: str) -> str:
    path = root / LOGS / f"{name}.{attempt}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return f"{LOGS}/{name}.{attempt}.log"


def stored(root: Path, manifest: Manifest) -> str:
    text = to_text(manifest)
    digest = sha256(text.encode()).hexdigest()
    folder = root / ".pipegen" / "artifacts" / digest[:2] / digest
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    return digest


def reviews() -> Pipeline:
    settings = (
        Setting("url", "str", required=True),
        Setting("token", "SecretStr", required=True, secret=True),
    )
    fetch = Step("fetch", "acme.reviews:Fetch", (), "list[acme.Review]", settings=settings, prefix="FETCH")
    kind = Step("score", "acme.reviews:Score", (Port("reviews", "list[acme.Review]"),), "list[acme.Scored]")
    tasks = (
        Task("fetch", "fetch"),
        Task("score-eu", "score", (Input("reviews", ("fetch",)),)),
        Task("score-us", "score", (Input("reviews", ("fetch",)),)),
        Task("rank", "score", (Input("reviews", ("score-us",)),)),
    )
    steps = {"fetch": fetch, "score": kind}
    return link(Draft("reviews", tasks, steps, target="reviews.py", on_exit=Task("tidy", "fetch")))


def troubled(root: Path) -> RunRecord:
    """A run with everything: an artifact, a retry, a failure, logs, settings, post-processors."""
    times = {"fetch": (0.0, 2.0), "score-eu": (2.0, 6.5), "score-us": (2.0, 12.0), "tidy": (12.0, 12.5)}
    details = {
        "workers": 2,
        "reason": "asked for",
        "settings": {"fetch": {"url": "https://example.org", "token": "***"}},
        "processors": [
            {
                "type": "archive",
                "ok": True,
                "message": "wrote out.zip",
                "seconds": 0.3,
                "details": {"bytes": 12},
            },
            {"type": "copy", "ok": False, "message": "there is no such bucket", "seconds": 1.2},
        ],
        "attempts": {"score-us": [[BEGAN + 2, BEGAN + 4], [BEGAN + 9, BEGAN + 12]]},
    }
    run = finished(reviews(), times, "FAILED", details=details, parameters={"limit": "20"})
    files = tuple(PayloadFile(f"part-{at}.jsonl", 1500, "0" * 64) for at in range(25))
    digest = stored(root, Manifest("jsonl", "list[acme.Review]", "fetch", 1200, files))
    written(root, "score-us", 1, "first try\nTimeoutError: no answer\n")
    log = written(root, "score-us", 2, "".join(f"line {at}\n" for at in range(300)) + "ValueError: five\n")
    changed = {
        "fetch": {"artifact": digest, "items": 1200, "log": written(root, "fetch", 1, "")},
        "score-eu": {"artifact": "f" * 64, "items": 7, "log": f"{LOGS}/score-eu.1.log"},
        "score-us": {"status": "FAILED", "attempts": 2, "error": "ValueError: five", "log": log},
        "rank": {"error": "what it needs did not succeed"},
    }
    tasks = (replace(one, **changed.get(one.name, {})) for one in run.tasks)  # type: ignore[arg-type]
    return replace(run, tasks=tuple(tasks))


def hostile(root: Path, names: Iterable[str] = HOSTILE) -> tuple[RunRecord, Pipeline]:
    """A run in which everything that can be named is an attack."""
    words = list(names)
    drawn = pipeline({word: words[:at][-1:] for at, word in enumerate(words)}, name=words[0])
    log = written(root, "hostile", 1, "\n".join(words))
    tasks = tuple(
        TaskRecord(word, "FAILED", 1, BEGAN + at, BEGAN + at + 1, error=word, log=log)
        for at, word in enumerate(words)
    )
    bad = words[0]
    details = {
        "settings": {word: {word: word} for word in words},
        "processors": [{"type": bad, "ok": False, "message": bad, "details": {bad: bad}}],
        bad: bad,
    }
    run = finished(drawn, {}, "FAILED", parameters={bad: bad}, details=details)
    return replace(run, tasks=tasks, ended=BEGAN + 9, error=bad), drawn
