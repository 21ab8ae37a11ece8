"""The steps of jobs: code and Python, artifacts that come and go, and the task itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipegen.backends.command import shell_line
from pipegen.backends.github.config import (
    INSTALL,
    PYTHON,
    CacheConfig,
    GithubConfig,
    GithubStepConfig,
    actions,
)
from pipegen.backends.github.model import Data, Step
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, refuse
from pipegen.runtime.words import MARK, encoded


class Steps:
    """What every job of one workflow does in the same way; `where` is the project's folder in the repository."""

    def __init__(self, config: GithubConfig, where: str) -> None:
        self.actions = actions(config)
        self.config = config
        self.above = "" if where == "." else f"{where}/"

    def before(self, config: GithubStepConfig, in_image: bool) -> Iterator[Data]:
        """The code, Python where no image brings it, and what values put before the task."""
        yield Step(
            uses=self.actions["checkout"], given={"persist-credentials": False, **config.checkout}
        ).data()
        python = config.python or (None if in_image else PYTHON)
        if python is not None:
            yield Step(uses=self.actions["setup-python"], given={"python-version": python}).data()
        yield from (self.cached(one) for one in config.cache)
        yield from config.before
        install = config.install or (() if in_image else INSTALL)
        if install:
            yield Step("Install", run="\n".join(install)).data()

    def cached(self, cache: CacheConfig, half: str = "", condition: str = "") -> Data:
        """A folder that is kept; `half` is restore or save, where the other is to happen at its own time."""
        given: dict[str, Yaml] = {"path": "\n".join(cache.path), "key": cache.key}
        if cache.restore_keys:
            given["restore-keys"] = "\n".join(cache.restore_keys)
        action = self.actions["cache"]
        uses = action.replace("@", f"/{half}@", 1) if half else action
        return Step(condition=condition, uses=uses, given=given).data()

    def taken(self, name: str, folder: str, condition: str = "") -> Data:
        """The artifact of a task that came before; GitHub keeps files alone, so it travels as one."""
        given: Data = {"name": name, "path": f"{self.above}{self.config.artifacts}"}
        return Step(condition=condition, uses=self.actions["download-artifact"], given=given).data()

    def handed_on(self, name: str, folder: str, condition: str = "") -> Data:
        given: dict[str, Yaml] = {
            "name": name,
            "path": f"{self.above}{self.config.artifacts}/{folder}.tar",
            "if-no-files-found": "error",
            "overwrite": True,
        }
        if self.config.retention_days is not None:
            given["retention-days"] = self.config.retention_days
        return Step(condition=condition, uses=self.actions["upload-artifact"], given=given).data()

    def unpack(self, folder: str, maybe: bool) -> str:
        """Permissions, links and empty folders are kept by tar alone."""
        place = self.place(folder)
        line = (
            shell_line(["mkdir", "-p", place])
            + " && "
            + shell_line(["tar", "-xf", f"{place}.tar", "-C", place])
        )
        return f"test ! -e {shell_line([f'{place}.tar'])} || {{ {line}; }}" if maybe else line

    def pack(self, folder: str) -> str:
        place = self.place(folder)
        return shell_line(["tar", "-cf", f"{place}.tar", "-C", place, "."])

    def place(self, folder: str) -> str:
        """Where the artifact of a task lies, from the project's top."""
        return f"{self.config.artifacts}/{folder}"


def line(command: Sequence[str], words: Sequence[str]) -> str:
    """A command of pipegen as one line in which neither GitHub nor a shell finds anything to fill in."""
    return plain_line([*(command or ("pipegen",)), *(part for word in words for part in _inert(word))])


def plain_line(words: Sequence[str]) -> str:
    """Words as one line, refused where GitHub would find something to fill in."""
    found = shell_line(words)
    if "${{" in found:
        message = f"'${{{{' stands in a command, which GitHub would fill in: {found}"
        refuse(
            [
                Diagnostic(
                    "PG824",
                    message,
                    None,
                    "write github.command, github.run and names of files without '${{'",
                )
            ]
        )
    return found


def _inert(word: str) -> Iterator[str]:
    """A word as it is, or as `pipegen exec` reads it back; an option's value may be glued to it."""
    if word.startswith(MARK):  # it has been done already
        yield word
    elif word.startswith("-"):
        flag, equals, value = word.partition("=")
        whole = encoded(value) == value or (value.startswith("-") and encoded(f" {value}") == f" {value}")
        yield from (word,) if not equals or whole else (flag, encoded(value))
    else:
        yield encoded(word)
