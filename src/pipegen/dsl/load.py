"""Import the module that a target names; what the user got wrong comes back as diagnostics."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from types import ModuleType
from typing import TypeGuard

from pipegen.dsl.define import define
from pipegen.dsl.definition import Definition
from pipegen.dsl.entrypoint import is_dotted
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.project import Project
from pipegen.dsl.step import FunctionStep, Step, Target
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

importing: list[str] = []  # the modules of users that are being imported just now


def split(target: str) -> tuple[str, str]:
    """ "file.py:name" is ("file.py", "name"); the name may be missing, and may hold colons itself."""
    file, dot_py, name = target.partition(".py:")
    if dot_py:
        return f"{file}.py", name
    module, _, name = target.partition(":")
    return module, name


def load_module(target: str, project: Project, base: Path | None = None) -> ModuleType:
    """Import a target's module: a dotted name, or a file relative to `base`."""
    module, _ = split(target)
    path = (base or Path.cwd()) / module
    is_file = module.endswith(".py") or "/" in module or ("." in module and _is(path, Path.is_file))
    if is_file or (module and not is_dotted(module) and _is(path, Path.is_dir)):
        return _import_file(module, path, project)
    with _importable(project.paths):
        found = _import_name(module, project)
    if found.__file__ is None and _is(path, Path.is_dir):  # Python takes any folder for a package
        _file_of(module, path)
    return found


def load_pipelines(target: str, project: Project, base: Path | None = None) -> tuple[Pipeline, ...]:
    """The pipelines of a module, in the order they are bound; or the one that the target names."""
    module = load_module(target, project, base)
    found = _pipelines_in(module)
    place = Origin(project.relative(module.__file__ or target))
    _, name = split(target)
    if not name:
        if not found:
            hint = 'bind one to a name: reviews = Pipeline("reviews", report)'
            raise PipegenError(Diagnostic("PG105", f"no pipeline in '{target}'", place, hint))
        return tuple(dict.fromkeys(found.values()))
    by_name = found | {one.name: one for one in found.values() if isinstance(one.name, str)}
    if name not in by_name:
        file = split(target)[0]
        message = f"'{file}' has no pipeline '{name}'"
        if _is_step(getattr(module, name, None)):
            message = f"'{name}' in '{file}' is a step, not a pipeline"
        hint = suggest(name, by_name) or "it defines no pipeline"
        raise PipegenError(Diagnostic("PG104", message, place, hint))
    return (by_name[name],)


def every_pipeline(target: str, project: Project, base: Path | None = None) -> tuple[Pipeline, ...]:
    """All pipelines of the target's module, whichever of them it names."""
    return tuple(dict.fromkeys(_pipelines_in(load_module(target, project, base)).values()))


def every_step(target: str, project: Project, base: Path | None = None) -> tuple[Target, ...]:
    """The steps that a target's module has a name for, its own and imported ones; bases are no steps yet."""
    module = load_module(target, project, base)
    return tuple(dict.fromkeys(one for one in vars(module).values() if _is_step(one) and not _is_base(one)))


def load_step(target: str, project: Project, base: Path | None = None) -> Definition:
    """The definition of the step that an entrypoint names."""
    module = load_module(target, project, base)
    module_name, name = split(target)
    value: object = module
    for part in name.split("."):
        value = getattr(value, part, None)
    if _is_step(value):
        return define(value)
    steps = [key for key, one in vars(module).items() if _is_step(one)]
    message = f"'{module_name}' has no step '{name}'" if name else f"no step of '{module_name}' is named"
    place = Origin(project.relative(module.__file__ or module_name))
    hint = suggest(name, steps) or "a step is a class derived from Step or a function under @step"
    raise PipegenError(Diagnostic("PG104", message, place, hint))


def _is_step(value: object) -> TypeGuard[Target]:
    return isinstance(value, FunctionStep) or (
        isinstance(value, type) and issubclass(value, Step) and value is not Step
    )


def _is_base(target: Target) -> bool:
    """Whether a class is there for others to derive from: it cannot be placed, or has nothing to run."""
    return isinstance(target, type) and (
        not hasattr(target, "run") or bool(getattr(target, "__abstractmethods__", ()))
    )


def _pipelines_in(module: ModuleType) -> dict[str, Pipeline]:
    """Those bound to a name, or kept in a list, tuple or dict that is, in the order they are bound."""
    found: dict[str, Pipeline] = {}
    for key, value in vars(module).items():
        if isinstance(value, Pipeline):
            found[key] = value
        elif type(value) in (list, tuple, dict):
            kept = value.values() if isinstance(value, dict) else value
            found |= {f"{key}[{n}]": one for n, one in enumerate(kept) if isinstance(one, Pipeline)}
    return found


