"""A file of the user's that is called like a library, and found in its place by whoever imports that."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, Origin


def hint_of(error: BaseException, project: Project) -> str:
    """What to do about an error that names such a file as a module; "" for any other."""
    found = _hiding(_named(error), project)
    return f"'{found[0]}' hides the library '{found[1]}': rename the file" if found else ""


def hidden_library(error: BaseException, project: Project) -> Diagnostic | None:
    """The same about an error that pipegen itself ran into, in such a file or for want of what is not there."""
    found = _hiding((*_named(error), *_passed(error)), project)
    if found is None:
        return None
    message = f"'{found[0]}' hides the library '{found[1]}', which pipegen needs"
    return Diagnostic("PG141", message, Origin(found[0]), "rename the file")


def _hiding(names: Iterable[str], project: Project) -> tuple[str, str] | None:
    """The first of some modules that is a file of the project in the place of a library, and the library."""
    for name in names:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if file and project.holds(Path(file)) and _is_library(name, project):
            return project.relative(_file(Path(file))), name
    return None


def _file(path: Path) -> Path:
    return path.parent if path.name == "__init__.py" else path


def _named(error: BaseException) -> Iterator[str]:
    """The modules that an error says something about, or one that led to it."""
    for one in _chain(error):
        if isinstance(one, ImportError):
            yield (one.name or "").partition(".")[0]
        if isinstance(one, AttributeError) and isinstance(one.obj, ModuleType):
            yield one.obj.__name__.partition(".")[0]


def _passed(error: BaseException) -> Iterator[str]:
    """The modules that an error came through."""
    for one in _chain(error):
        for frame in reversed(traceback.extract_tb(one.__traceback__)):
            yield _file(Path(frame.filename)).stem


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_library(name: str, project: Project) -> bool:
    """Whether a library goes by a name, were the project's own files not there."""
    if name in sys.stdlib_module_names:
        return True
    elsewhere = [one for one in sys.path if one and Path(one).resolve() not in (*project.paths, Path.cwd())]
    try:
        return PathFinder.find_spec(name, elsewhere) is not None
    except (ImportError, ValueError):
        return False
