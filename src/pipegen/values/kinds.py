"""What a text or number in a config must look like: marks for `Annotated`, each with a check and a schema.

    image: Annotated[str, ImageRef(), Doc("The container image.")] = "app:1.0"

A check returns what is wrong, "" when nothing is; what follows a "; " in it is shown as the hint.
Plain classes, not dataclasses: they load with every command, and need no comparing or printing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from pipegen import cron, option_rules, units
from pipegen.ir import Json
from pipegen.values.unset import UNSET, Unset

_DNS = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_IMAGE_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"


class Doc:
    """What a field is for, and what it may look like; both go into the schema and into `values init`."""

    def __init__(self, text: str, example: Json | Unset = UNSET) -> None:
        self.text, self.example = text, example


class Kind:
    """A kind of text. To add one: a code, an example, `check`, and a schema that accepts what it accepts."""

    code: ClassVar[str] = "PG233"
    example: ClassVar[str] = ""

    def check(self, text: str) -> str:
        """What is wrong with the text, or ""."""
        raise TypeError(f"{type(self).__name__} has no check")

    def of_number(self, text: str) -> str:
        """The text that a number without quotes stands for; "" when it stands for itself."""
        return ""

    @property
    def schema(self) -> Mapping[str, Json]:
        """A JSON Schema fragment for the text."""
        return {"type": "string"}


class Cron(Kind):
    """A cron expression with five fields, or a word such as @daily."""

    code, example = "PG225", "0 4 * * *"

    def check(self, text: str) -> str:
        return cron.error(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": r"^\s*(@[a-z]+|\S+(\s+\S+){4})\s*$"}


class TimeZone(Kind):
    """The name of a time zone in the IANA database."""

    code, example = "PG226", "Europe/Berlin"

    def check(self, text: str) -> str:
        return units.timezone_error(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$"}


class ImageRef(Kind):
    """A container image: registry/repository:tag@digest."""

    code, example = "PG227", "registry.example.com/team/app:1.0"

    def check(self, text: str) -> str:
        return units.image_error(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        registry = r"([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?/)?"
        version = r"(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?"
        return {"type": "string", "pattern": f"^{registry}{_IMAGE_PART}(/{_IMAGE_PART})*{version}$"}


class Quantity(Kind):
    """A Kubernetes quantity: 500m, 2, 4Gi."""

    code, example = "PG228", "1Gi"

    def check(self, text: str) -> str:
        return units.quantity_error(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        pattern = r"^(?=.*[1-9])\d+(\.\d+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"
        return {"type": ["string", "number"], "pattern": pattern, "exclusiveMinimum": 0}


class Size(Quantity):
    """A number of bytes as a Kubernetes quantity: 512Mi, 4Gi."""

    def check(self, text: str) -> str:
        return units.size_error(text)


class Duration(Kind):
    """A duration with its unit, such as 30s, 5m and 1h30m, or a number of seconds."""

    code, example = "PG229", "30s"

    def check(self, text: str) -> str:
        return units.duration_error(text)

    def of_number(self, text: str) -> str:
        whole_or_micro = r"(0|[1-9]\d{0,11})(\.\d{1,6})?"  # no more digits: none may be lost
        return units.duration(float(text)) if re.fullmatch(whole_or_micro, text) else ""

    @property
    def schema(self) -> Mapping[str, Json]:
        return {
            "type": ["string", "number"],
            "minimum": 0,
            "pattern": r"^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$",
        }


class Limit(Duration):
    """A duration of more than zero."""

    def check(self, text: str) -> str:
        return option_rules.too_short(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        return {
            "type": ["string", "number"],
            "exclusiveMinimum": 0,
            "pattern": r"^(?=.*[1-9])(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?$",
        }


class DnsLabel(Kind):
    """A DNS label: what objects in a cluster are called."""

    code, example = "PG230", "my-name"

    def __init__(self, limit: int = 63) -> None:
        self.limit = limit

    def check(self, text: str) -> str:
        return units.dns_label_error(text, self.limit)

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": _DNS, "maxLength": self.limit}


class EnvName(Kind):
    """The name of an environment variable."""

    code, example = "PG231", "NAME"

    def check(self, text: str) -> str:
        return units.env_name_error(text)

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}


class RelativePath(Kind):
    """A path inside the project, written with '/'."""

    code, example = "PG232", "folder/file"

    def check(self, text: str) -> str:
        problem = ""
        if not text:
            problem = "is empty"
        elif text.startswith("/"):
            problem = "is absolute"
        elif "\\" in text:
            problem = "has a '\\' in it"
        elif ".." in text.split("/"):
            problem = "climbs out with '..'"
        elif any(ord(character) < 32 for character in text):
            problem = "has a control character in it"
        return f"the path '{text}' {problem}; write it relative to the project, with '/'" if problem else ""

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": r"^(?!/)(?!(.*/)?\.\.(/|$))[^\\\x00-\x1f]+$"}


class Pattern(Kind):
    """Text of any other form: a regular expression that all of it matches, and what that form is called."""

    def __init__(self, regex: str, what: str) -> None:
        self.regex, self.what = regex, what

    def check(self, text: str) -> str:
        return "" if re.fullmatch(self.regex, text) else f"'{text}' is not {self.what}"

    @property
    def schema(self) -> Mapping[str, Json]:
        return {"type": "string", "pattern": f"^(?:{self.regex})$"}


class Range:
    """The limits of a number, both inclusive."""

    def __init__(self, ge: float | None = None, le: float | None = None) -> None:
        self.ge, self.le = ge, le

    def check(self, value: float) -> str:
        """What is wrong with the number, or ""."""
        if self.ge is not None and value < self.ge:
            return f"{value} is too small; the smallest is {self.ge}"
        if self.le is not None and value > self.le:
            return f"{value} is too large; the largest is {self.le}"
        return ""

    @property
    def schema(self) -> Mapping[str, Json]:
        """A JSON Schema fragment for the number."""
        limits = {"minimum": self.ge, "maximum": self.le}
        return {name: limit for name, limit in limits.items() if limit is not None}
