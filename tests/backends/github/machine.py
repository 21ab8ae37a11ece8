"""Runs a workflow's own shell steps, job by job in clean folders, as GitHub Actions would.

The workflow is taken as it stands. What is not its own is played by its documented behaviour: checkout, Python,
the cache, and artifacts, which are files without permissions, links or empty folders.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from expressions import as_text, evaluate, filled_in

BIN = Path(sys.executable).parent
AT_ONCE = 2  # jobs
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "artifacts", ".pipegen")
_FORBIDDEN = re.compile(r'[":<>|*?\r\n\\/]')  # in the name of an artifact


@dataclass(slots=True)
class Machine:
    """A repository on GitHub with its secrets, and one run of a workflow in it."""

    repository: Path
    event: str = "workflow_dispatch"
    inputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)  # what the machine itself has
    installs: bool = True  # or else what installs packages does nothing: they are there
    shells: tuple[str, ...] = ("bash", "-e")
    results: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, dict[str, bytes]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    cached: dict[str, Path] = field(default_factory=dict)
    number: int = 1  # of the run
    summary: str = ""

    def run(self, text: str) -> Machine:
        """Run every job whose turn comes; the results stand in `results`."""
        document = yaml.safe_load(text)
        document["on"] = document.pop("on", None) or document.pop(True, None)
        jobs: dict[str, Any] = document["jobs"]
        before: dict[str, set[str]] = {}
        waiting, running = dict(jobs), dict[Future[str], str]()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while waiting or running:
                for name in [one for one in waiting if set(_needs(jobs[one])) <= set(self.results)]:
                    job, needs = waiting.pop(name), _needs(jobs[name])
                    before[name] = {*needs, *(one for each in needs for one in before[each])}
                    contexts = self.contexts(document, needs)
                    if _holds(job.get("if"), contexts, [self.results[one] for one in before[name]]):
                        running[pool.submit(self.job, name, job, contexts, document)] = name
                    else:
                        self.results[name] = "skipped"
                        break  # what waited for it may have its turn now
                else:
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    self.results.update({running.pop(one): one.result() for one in ended})
        return self

    def contexts(self, document: Mapping[str, Any], needs: list[str]) -> dict[str, Any]:
        dispatch = (document["on"].get("workflow_dispatch") or {}) if isinstance(document["on"], dict) else {}
        form = dispatch.get("inputs", {})
        given = {name: as_text(one.get("default", "")) for name, one in form.items()}
        assert set(self.inputs) <= set(given)
        inputs = {**given, **self.inputs} if self.event == "workflow_dispatch" else None
        return {
            "github": {"event": {"inputs": inputs}, "run_id": str(self.number), "run_attempt": "1"},
            "needs": {one: {"result": self.results[one]} for one in needs},
            "secrets": self.secrets,
            "vars": self.variables,
        }

    def job(self, name: str, job: Mapping[str, Any], contexts: Any, document: Mapping[str, Any]) -> str:
        with tempfile.TemporaryDirectory() as place:
            top = Path(place, "work")
            top.mkdir()
            inner = document.get("defaults", {}).get("run", {}).get("working-directory", ".")
            state = ["success"]
            for step in job["steps"]:
                if not _holds(step.get("if"), contexts, state):
                    continue
                try:
                    self.step(step, top, inner, contexts)
                except (subprocess.CalledProcessError, FileNotFoundError) as problem:
                    self.log.append(f"{name}: {problem}\n{getattr(problem, 'stdout', '')}")
                    state += [] if step.get("continue-on-error") else ["failure"]
        return "failure" if "failure" in state else "success"

    def step(self, step: Mapping[str, Any], top: Path, inner: str, contexts: Any) -> None:
        fill: Callable[[Any], Any] = lambda text: (  # noqa: E731
            filled_in(text, contexts, _functions([])) if isinstance(text, str) else text
        )
        if step.get("name") == "Install" and not self.installs:
            return
        if "run" in step:
            env = {key: fill(text) for key, text in step.get("env", {}).items()}
            self.shell(step["run"], top / inner, env)
            return
        action = re.fullmatch(r"actions/([a-z-]+(?:/[a-z]+)?)@[0-9a-f]{40}", step["uses"])
        assert action is not None, f"not pinned, or not played here: {step['uses']}"
        given = {key: fill(text) for key, text in step.get("with", {}).items()}
        played = {
            "checkout": self.checkout,
            "setup-python": self.setup_python,
            "cache": self.cache_folder,
            "cache/restore": self.restore,
            "cache/save": self.save,
            "upload-artifact": self.upload_artifact,
            "download-artifact": self.download_artifact,
        }
        played[action[1]](top, given)

    def shell(self, text: str, folder: Path, env: Mapping[str, str]) -> None:
        summary = folder / "..summary"
        known = {
            "PATH": f"{BIN}:/usr/local/bin:/usr/bin:/bin",
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            "GITHUB_EVENT_NAME": self.event,
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
            script.write(text)
            script.flush()
            done = subprocess.run(
                [*self.shells, script.name],
                cwd=folder,
                env={**known, **self.environment, **env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        self.log.append(done.stdout)
        if summary.exists():
            self.summary += summary.read_text(encoding="utf-8")
            summary.unlink()
        done.check_returncode()

    def checkout(self, top: Path, given: Mapping[str, Any]) -> None:
        assert given == {"persist-credentials": False}
        shutil.copytree(self.repository, top, ignore=_LEFT_BEHIND, dirs_exist_ok=True, symlinks=True)

    def setup_python(self, top: Path, given: Mapping[str, Any]) -> None:
        assert isinstance(given["python-version"], str)

    def upload_artifact(self, top: Path, given: Mapping[str, Any]) -> None:
        """A single file lies at the artifact's top; no name may be there twice unless it is told to overwrite."""
        path = top / given["path"]
        assert not _FORBIDDEN.search(given["name"]) and given["if-no-files-found"] == "error"
        assert given["name"] not in self.artifacts or given["overwrite"]
        assert path.name[0] != "."
        self.artifacts[given["name"]] = {path.name: path.read_bytes()}

    def download_artifact(self, top: Path, given: Mapping[str, Any]) -> None:
        if given["name"] not in self.artifacts:
            raise FileNotFoundError(f"there is no artifact {given['name']}")
        folder = top / given["path"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.artifacts[given["name"]].items():
            (folder / name).write_bytes(data)

    def cache_folder(self, top: Path, given: Mapping[str, Any]) -> None:
        """Nothing is there in a first run."""
        assert {"path", "key"} <= set(given)

    def restore(self, top: Path, given: Mapping[str, Any]) -> None:
        """The newest of those whose key begins like one of these."""
        assert given["key"] not in self.cached, "a key that is there is never saved again"
        for beginning in given["restore-keys"].splitlines():
            for key in reversed(self.cached):
                if key.startswith(beginning):
                    kept = self.cached[key]
                    shutil.copytree(kept, top / given["path"], symlinks=True)
                    return

    def save(self, top: Path, given: Mapping[str, Any]) -> None:
        kept = Path(tempfile.mkdtemp(dir=self.repository.parent), "kept")
        shutil.copytree(top / given["path"], kept, symlinks=True)
        self.cached[given["key"]] = kept

    def unpacked(self, name: str, folder: Path) -> Path:
        """What an artifact of a task holds, as somebody sees who downloads it."""
        ((file, data),) = self.artifacts[name].items()
        place = folder / name
        place.mkdir(parents=True)
        (folder / file).write_bytes(data)
        subprocess.run(["tar", "-xf", folder / file, "-C", place], check=True)
        return place


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _holds(condition: Any, contexts: Any, results: list[str]) -> bool:
    """A condition without a word about how things went is asked only when all went well."""
    functions = _functions(results)
    if condition is None:
        return bool(functions["success"]())
    said = any(f"{one}()" in condition for one in ("success", "failure", "always", "cancelled"))
    return bool(evaluate(condition, contexts, functions)) and (said or bool(functions["success"]()))


def _functions(results: list[str]) -> dict[str, Callable[..., Any]]:
    return {
        "success": lambda: all(one == "success" for one in results),
        "failure": lambda: "failure" in results,
        "cancelled": lambda: False,
        "always": lambda: True,
        "fromJSON": json.loads,
        "toJSON": lambda found: json.dumps(found, ensure_ascii=False),
        "contains": lambda found, one: one in found,
    }
