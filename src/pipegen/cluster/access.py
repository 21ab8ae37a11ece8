"""Which cluster is meant, and as whom: by options, KUBECONFIG, ~/.kube/config, or the pod we run in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipegen.errors import Diagnostic, PipegenError, suggest

_POD = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class Access:
    """What a command line says about the cluster, in kubectl's words."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Login:
    """The settings of the kubernetes client, and the namespace that is meant when an object names none."""

    settings: Any
    namespace: str


def login(access: Access) -> Login:
    """Settings for the cluster that is meant; nothing is asked of it yet."""
    config = _client()
    from kubernetes.client import Configuration

    settings = Configuration()
    settings.retries = False
    paths = _paths(access)
    if not paths and access.context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        with _usable("the account of this pod"):
            config.load_incluster_config(client_configuration=settings)
        own = _POD / "namespace"
        return Login(settings, own.read_text(encoding="utf-8").strip() if own.is_file() else "default")
    if not paths:
        hint = "name a kubeconfig with --kubeconfig or in KUBECONFIG"
        raise PipegenError(Diagnostic("PG601", "no cluster is configured", None, hint))
    name, context = _context(paths, access.context)
    with _usable(f"context '{name}' of '{_shown(paths)}'"):
        config.load_kube_config(os.pathsep.join(map(str, paths)), name, settings)
    namespace = context.get("namespace")
    return Login(settings, str(namespace or "default"))


def _client() -> Any:
    try:
        from kubernetes import config
    except ImportError:
        hint = "pip install 'pipegen-compiler[kubernetes]'"
        raise PipegenError(
            Diagnostic("PG600", "the kubernetes package is not installed", None, hint)
        ) from None
    return config


def _paths(access: Access) -> list[Path]:
    """The kubeconfig files; one that was named must be there, others may be missing as for kubectl."""
    if access.kubeconfig is not None:
        if not access.kubeconfig.is_file():
            message = f"there is no kubeconfig '{access.kubeconfig}'"
            raise PipegenError(Diagnostic("PG602", message, None, "check the path"))
        return [access.kubeconfig]
    named = os.environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
    return [
        Path(one).expanduser() for one in named.split(os.pathsep) if one and Path(one).expanduser().is_file()
    ]


def _shown(paths: list[Path]) -> str:
    return os.pathsep.join(map(str, paths))


def _context(paths: list[Path], wanted: str | None) -> tuple[str, Mapping[str, Any]]:
    """The context that is meant; of several files the first one that says something is believed."""
    found: dict[str, Mapping[str, Any]] = {}
    current = wanted
    for path in paths:
        data = _read(path)
        current = current or data.get("current-context")
        for one in data.get("contexts") or ():
            found.setdefault(one["name"], one.get("context") or {})
    if not current:
        hint = suggest("", found) if found else "name one with --context"
        raise PipegenError(Diagnostic("PG603", f"'{_shown(paths)}' names no current context", None, hint))
    if current not in found:
        message = f"'{_shown(paths)}' has no context '{current}'"
        raise PipegenError(
            Diagnostic("PG603", message, None, suggest(current, found) or "name one that it has")
        )
    return current, found[current]


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        contexts = data.get("contexts") or []
        if all(isinstance(one["name"], str) for one in contexts):
            return data  # type: ignore[no-any-return]
        problem = "a context has no name"
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
    except (yaml.YAMLError, UnicodeDecodeError):
        problem = "it is not YAML"
    except (AttributeError, KeyError, TypeError):
        problem = "it does not hold what a kubeconfig holds"
    hint = "`kubectl config view` says what kubectl makes of it"
    raise PipegenError(Diagnostic("PG602", f"kubeconfig '{path}' cannot be used: {problem}", None, hint))


@contextmanager
def _usable(what: str) -> Iterator[None]:
    """Whatever the client finds wrong with what it is given, in our words."""
    try:
        yield
    except Exception as error:  # the client raises what its parts do: of certificates, tokens, programs
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        message = f"{what} cannot be used: {said[:1].lower()}{said[1:]}"
        hint = "`kubectl config view` says what kubectl makes of it"
        raise PipegenError(Diagnostic("PG602", message, None, hint)) from None
