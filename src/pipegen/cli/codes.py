"""What can be wrong with a command line: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG184": (
        "unknown command",
        "pipegen has no command of that name. `pipegen --help` lists all of them.",
    ),
    "PG185": (
        "unknown option",
        "The command has no option of that name; `pipegen COMMAND --help` lists those it has. An option "
        "that was ignored without a word would be worse.",
    ),
    "PG186": (
        "option with a wrong value",
        "The option lacks its value, takes none, or was given one that it does not take.",
    ),
    "PG187": (
        "argument is missing",
        "The command cannot guess what it is to work on. `pipegen COMMAND --help` says what it takes.",
    ),
    "PG188": (
        "too many arguments",
        "The command takes fewer arguments than were given, so the last ones would be ignored. A value with "
        "blanks in it needs quotes.",
    ),
    "PG189": (
        "options that do not go together",
        "The options ask for different things to be done: choose one of them. Or one says how another is done "
        "that is not there.",
    ),
    "PG190": (
        "unknown error code",
        "Codes are written like PG126. `pipegen explain` without a code lists all of them.",
    ),
}
