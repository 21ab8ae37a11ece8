"""`pipegen exec` in the list of commands; the command itself is `pipegen.runtime`, for its start-up."""

from __future__ import annotations

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
)
def exec(context: typer.Context) -> None:  # noqa: A001
    """Run one task; what every manifest calls."""
    from pipegen.runtime.exec import main

    raise typer.Exit(main(context.args))
