"""How a pipeline's files lie: side by side, as a folder that kustomize takes, or as a chart for Helm."""

from __future__ import annotations

from collections.abc import Sequence

from pipegen.backends.kubernetes.companion_config import CompanionConfig
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.files import File
from pipegen.emit.yaml import dump

KUSTOMIZATION, VERSION = "kustomization.yaml", "kustomize.config.k8s.io/v1beta1"


def laid_out(files: Sequence[File], config: CompanionConfig, stem: str, header: Sequence[str]) -> list[File]:
    """The files where the layout has them, with what it needs beside them."""
    if config.layout == "kustomize":
        folder = f"{stem}/base" if config.overlay is None else f"{stem}/overlays/{config.overlay}"
        return [File(f"{folder}/{KUSTOMIZATION}", _kustomization(files, header)), *_below(folder, files)]
    if config.layout == "helm":
        templates = [File(one.path, escaped(one.text)) for one in files]
        chart = _chart(stem, config.chart_version, header)
        return [File(f"{stem}/Chart.yaml", chart), *_below(f"{stem}/templates", templates)]
    return list(files)


def escaped(text: str) -> str:
    """Text that Helm hands on as it is: its templates begin with two braces, as Argo's do."""
    return text.replace("{{", '{{ "{{" }}')


def _below(folder: str, files: Sequence[File]) -> list[File]:
    return [File(f"{folder}/{one.path}", one.text) for one in files]


def _kustomization(files: Sequence[File], header: Sequence[str]) -> str:
    data: Data = {
        "apiVersion": VERSION,
        "kind": "Kustomization",
        "resources": [one.path for one in files],
    }
    return dump(data, header)


def _chart(name: str, version: str, header: Sequence[str]) -> str:
    data: Data = {"apiVersion": "v2", "name": name, "type": "application", "version": version}
    return dump(data, header)
