"""The post-processor `webhook`: how the run went, as JSON to an address, or as a message to Slack."""

from __future__ import annotations

import json
import os
import time
from typing import ClassVar, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from pydantic import Field, SecretStr, model_validator

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


class Webhook:
    """Tells somebody how a run went."""

    name: ClassVar[str] = "webhook"
    summary: ClassVar[str] = "tell an address or Slack how the run went"
    config: ClassVar[type[WebhookConfig]] = WebhookConfig

    def process(self, finished: Finished, config: WebhookConfig) -> Processed:
        url = config.url.get_secret_value() if config.url is not None else _variable(config.url_env or "")
        if not url.startswith(("https://", "http://")):
            raise _refused("the address does not begin with https:// or http://")
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
    return {
        "text": f"{run.pipeline}: {run.status}{took} (run {run.id})"
        + (f"; failed: {failed}" if failed else "")
    }


def _sent(request: Request, timeout: float) -> str:
    """What went wrong, without the address."""
    try:
        with urlopen(request, timeout=timeout) as answer:
            answer.read()
    except HTTPError as error:
        error.close()
        return f"it answered {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", "") or error).replace(request.full_url, "the address")
    return ""


def _variable(name: str) -> str:
    if not os.environ.get(name):
        raise _refused(f"the variable {name} is not set")
    return os.environ[name]


def _refused(message: str) -> PipegenError:
    return PipegenError(Diagnostic("PG756", message, None, "check the config of the webhook"))
