"""What can be wrong with the history of runs: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG701": (
        "store needs a package",
        "PostgreSQL and MySQL are spoken to by packages that pipegen does not install by itself. Install the "
        "extra that the message names.",
    ),
    "PG702": (
        "store that cannot be reached",
        "The database server does not answer at the address that was given, or has no database of that name. "
        "Check the host, the port and the name, and that the server runs.",
    ),
    "PG703": (
        "store that refuses the login",
        "The database server answered, and does not know the user, the password, or lets the user in from "
        "here. The password is never shown; check the variable or the file that it comes from.",
    ),
    "PG704": (
        "history of a newer pipegen",
        "The history was written by a version of pipegen that keeps it in a newer form than this one knows. "
        "It was not touched. Install a newer pipegen, or keep the history of this one elsewhere. An older form "
        "is brought up to date by itself.",
    ),
    "PG705": (
        "history that cannot be written",
        "The file or its folder is read-only, something else is in the way, or the user of the database may not "
        "make or change the tables whose names begin with pipegen_. What was remembered is untouched.",
    ),
    "PG706": (
        "no room for the history",
        "The disk that holds the history, or the one of the database server, is full. What was remembered before "
        "is whole. Free some space: `pipegen runs gc` deletes old runs and their artifacts.",
    ),
    "PG707": (
        "history went away",
        "The store was there when the run began, and is not any more: the server was stopped, the network broke, "
        "or the file was removed. What it remembered until then is as it was.",
    ),
    "PG708": (
        "history that is damaged",
        "The file is no SQLite database, or was damaged by something other than pipegen. Move it away: a new one "
        "is made, and artifacts and their cache do not depend on it.",
    ),
    "PG709": (
        "address of a store that is wrong",
        "PIPEGEN_HISTORY_URL, or the address in the store's config, does not fit the store: a part is missing, has "
        "a wrong value, or is not known. It is `sqlite:///PATH`, `postgresql://user:password@host/database`, "
        "`mysql://user:password@host/database`, `memory:`, or the name of a store, alone or as `NAME://...`. A "
        "password is never shown.",
    ),
    "PG710": (
        "store that cannot be opened",
        "The store comes from a package that is not pipegen's own, and its code failed when it was to open the place "
        "that its config describes.",
    ),
    "PG712": (
        "no such log",
        "The run has no task of that name, the task has not begun, it has no attempt of that number, or the file "
        "was removed since.",
    ),
    "PG713": (
        "limit that cannot be used",
        "`--keep` and `--limit` take a whole number, `--older-than` a duration such as `30d`, and `--max-size` "
        "a size such as `500MB` or `10GB`.",
    ),
    "PG714": (
        "cleaning up beside a run",
        "Runs and artifacts are only deleted while no run of the project goes on, for a run may be about to use "
        "what would be deleted. Nothing was deleted.",
    ),
    "PG715": (
        "history that another program holds",
        "Another program has locked the history for longer than pipegen waits, as a database browser with an open "
        "transaction does. Nothing was lost; end that program.",
    ),
}
