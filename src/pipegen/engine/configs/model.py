"""What every config is: a pydantic model that refuses unknown keys and checks assignments too.

    class SlackConfig(Config):
        channel: str = Field(description="Where it is said.", examples=["#runs"])

A validator says what is wrong by `ValueError("it is wrong; what to do")`: what follows "; " is the hint.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pipegen.values import kinds
from pipegen.values.kinds import Kind


class Config(BaseModel):
    """Keys that nobody knows are refused, and so are wrong values that are assigned later.

    Messages leave out what was given, which may be a password.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        validate_assignment=True,
        validate_default=False,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )
    usual: ClassVar[tuple[str, ...]] = ()
    """The keys that stand in a config file that `pipegen backends create` writes, and not as comments."""


class Matching:
    """A mark for `Annotated[str, ...]`: the text is of a kind that values know too."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.checked, handler(source))

    def __get_pydantic_json_schema__(
        self, inner: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(inner), **self.kind.schema}

    def checked(self, text: str) -> str:
        problem = self.kind.check(text)
        if problem:
            raise PydanticCustomError(self.kind.code, "{problem}", {"problem": problem})
        return text


EnvName = Annotated[str, Matching(kinds.EnvName())]
NamedText = dict[EnvName, str]
"""Environment variables: a number or a boolean in a file is taken as the text that stands there."""


def path_problem(problem: str) -> PydanticCustomError:
    """What a validator raises for a path that is not what it should be."""
    return PydanticCustomError("PG724", "{problem}", {"problem": problem})


def root_of(info: ValidationInfo) -> Path:
    """The folder that relative paths in a config start from: the project's, where one is known."""
    context: Any = info.context
    return Path(context["root"]) if isinstance(context, dict) and "root" in context else Path.cwd()


def rooted(path: Path, root: Path) -> Path:
    """A path from the project's root, or from a home folder where it begins with `~`."""
    try:
        return root / path.expanduser()
    except RuntimeError:  # a user without a home
        return root / path


def _folder(path: Path, info: ValidationInfo) -> Path:
    found = rooted(path, root_of(info))
    if not found.is_dir():
        what = "is no folder" if found.exists() else "does not exist"
        raise path_problem(f"the folder '{path}' {what}; make it, or correct the path")
    return found


Folder = Annotated[Path, AfterValidator(_folder)]
"""A folder that exists; the path becomes absolute."""
