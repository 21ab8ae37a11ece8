"""`pipegen diff`: in words, what changed between values, revisions, or committed and regenerated files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pipegen.app.configuring import GivenValues
from pipegen.app.differing import Answer, between_revisions, between_values, committed
from pipegen.cli import options, output
from pipegen.cli.boundary import NO
from pipegen.cli.words import option


def diff(
    target: options.Target = None,
    backend: Annotated[
        list[str] | None,
        option("--backend", "-b", help="Compare what this backend makes, too.", metavar="NAME"),
    ] = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    against_values: Annotated[
        list[Path] | None,
        option("--against-values", help="Compare with these values files; later ones win.", metavar="FILE"),
    ] = None,
    against_set: Annotated[
        list[str] | None,
        option("--against-set", help="Compare with this one value set.", metavar="KEY=VALUE"),
    ] = None,
    rev: Annotated[
        str | None,
        option("--rev", help="Compare with a git revision: HEAD~1, main; or two: main..HEAD.", metavar="REV"),
    ] = None,
    text: Annotated[bool, option("--text", help="Show the files' unified diff, too.")] = False,
    check: Annotated[bool, option("--check", help="Exit 1 when there is a difference.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Say in words what changed: since the files were generated, or against other values or a revision.

    What --against-values, --against-set and --rev name comes first, what --values and --set name second.
    """
    output.one_of({"--rev": rev is not None, "--against-values": against_values is not None})
    output.one_of({"--rev": rev is not None, "--against-set": against_set is not None})
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    names = tuple(backend or ())
    if rev is not None:
        answer = between_revisions(target, names, given, rev)
    elif against_values is not None or against_set is not None:
        other = GivenValues(tuple(against_values or ()), tuple(against_set or ()), (), expand_env)
        answer = between_values(target, names, other, given)
    else:
        answer = committed(target, names, given)
    if as_json:
        output.data(answer.data(text=text))
    else:
        _show(answer, text)
    if check and answer.differs:
        raise SystemExit(NO)


def _show(answer: Answer, text: bool) -> None:
    for heading, sentences in groupby(answer.sentences, key=lambda one: one[0]):
        output.text("\n".join([heading, *(f"  {sentence}" for _, sentence in sentences)]))
    _files(answer.files)
    if text:
        output.text(answer.text)
    if not answer.differs:
        output.talk("no difference")


def _files(files: Sequence[tuple[str, str]]) -> None:
    for state, ones in groupby(sorted(files, key=lambda one: (one[1], one[0])), key=lambda one: one[1]):
        output.text(f"files {state}: {', '.join(path for path, _ in ones)}")


command = diff
