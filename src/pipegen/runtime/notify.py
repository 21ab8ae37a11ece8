"""A step that tells people how a run ended: a message to Slack, or JSON to a webhook of their own."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from pipegen.dsl.settings import Settings
from pipegen.dsl.step import Step
from pipegen.ir import Json

_PLAIN = "{pipeline} ended: {status} ({workflow}, {duration} s)"
_LONGEST = 10.0  # seconds for an answer


class NotifySettings(Settings):
    url: SecretStr = Field(description="Where the message goes; who knows it can write there.")
    form: Literal["slack", "webhook"] = Field("slack", description="What the receiver reads.")
    text: str = Field(
        _PLAIN, description="The message, with {pipeline}, {status}, {workflow} and {duration}."
    )
    pipeline: str = ""
    status: str = ""
    workflow: str = ""
    duration: str = ""
    failures: str = Field("", description="What failed, as the cluster tells it.")


class Notify(Step):
    """Tell people how a run ended."""

    settings: NotifySettings

    def run(self) -> None:
        import json
        from urllib.request import Request, urlopen

        url = self.settings.url.get_secret_value()
        if not url.startswith(("https://", "http://")):
            raise ValueError("the address of a notification begins with https://")
        body = json.dumps(self.message()).encode()
        request = Request(url, body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=_LONGEST) as answer:
            answer.read()

    def message(self) -> dict[str, Json]:
        """What is sent."""
        facts = {
            name: getattr(self.settings, name) for name in ("pipeline", "status", "workflow", "duration")
        }
        text = self.settings.text
        for name, value in facts.items():
            text = text.replace(f"{{{name}}}", value)
        if self.settings.form == "slack":
            return {"text": text}
        return {"text": text, **facts, "failures": self.settings.failures}
