"""Words of a command line that pass through template languages: written as JSON where one would touch them."""

from __future__ import annotations

import re

MARK = 'json:"'
_TOUCHED = r'\{\{|\$[$(]|[\x00-\x1f\x7f]|[^\x00-\uffff]|^json:"|^-'


def encoded(text: str) -> str:
    """Text in which Argo and Kubernetes find nothing to fill in; `pipegen exec` reads it back.

    Argo fills in `{{x}}` and escapes control characters in a way that JSON does not know, Kubernetes fills in
    `$(X)` and takes `$$` for one `$`; what begins with "-" would be an option.
    """
    if re.search(_TOUCHED, text) is None:
        return text
    import json  # few words pay for it

    return "json:" + json.dumps(text).replace("{", "\\u007b").replace("$", "\\u0024")


def decoded(text: str) -> str:
    """What `encoded` was given; ValueError when it is damaged."""
    if not text.startswith(MARK):
        return text
    import json

    try:
        found = json.loads(text.removeprefix("json:"))
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise ValueError(f"'{text}' begins like a text in JSON, but is none")
    return found
