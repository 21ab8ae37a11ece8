"""The small languages inside options and values: durations, quantities, cron, image references, names.

Each `*_error` function returns what is wrong as a sentence, or "" when the text is right.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Patterns are text: compiling all of them would be a tenth of the start-up, and few are needed.
_DURATION = r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s)?"
_DURATION_PARTS = (86400, 3600, 60, 1)
_QUANTITY = r"([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?"
_SCALE = {"": 1.0, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_SCALE |= {f"{unit}i": 1024.0**power for power, unit in enumerate("KMGTPE", start=1)}
_DNS_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_IMAGE = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]+)?/)?"  # registry, maybe with a port
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
_ENV_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


def seconds(text: str) -> float:
    """Seconds in a duration such as "90s", "1h30m" or "2d"; ValueError when it is none."""
    match = re.fullmatch(_DURATION, text)
    if not text or match is None:
        raise ValueError(f"'{text}' is not a duration")
    return sum(float(part) * size for part, size in zip(match.groups(), _DURATION_PARTS, strict=True) if part)


def given_seconds(text: str) -> float:
    """Seconds in what somebody typed: a duration, or the plain number of seconds that values take, too."""
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text) else seconds(text)


def duration(total: float) -> str:
    """The shortest text for so many seconds: 5400 is "1h30m"; ValueError when it is no length of time."""
    if not 0 <= total < 1e12:
        raise ValueError(f"is {total:g} seconds, which is no length of time")
    left, parts = total, []
    for size, unit in zip(_DURATION_PARTS[:3], "dhm", strict=True):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{int(count)}{unit}")
    if left or not parts:
        parts.append(f"{left:.6f}".rstrip("0").rstrip(".") + "s")
    return "".join(parts)


def duration_error(text: str) -> str:
    try:
        seconds(text)
    except ValueError:
        return f"'{text}' is not a duration; write it like '30s', '5m' or '1h30m'"
    return ""


def quantity(text: str) -> float:
    """The number a Kubernetes quantity stands for: "500m" is 0.5, "1Ki" is 1024."""
    match = re.fullmatch(_QUANTITY, text)
    if match is None:
        raise ValueError(f"'{text}' is not a quantity")
    return float(match[1]) * _SCALE[match[2] or ""]


def quantity_error(text: str) -> str:
    try:
        return (
            ""
            if quantity(text) > 0
            else f"'{text}' is not more than zero; write it like '500m', '2' or '4Gi'"
        )
    except ValueError:
        return f"'{text}' is not a quantity; write it like '500m', '2' or '4Gi'"


def size_error(text: str) -> str:
    """What is wrong with a number of bytes; `512m`, thousandths of a byte, is always meant to be `512Mi`."""
    try:
        number = quantity(text)
    except ValueError:
        return f"'{text}' is not a quantity; write it like '512Mi' or '4Gi'"
    if 0 < number < 1:
        return f"'{text}' is less than one byte, for 'm' means thousandths; write it like '512Mi' or '4Gi'"
    return "" if number > 0 else f"'{text}' is not more than zero; write it like '512Mi' or '4Gi'"


def dns_label_error(text: str, limit: int = 63) -> str:
    if len(text) > limit:
        return f"'{text}' has {len(text)} characters; at most {limit} fit"
    if re.fullmatch(_DNS_LABEL, text) is None:
        return f"'{text}' is not a DNS label: lower-case letters, digits and '-', first and last no '-'"
    return ""


def image_error(text: str) -> str:
    if re.fullmatch(_IMAGE, text) is None:
        return f"'{text}' is not an image reference; write it like 'registry.example.com/team/app:1.4'"
    return ""


def env_name_error(text: str) -> str:
    if re.fullmatch(_ENV_NAME, text) is None:
        return f"'{text}' is not the name of an environment variable; use letters, digits and '_', no digit first"
    return ""


@lru_cache
def timezone_error(text: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones  # slow to import, seldom needed

    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        from pipegen.errors import suggest

        known = available_timezones()
        if not known:  # a machine without the tz database cannot tell
            return ""
        hint = suggest(text, known)
        return f"'{text}' is not a time zone" + (f"; {hint}" if hint else "; write it like 'Europe/Berlin'")
    return ""
