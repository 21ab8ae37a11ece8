"""From what a user calls a new project or step to names that Python takes."""

from __future__ import annotations

import keyword
import sys
from dataclasses import dataclass

from pipegen.dsl.define import kebab
from pipegen.errors import Diagnostic, PipegenError
from pipegen.names import ascii_text, legal_names

_IMPORTED = frozenset({"pipegen", "pydantic", "pytest", "dvc", "tests"})
_IN_TEMPLATES = frozenset({"Field", "Iterable", "Iterator", "Settings", "Step"})


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """A project's name for pip, and that of its package."""

    distribution: str
    package: str


@dataclass(frozen=True, slots=True)
class StepNames:
    """A step's class and its module."""

    name: str
    module: str


def project(given: str, *, for_code: bool = True) -> ProjectNames:
    """The names of a project; `for_code` refuses those that hide a module which the project imports."""
    near = legal_names([given], limit=60, fallback="project")[given]
    package = near.replace("-", "_")
    if for_code and not any(char.isalpha() for char in ascii_text(given)):
        raise _refused(f"'{given}' cannot be the name of a project", "give one with letters: --name reviews")
    if for_code and _is_taken(package):
        raise _refused(
            f"a package called '{package}' would hide Python's own, or one that it needs",
            f"give it another name: --name my-{near}",
        )
    return ProjectNames(near, package)


def step(given: str) -> StepNames:
    """Score, score_reviews, "score reviews" and ScoreReviews are all understood."""
    words = kebab(ascii_text(given)).split("-")
    module = "_".join(words)
    name = given if given.isidentifier() and given[0].isupper() else "".join(map(str.capitalize, words))
    if not name.isidentifier() or not any(char.isalpha() for char in ascii_text(given)):
        raise _refused(f"'{given}' cannot be the name of a step", "a name begins with a letter: --step Score")
    if name in _IN_TEMPLATES or _is_taken(module):
        raise _refused(
            f"a step called '{name}' would hide what it imports", f"say what it does: --step {name}Rows"
        )
    return StepNames(name, module)


def _is_taken(module: str) -> bool:
    return keyword.iskeyword(module) or module in sys.stdlib_module_names or module in _IMPORTED


def _refused(message: str, hint: str) -> PipegenError:
    return PipegenError(Diagnostic("PG361", message, None, hint))
