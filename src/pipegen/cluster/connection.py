"""Requests to an API server, and its answers as data."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipegen.cluster.access import Access, login
from pipegen.errors import Diagnostic, PipegenError

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
_BUSY = (429, 503)  # a server that asks to come again says when
APPLY = "application/apply-patch+yaml"  # JSON is YAML


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API server said to one request."""

    status: int
    body: Mapping[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def missing(self) -> bool:
        return self.status == 404


class Connection:
    """One cluster, with the account that the user has there."""

    def __init__(self, access: Access) -> None:
        found = login(access)
        from kubernetes.client import ApiClient

        self.namespace = access.namespace or found.namespace
        self._settings = found.settings
        self._seconds = access.seconds
        self._pool = ApiClient(found.settings).rest_client.pool_manager

    @property
    def host(self) -> str:
        return str(self._settings.host)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        content: str = "application/json",
    ) -> Answer:
        """One request; PipegenError only when there is no answer, or not from somebody who knows us."""
        url = self.host + path + (f"?{urlencode(query)}" if query else "")
        sent = None if body is None else json.dumps(body).encode()
        end = time.monotonic() + self._seconds
        while True:
            answer = self._asked(method, url, sent, content)
            wait = answer.headers.get("Retry-After", "") if answer.status in _BUSY else ""
            if not wait.isdecimal() or time.monotonic() + int(wait) > end:
                return self._read(answer)
            time.sleep(int(wait))

    def _asked(self, method: str, url: str, sent: bytes | None, content: str) -> Any:
        from urllib3.exceptions import HTTPError

        headers = {"Accept": "application/json", "Content-Type": content, **self._authorization()}
        how: dict[str, Any] = {"timeout": self._seconds, "retries": False, "redirect": False}
        try:
            return self._pool.request(method, url, body=sent, headers=headers, **how)
        except HTTPError as error:
            raise PipegenError(self._unreachable(error)) from None

    def _authorization(self) -> dict[str, str]:
        found = self._settings.auth_settings().values()
        return {one["key"]: one["value"] for one in found if one["value"]}

    def _read(self, answer: Any) -> Answer:
        if answer.status == 401:
            hint = "log in to the cluster again, as for kubectl"
            raise PipegenError(
                Diagnostic("PG605", f"the cluster at {self.host} does not know who is asking", None, hint)
            )
        try:
            body = json.loads(answer.data)
        except ValueError:
            if answer.status == 404 and answer.data.startswith(b"404 page not found"):
                return Answer(404, {})  # what an API server says about a group that it does not serve
            body = None
        if not isinstance(body, dict) or not ({"kind", "apiVersion", "status"} & set(body)):
            message = f"what answers at {self.host} is not a Kubernetes API server (HTTP {answer.status})"
            raise PipegenError(Diagnostic("PG604", message, None, "check the context, and the proxy"))
        said = ", ".join(answer.headers.getlist("Warning"))
        return Answer(answer.status, body, tuple(_WARNING.findall(said)))

    def _unreachable(self, error: Exception) -> Diagnostic:
        reason = _plain(error)
        message = f"the cluster at {self.host} does not answer: {reason}"
        return Diagnostic("PG604", message, None, "check the context, the VPN and the proxy")


def _plain(error: BaseException) -> str:
    """What went wrong below, without the names of the library's classes."""
    from urllib3.exceptions import TimeoutError as TooLateError

    said = str(error)
    inner = re.search(r"\[Errno -?\d+\] ([^'\")]+)|(certificate verify failed[^(\"]*)", said)
    if inner:
        return (inner[1] or inner[2]).strip().lower()
    return "it took too long" if isinstance(error, TooLateError) else said.rpartition(": ")[2].strip("()'\" ")
