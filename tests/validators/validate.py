"""What a cluster would say to documents: `check` for one set of them, `examine` for many sets at once."""

from __future__ import annotations

import atexit
import functools
import json
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validators.building import binary

# A mapping or several, YAML text with any number of documents, or a file or folder of such text.
Documents = Mapping[str, Any] | Sequence[Mapping[str, Any]] | str | Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a cluster would not take a document, or would not run what it took."""

    source: str
    document: int
    kind: str
    name: str
    validator: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}#{self.document} {self.kind} '{self.name}': {self.validator}: {self.message}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was looked at in one set of documents, and what was found."""

    documents: int
    pods: int
    findings: tuple[Finding, ...]


def check(documents: Documents) -> list[Finding]:
    """What is wrong with documents that are applied together; references among them resolve."""
    (answer,) = examine([documents])
    return list(answer.findings)


def examine(bundles: Iterable[Documents]) -> list[Answer]:
    """One answer for each set of documents. A set without a document is a mistake of the test."""
    asked = [_sources(bundle) for bundle in bundles]
    answers = [_answer(raw) for raw in _server().ask(asked)] if asked else []
    for sources, answer in zip(asked, answers, strict=True):
        if not answer.documents and not answer.findings:
            raise ValueError(f"no documents in {[source['source'] for source in sources]}")
    return answers


def _answer(raw: Mapping[str, Any]) -> Answer:
    findings = tuple(Finding(**finding) for finding in raw["findings"])
    return Answer(raw["documents"], raw["pods"], findings)


def _sources(documents: Documents) -> list[dict[str, str]]:
    if isinstance(documents, str):
        return [{"source": "text", "text": documents}]
    if isinstance(documents, Path):
        return [{"source": str(path), "text": path.read_text()} for path in _manifests(documents)]
    objects = [documents] if isinstance(documents, Mapping) else documents
    return [{"source": f"object {n}", "text": json.dumps(object_)} for n, object_ in enumerate(objects)]


def _manifests(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(found for found in path.rglob("*") if found.suffix in (".yaml", ".yml", ".json"))


class _Server:
    """The program, kept running: most of the time of a single check is the reading of definitions."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [binary(), "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._turn = threading.Lock()
        atexit.register(self.close)

    def ask(self, bundles: list[list[dict[str, str]]]) -> list[dict[str, Any]]:
        assert self._process.stdin and self._process.stdout
        with self._turn:
            self._process.stdin.write(json.dumps(bundles) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the validators stopped with {self._process.wait()}")
        answers: list[dict[str, Any]] = json.loads(line)
        return answers

    def close(self) -> None:
        self._process.communicate()


@functools.cache
def _server() -> _Server:
    return _Server()
