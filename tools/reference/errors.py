"""A page for each error code, and one that lists them."""

from __future__ import annotations

from pipegen.codes import every_code
from reference.tables import table

INTRO = """\
# Error codes

Every mistake has a code, a place and a hint; all that are found are reported together. A code keeps its
meaning. `pipegen explain CODE` says the same in the terminal.

"""


def pages() -> dict[str, str]:
    codes = every_code()
    listed = table(
        ("code", "what is wrong"), [(f"[{one}](errors/{one}.md)", title) for one, (title, _) in codes.items()]
    )
    single = {
        f"reference/errors/{one}.md": f"# {one}: {title}\n\n{text}\n\n[All error codes](../errors.md)\n"
        for one, (title, text) in codes.items()
    }
    return {"reference/errors.md": INTRO + listed, **single}
