"""The post-processor `webhook`: how the run went, as JSON to an address, or as a message to Slack."""

from __future__ import annotations

import json
import os
import time
from http.client import HTTPException
from typing import Any, ClassVar, Literal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic import Field, SecretStr, field_validator, model_validator

from pipegen.engine.processors.config import ProcessorConfig
from pipegen.engine.processors.contract import Finished, Processed
from pipegen.engine.result import result
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Json


class WebhookConfig(ProcessorConfig):
    """Whom to tell, and how. The address is a secret: who knows it can write there."""

    usual: ClassVar[tuple[str, ...]] = ("url_env",)
    url: SecretStr | None = Field(None, description="The address; better in a variable, by `url_env`.")
    url_env: str | None = Field(
        "PIPEGEN_WEBHOOK_URL", description="The environment variable that holds the address."
    )
    form: Literal["json", "slack"] = Field(
        "json", description="The whole result as JSON, or one line for Slack."
    )
    headers_env: dict[str, str] = Field(
        {},
        description="Headers, and the variables that hold their values.",
        examples=[{"Authorization": "HOOK_TOKEN"}],
    )
    timeout: float = Field(10, gt=0, le=300, description="Seconds for an answer.")
    retries: int = Field(2, ge=0, le=10, description="How often it is tried again.")
    when: Literal["success", "failure", "always"] = Field(
        "always", description="After which runs: those that succeeded, that failed, or all."
    )

    @model_validator(mode="after")
    def _one_address(self) -> WebhookConfig:
        if self.url is None and not self.url_env:
            raise ValueError("there is no address; give 'url_env'")
        return self

    @field_validator("url")
    @classmethod
    def _can_be_called(cls, url: SecretStr | None) -> SecretStr | None:
        problem = _address_problem(url.get_secret_value()) if url is not None else ""
        if problem:
            raise ValueError(f"{problem}; write it like https://hooks.example.com/me, or name 'url_env'")
        return url


def _address_problem(url: str) -> str:
    """What is wrong with an address, without its text."""
    if not url.startswith(("https://", "http://")):
        return "the address does not begin with https:// or http://"
    if any(one.isspace() or not one.isprintable() for one in url):
        return "the address has a blank in it, or what cannot be printed"
    try:
        parts = urlsplit(url)
        if not parts.hostname:
            return "the address names no host"
        _ = parts.port
    except ValueError:
        return "the address has a bracket too many or a port that is none"
    return ""


class Webhook:
    """Tells somebody how a run went."""

    name: ClassVar[str] = "webhook"
    summary: ClassVar[str] = "tell an address or Slack how the run went"
    config: ClassVar[type[WebhookConfig]] = WebhookConfig

    def process(self, finished: Finished, config: WebhookConfig) -> Processed:
        url = config.url.get_secret_value() if config.url is not None else _variable(config.url_env or "")
        problem = _address_problem(url)
        if problem:
            raise _refused(problem)
        headers = {name: _variable(variable) for name, variable in config.headers_env.items()}
        body = json.dumps(_message(finished, config.form)).encode()
        request = Request(url, body, {"Content-Type": "application/json", **headers})
        for attempt in range(config.retries + 1):
            problem = _sent(request, config.timeout)
            if not problem:
                return Processed("told the webhook", {"attempts": attempt + 1})
            if attempt < config.retries:
                time.sleep(min(2.0**attempt * 0.2, 5))
        raise _refused(f"the webhook did not take it: {problem}")


def _message(finished: Finished, form: str) -> dict[str, Json]:
    run = finished.run
    if form == "json":
        return result(run, finished.folders, finished.root)
    failed = ", ".join(one.name for one in run.tasks if one.status == "FAILED")
    took = f" in {run.seconds:.0f} s" if run.seconds is not None else ""
    text = f"{run.pipeline}: {run.status}{took} (run {run.id})" + (f"; failed: {failed}" if failed else "")
    for character, meant in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):  # <!channel> would call everybody
        text = text.replace(character, meant)
    return {"text": text}


class _NoRedirects(HTTPRedirectHandler):
    """An answer that leads elsewhere is a refusal: what is sent again would be no POST, and take headers along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _sent(request: Request, timeout: float) -> str:
    """What went wrong, without the address."""
    try:
        with build_opener(_NoRedirects).open(request, timeout=timeout) as answer:
            answer.read()
    except HTTPError as error:
        error.close()
        return f"it answered {error.code}"
    except OSError as error:
        reason = getattr(error, "reason", error)
        return (
            (getattr(reason, "strerror", None) or str(reason))
            .replace(request.full_url, "the address")
            .lower()
        )
    except HTTPException as error:
        return f"what it answered is no HTTP: {type(error).__name__}"
    except ValueError:  # which would show the header
        return "a header or the address has a character that none may have"
    return ""


def _variable(name: str) -> str:
    text = os.environ.get(name, "").strip()
    if not text:
        raise _refused(f"the variable {name} is not set")
    return text


def _refused(message: str) -> PipegenError:
    return PipegenError(Diagnostic("PG756", message, None, "check the config of the webhook"))
