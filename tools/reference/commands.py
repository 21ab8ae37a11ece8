"""The page about the command line, from the functions behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path

from pipegen.cli.commands import COMMANDS, load
from pipegen.cli.words import Slot, slots
from pipegen.runtime.arguments import help_text
from reference.tables import code, table

INTRO = """\
# Command line

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 the answer is no (files are stale, a check
failed), 2 the input is wrong. `pipegen exec` has [codes of its own](../explanation/failure.md#exit-codes).
`NO_COLOR` turns colours off, `FORCE_COLOR` on. `pipegen --install-completion` completes words in your shell.

"""


def page() -> str:
    return INTRO + table(("command", "what for"), [_listed(name) for name in COMMANDS]) + "".join(_sections())


def _listed(name: str) -> tuple[str, str]:
    return f"[`{name}`](#pipegen-{name})", COMMANDS[name][1]


def _sections() -> Iterator[str]:
    for name in COMMANDS:
        if name == "exec":
            yield f"\n## pipegen exec\n\n```text\n{help_text()}\n```\n"
            continue
        functions = load(name)
        if isinstance(functions, Mapping):
            yield f"\n## pipegen {name}\n\n{COMMANDS[name][1]}\n"
            for part, function in functions.items():
                yield _section(f"### pipegen {name} {part}", function)
        else:
            yield _section(f"## pipegen {name}", functions)


def _section(heading: str, function: Callable[..., object]) -> str:
    about = inspect.cleandoc(function.__doc__ or "")
    rows = [_row(slot) for slot in slots(function)]
    return f"\n{heading}\n\n{about}\n\n" + (
        table(("argument or option", "default", "what for"), rows) if rows else ""
    )


def _row(slot: Slot) -> tuple[str, str, str]:
    names = ", ".join(map(code, slot.word.names)) or code(_value(slot))
    value = "" if slot.kind is bool or not slot.word.names else f" {code(_value(slot))}"
    again = " May be given again." if slot.many else ""
    return names + value, _default(slot), slot.word.help + again


def _value(slot: Slot) -> str:
    if slot.word.metavar:
        return slot.word.metavar
    if isinstance(slot.kind, type) and issubclass(slot.kind, Enum):
        return " / ".join(str(one.value) for one in slot.kind)
    return "PATH" if slot.kind is Path else slot.name.strip("_").upper()


def _default(slot: Slot) -> str:
    if slot.required:
        return "required"
    if slot.default in (None, False, "") or slot.default == Path():
        return ""
    return code(str(slot.default.value if isinstance(slot.default, Enum) else slot.default))