def module_name_of(path: Path) -> tuple[str, Path]:
    """The dotted name of a file, and the folder above its topmost package."""
    parts, folder = [path.stem.replace(".", "_")], path.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__":
        parts.pop()
    if len(parts) == 1 and parts[0] in sys.stdlib_module_names:
        parts[0] = f"pipeline_{parts[0]}"  # statistics.py must not replace Python's own
    return ".".join(parts), folder


def _import_file(target: str, path: Path, project: Project) -> ModuleType:
    path = _file_of(target, path)
    name, folder = module_name_of(path)
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    with _importable((folder, *project.paths)):
        if "." in name and "." not in path.stem:
            return _same_file(_imported(name, project), path, name)
        return _execute(name, path, project)


def _same_file(module: ModuleType, path: Path, name: str) -> ModuleType:
    """The module, when it came from the file that was named and not from another one of that name."""
    found = getattr(module, "__file__", None)
    if found is not None and Path(found).resolve() == path:
        return module
    message = (
        f"'{path.name}' cannot be imported as '{name}': {found or 'a built-in module'} goes by that name"
    )
    hint = "rename its package, or remove the other one from the import path"
    raise PipegenError(Diagnostic("PG102", message, None, hint))


def _execute(name: str, path: Path, project: Project) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None  # it ends in .py
    module = importlib.util.module_from_spec(spec)
    previous = sys.modules.get(name)
    sys.modules[name] = module
    try:
        with _explained(name, project, str(path)):
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        if previous is not None:
            sys.modules[name] = previous
        raise
    return module


def _import_name(name: str, project: Project) -> ModuleType:
    if not is_dotted(name):
        raise PipegenError(
            Diagnostic(
                "PG101", f"'{name}' is neither a module nor a .py file", None, "for example reviews.py:name"
            )
        )
    return _imported(name, project)


def _imported(name: str, project: Project) -> ModuleType:
    with _explained(name, project):
        return importlib.import_module(name)


@contextmanager
def _importable(folders: tuple[Path, ...]) -> Iterator[None]:
    """Put folders first on the import path, and leave them there: steps import when they run as well."""
    fresh = [str(folder) for folder in dict.fromkeys(folders) if str(folder) not in sys.path]
    sys.path[:0] = fresh
    _list_again(tuple(map(str, folders)))
    yield


def _list_again(folders: tuple[str, ...]) -> None:
    """Have Python look again into folders that it has listed: a file may have come since.

    `importlib.invalidate_caches` forgets every folder there is, and loads importlib.metadata from Python 3.13 on.
    """
    for place, finder in sys.path_importer_cache.items():
        forget = getattr(finder, "invalidate_caches", None)
        if forget is not None and place.startswith(folders):
            forget()


@contextmanager
def _explained(name: str, project: Project, file: str = "") -> Iterator[None]:
    """Turn whatever importing user code raises into diagnostics; what it prints is talk, not data."""
    importing.append(name)
    try:
        with redirect_stdout(sys.stderr):
            yield
    except (Exception, SystemExit) as error:
        from pipegen.dsl.failing import told  # only a mistake pays for it

        raise told(error, name, file, project) from error
    finally:
        importing.pop()


def _is(path: Path, what: Callable[[Path], bool]) -> bool:
    try:
        return what(path)
    except (OSError, ValueError):
        return False


def _file_of(target: str, path: Path) -> Path:
    """The file that a target names; PipegenError says what is there instead."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise PipegenError(
            Diagnostic("PG101", f"there is no file '{target}'", None, _similar(path))
        ) from None
    except (OSError, ValueError) as error:  # too long a name, a circle of links, a forbidden folder
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f"'{target}' cannot be read: {reason}"
        raise PipegenError(Diagnostic("PG101", message, None, "check the path")) from None
    if S_ISREG(mode) and path.suffix == ".py":
        return path.resolve()
    what = "a folder" if S_ISDIR(mode) else "not a Python file"
    inside = _with_pipeline(path) if S_ISDIR(mode) else None
    hint = f"name a file in it: {os.path.normpath(f'{target}/{inside}')}" if inside else "name a .py file"
    raise PipegenError(Diagnostic("PG101", f"'{target}' is {what}", None, hint))


def _with_pipeline(folder: Path) -> str | None:
    """A Python file of the folder: one that speaks of a pipeline, else the first."""
    files = sorted(folder.glob("*.py"))
    first = next((one for one in files if _is(one, _speaks_of_one)), files[0] if files else None)
    return first.name if first is not None else None


def _speaks_of_one(file: Path) -> bool:
    return b"Pipeline(" in file.read_bytes()


def _similar(path: Path) -> str:
    siblings = [one.name for one in path.parent.glob("*.py")] if path.parent.is_dir() else []
    return suggest(path.name, siblings) or "paths are taken from the folder that the command runs in"
