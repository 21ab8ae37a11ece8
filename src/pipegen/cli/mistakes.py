"""What is wrong with a command line, all of it at once and in the words of every other error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum

from pipegen.cli.words import Slot, slots
from pipegen.errors import Diagnostic, suggest


def unknown_command(word: str, known: Sequence[str], group: str = "") -> Diagnostic:
    """`pipegen genrate`, `pipegen values shwo`, or a target without a command."""
    whole = " ".join(filter(None, ("pipegen", group)))
    hint = suggest(word, known)
    if not group and (word.endswith((".py", ".json")) or ":" in word):
        hint = f"say what to do with it, for example: pipegen check {word}"
    elif len(known) > 6 and not hint.startswith("did you mean"):
        hint = f"{whole} --help lists them all"
    return Diagnostic("PG184", f"'{whole}' has no command '{word}'", None, hint)


def mistakes(command: str, function: Callable[..., object], words: Sequence[str]) -> Iterator[Diagnostic]:
    """Everything in the words that the command cannot take; nothing when they are fine."""
    own = slots(function)
    flags = {name: slot for slot in own for name in slot.word.names}
    whole = f"pipegen {command}"
    arguments: list[str] = []
    sure = True  # the value of an unknown option looks like an argument
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word == "--":
            arguments += reversed(rest)
            break
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            continue
        flag, equals, text = _parted(word, flags)
        if flag in flags:
            yield from _value(flags[flag], flag, text if equals else None, rest, flags)
        else:
            sure = False
            hint = suggest(flag, flags)
            yield Diagnostic("PG185", f"'{whole}' has no option '{flag}'", None, _or_help(hint, whole))
    places = [slot for slot in own if not slot.word.names]
    yield from _arguments(whole, places, arguments, sure)


def _parted(word: str, flags: Mapping[str, Slot]) -> tuple[str, str, str]:
    """`--out=x` and `-ox` are an option and its value."""
    if not word.startswith("--") and word[:2] in flags and len(word) > 2:
        return word[:2], "=", word[2:]
    return word.partition("=")


def _value(
    slot: Slot, flag: str, text: str | None, rest: list[str], flags: Mapping[str, Slot]
) -> Iterator[Diagnostic]:
    if slot.kind is bool:
        if text is not None:
            yield Diagnostic("PG186", f"'{flag}' takes no value", None, f"write {flag} alone")
        return
    if text is not None and text.startswith("=") and not flag.startswith("--"):
        message = f"'{flag}{text}' is not how a short option takes its value"
        yield Diagnostic("PG186", message, None, f"write {flag} {text[1:] or slot.shown}")
        return
    if text is None and rest and rest[-1].partition("=")[0] not in flags:
        text = rest.pop()
    if text is None:
        yield Diagnostic("PG186", f"'{flag}' lacks its value", None, f"write {flag} {slot.shown}")
    elif issubclass(slot.kind, Enum) and text not in [one.value for one in slot.kind]:
        hint = suggest(text, [one.value for one in slot.kind])
        yield Diagnostic("PG186", f"'{flag}' does not take '{text}'", None, hint)
    elif slot.kind is int and not text.lstrip("-").isdecimal():
        hint = f"write {flag} 3"
        yield Diagnostic("PG186", f"'{flag}' takes a whole number, not '{text}'", None, hint)


def _arguments(whole: str, places: Sequence[Slot], given: Sequence[str], sure: bool) -> Iterator[Diagnostic]:
    for slot in places[len(given) :]:
        if slot.required:
            yield Diagnostic("PG187", f"'{whole}' lacks its {slot.shown}", None, _plain(slot.word.help))
    many = any(slot.many for slot in places)
    for word in given[len(places) :] if sure and not many else ():
        message = f"'{word}' is one argument too many for '{whole}'"
        yield Diagnostic("PG188", message, None, _or_help("", whole))


def _plain(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _or_help(hint: str, whole: str) -> str:
    return hint if hint.startswith("did you mean") else f"{whole} --help says what it takes"
