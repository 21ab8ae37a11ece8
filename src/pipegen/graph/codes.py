"""What can be wrong with asking for a picture: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG351": (
        "unknown graph format",
        "A pipeline is drawn as mermaid (for Markdown), dot (for Graphviz), svg (one picture), html (one "
        "page that opens offline) or text (for a terminal). Another format was asked for.",
    ),
}
