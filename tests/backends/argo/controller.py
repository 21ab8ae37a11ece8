"""Argo's controller on this machine: it fills in templates, walks DAGs, moves artifacts by key, runs commands.

Templates are filled in as Argo does it: over their JSON, text by text, and an unknown placeholder is an error.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Data = dict[str, Any]
_SHORT = dict(zip('\a\b\f\n\r\t\v"\\', 'abfnrtv"\\', strict=True))


def go_quoted(text: str) -> str:
    """strconv.Quote without its quotes; some of what it writes is no JSON."""

    def one(char: str) -> str:
        if char in _SHORT:
            return f"\\{_SHORT[char]}"
        if char.isprintable():
            return char
        point = ord(char)
        return (
            f"\\x{point:02x}" if point < 0x80 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
        )

    return "".join(map(one, text))


def filled(template: Any, scope: Mapping[str, str]) -> Any:
    """The template with every {{placeholder}} replaced."""
    text, parts, place = json.dumps(template, ensure_ascii=False), [], 0
    while (start := text.find("{{", place)) >= 0:
        end = text.index("}}", start)
        tag = text[start + 2 : end].strip()
        if tag not in scope:
            raise KeyError(f"failed to resolve {{{{{tag}}}}}")
        parts += [text[place:start], go_quoted(scope[tag])]
        place = end + 2
    return json.loads("".join([*parts, text[place:]]))


def expand(text: str, env: Mapping[str, str]) -> str:
    """$(VARIABLE) filled in as Kubernetes does it."""
    known = re.compile(r"\$(\$|\(([^)]*)\))")
    return known.sub(lambda one: "$" if one[1] == "$" else env.get(one[2], one[0]), text)


@dataclass
class Call:
    """A container that would run: its words, its variables, and where its artifacts come from and go to."""

    task: str
    template: Data
    words: list[str]
    env: dict[str, str]
    inputs: dict[str, str]
    optional: frozenset[str]
    output: str | None
    retries: int = 0
    scope: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Controller:
    """One run of a workflow."""

    documents: Sequence[Data]
    parameters: Mapping[str, str] = field(default_factory=dict)
    name: str = "run-1"
    everything: bool = False

    def __post_init__(self) -> None:
        *parts, main = self.documents
        self.main = main
        self.spec: Data = main["spec"].get("workflowSpec", main["spec"])
        self.homes = {one["metadata"]["name"]: self._named(one["spec"]) for one in parts}
        self.own = self._named(self.spec)
        given = self.spec.get("arguments", {}).get("parameters", [])
        values = {one["name"]: one["value"] for one in given if "value" in one} | dict(self.parameters)
        self.globals = {f"workflow.parameters.{name}": value for name, value in values.items()}
        self.globals |= {"workflow.name": self.name, "workflow.namespace": "default"}
        self.done: dict[str, str] = {}

    @staticmethod
    def _named(spec: Data) -> dict[str, Data]:
        return {one["name"]: one for one in spec["templates"]}

    def calls(self) -> list[Call]:
        """Every container of the graph in an order that runs, also those for failures."""
        found: list[Call] = []

        def start(call: Call) -> str:
            found.append(call)
            return "Succeeded"

        self.everything = True
        self.walk(self.own["main"], self.own, start)
        return found

    def finish(self, start: Any, status: str) -> None:
        """The exit handler."""
        self.globals["workflow.status"] = status
        if "onExit" in self.spec:
            self.walk(self.own[self.spec["onExit"]], self.own, start)

    def walk(self, template: Data, home: Mapping[str, Data], start: Any) -> str:
        """Run a DAG; how it ended."""
        tasks = {one["name"]: one for one in template["dag"]["tasks"]}
        assert len(tasks) == len(template["dag"]["tasks"])
        phases: dict[str, str] = {}
        branches: dict[str, bool] = {}
        for name in _order(tasks):
            task = tasks[name]
            before = _before(task)
            if not (self.everything or _may_start(task, phases)):
                phases[name] = "Omitted"
                branches[name] = any(branches[one] for one in before)
                continue
            when = filled(task.get("when", ""), self.globals)
            skipped = when.endswith("!= Succeeded") and when.startswith("Succeeded ")
            phases[name] = "Skipped" if skipped else self._task(task, home, start)
            branches[name] = phases[name] == "Failed"
        leaves = set(tasks) - {one for task in tasks.values() for one in _before(task)}
        return "Failed" if any(branches[name] for name in leaves) else "Succeeded"

    def _task(self, task: Data, home: Mapping[str, Data], start: Any) -> str:
        if "templateRef" in task:
            home = self.homes[task["templateRef"]["name"]]
            called = home[task["templateRef"]["template"]]
        else:
            called = task["inline"] if "inline" in task else home[task["template"]]
        if "dag" in called:
            return self.walk(called, home, start)
        phase: str = start(self.call(task, called))
        return phase

    def call(self, task: Data, template: Data) -> Call:
        """A leaf, with everything filled in."""
        arguments = filled(task.get("arguments", {}), self._outputs(task))
        given = {one["name"]: one["value"] for one in arguments.get("parameters", [])}
        declared = {one["name"] for one in template.get("inputs", {}).get("parameters", [])}
        assert declared == set(given), (declared, given)
        scope = {**self.globals, "tasks.name": task["name"]}
        scope |= {f"inputs.parameters.{name}": value for name, value in given.items()}
        defaults = self.spec["templateDefaults"]
        whole = filled({**{key: defaults[key] for key in ("outputs",) if key in defaults}, **template}, scope)
        container = {**defaults["container"], **whole["container"]}
        env = {
            one["name"]: one for one in (*defaults["container"]["env"], *whole["container"].get("env", []))
        }
        plain: dict[str, str] = {}
        for name, one in env.items():
            plain[name] = expand(one["value"], plain) if "value" in one else f"<{name}>"
        wired = {one["name"]: one["from"] for one in arguments.get("artifacts", [])}
        artifacts = whole.get("inputs", {}).get("artifacts", [])
        outputs = whole.get("outputs", {}).get("artifacts", [])
        return Call(
            task["name"],
            whole,
            [expand(word, plain) for word in (*container["command"], *container["args"])],
            plain,
            {one["path"]: wired.get(one["name"]) or _key(one) for one in artifacts},
            frozenset(one["path"] for one in artifacts if one.get("optional")),
            _key(outputs[0]) if outputs else None,
            int(whole.get("retryStrategy", {}).get("limit", 0)),
            scope,
        )

    def _outputs(self, task: Data) -> dict[str, str]:
        prefix = self.spec["templateDefaults"].get("outputs", {}).get("artifacts", [{}])
        place = _key(prefix[0]) if prefix[0] else ""
        found = dict(self.globals)
        for one in task.get("arguments", {}).get("artifacts", []):
            tag = one["from"].strip("{}")
            found[tag] = filled(place, {**self.globals, "tasks.name": tag.split(".")[1]})
        return found


@dataclass
class Runs:
    """Runs calls as processes: a folder for each pod, one for the bucket, one for the shared volume."""

    folder: Path
    project: Path
    command: Sequence[str]
    ended: dict[str, int] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)

    def __call__(self, call: Call) -> str:
        for number in range(call.retries + 1):
            if self._attempt(call, self.folder / f"{call.task}-{number}") == 0:
                return "Succeeded"
        return "Failed"

    def _attempt(self, call: Call, pod: Path) -> int:
        here = {"/pipegen/store": self.folder / "store", "/pipegen": pod / "work", "/tmp": pod / "tmp"}
        for folder in here.values():
            folder.mkdir(parents=True, exist_ok=True)
        for path, key in call.inputs.items():
            source, target = self.folder / "bucket" / key, Path(_local(path, here))
            if source.exists():
                shutil.copytree(source, target, symlinks=True)
            else:
                assert path in call.optional, f"{key} is missing"
                target.mkdir(parents=True)
        assert call.words[0] == "pipegen"
        words = [*self.command, *(_local(word, here) for word in call.words[1:])]
        env = {"PATH": os.environ["PATH"], **{name: _local(text, here) for name, text in call.env.items()}}
        done = subprocess.run(words, cwd=self.project, env=env, capture_output=True, text=True)
        self.logs.append(done.stdout + done.stderr)
        self.ended[call.task] = done.returncode
        out = pod / "work" / "out"
        if call.output is not None and out.exists():
            shutil.copytree(out, self.folder / "bucket" / call.output, symlinks=True, dirs_exist_ok=True)
        return done.returncode


def _local(text: str, here: Mapping[str, Path]) -> str:
    head, equals, path = text.partition("=")
    if equals and path.startswith("/"):
        return f"{head}={_local(path, here)}"
    for mounted, folder in here.items():
        if text == mounted or text.startswith(f"{mounted}/"):
            return str(folder) + text.removeprefix(mounted)
    return text


def _key(artifact: Data) -> str:
    place = next(artifact[kind] for kind in ("s3", "gcs", "azure") if kind in artifact)
    found: str = place.get("key") or place["blob"]
    return found


def _before(task: Data) -> list[str]:
    if "dependencies" in task:
        return list(task["dependencies"])
    names = re.findall(r"[A-Za-z][-A-Za-z0-9]*(?:\.[A-Z][a-z]+)?", task.get("depends", ""))
    return list(dict.fromkeys(name.partition(".")[0] for name in names))


def _may_start(task: Data, phases: Mapping[str, str]) -> bool:
    ok = ("Succeeded", "Skipped", "Daemoned")
    if "depends" not in task:
        return all(phases[name] in ok for name in task.get("dependencies", []))

    def said(match: re.Match[str]) -> str:
        name, _, phase = match[0].partition(".")
        is_so = phases[name] == {"Errored": "Error"}.get(phase, phase) if phase else phases[name] in ok
        return str(is_so)

    text = re.sub(r"[A-Za-z][-A-Za-z0-9]*(?:\.[A-Z][a-z]+)?", said, task["depends"])
    return bool(eval(text.replace("&&", " and ").replace("||", " or ")))


def _order(tasks: Mapping[str, Data]) -> Iterator[str]:
    """Tasks after those that they wait for."""
    waiting = {name: len(_before(task)) for name, task in tasks.items()}
    after: dict[str, list[str]] = {name: [] for name in tasks}
    for name, task in tasks.items():
        for one in _before(task):
            after[one].append(name)
    ready = [name for name, count in waiting.items() if not count]
    count = 0
    for name in ready:
        yield name
        count += 1
        for one in after[name]:
            waiting[one] -= 1
            if not waiting[one]:
                ready.append(one)
    assert count == len(tasks), "a cycle"
