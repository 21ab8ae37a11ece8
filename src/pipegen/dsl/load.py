"""Import the module that a target names; what the user got wrong comes back as diagnostics."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from pipegen.dsl.define import define
from pipegen.dsl.definition import Definition
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.project import Project
from pipegen.dsl.step import FunctionStep, Step
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest


def split(target: str) -> tuple[str, str]:
    """ "file.py:name" is ("file.py", "name"); the name may be missing."""
    module, _, name = target.rpartition(":") if ":" in target else (target, "", "")
    return module, name


def load_module(target: str, project: Project, base: Path | None = None) -> ModuleType:
    """Import a target's module: a dotted name, or a file relative to `base`."""
    module, _ = split(target)
    if module.endswith(".py") or "/" in module:
        return _import_file(module, (base or Path.cwd()) / module, project)
    with _importable(project.paths):
        return _import_name(module, project)


def load_pipelines(target: str, project: Project, base: Path | None = None) -> tuple[Pipeline, ...]:
    """The pipelines of a module, in the order they are bound; or the one that the target names."""
    module = load_module(target, project, base)
    found = _pipelines_in(module)
    _, name = split(target)
    if not name:
        if not found:
            raise PipegenError(
                Diagnostic(
                    "PG105",
                    f"no pipeline in '{target}'",
                    Origin(project.relative(module.__file__ or target)),
                    'bind one to a name: reviews = Pipeline("reviews", report)',
                )
            )
        return tuple(found.values())
    by_name = {one.name: one for one in found.values()} | found
    if name not in by_name:
        raise PipegenError(
            Diagnostic(
                "PG104",
                f"'{split(target)[0]}' has no pipeline '{name}'",
                Origin(project.relative(module.__file__ or target)),
                suggest(name, by_name) or "it defines no pipeline",
            )
        )
    return (by_name[name],)


def every_pipeline(target: str, project: Project, base: Path | None = None) -> tuple[Pipeline, ...]:
    """All pipelines of the target's module, whichever of them it names."""
    return tuple(_pipelines_in(load_module(target, project, base)).values())


def load_step(target: str, project: Project, base: Path | None = None) -> Definition:
    """The definition of the step that an entrypoint names."""
    module_name, name = split(target)
    value: object = load_module(target, project, base)
    for part in name.split("."):
        value = getattr(value, part, None)
    if isinstance(value, FunctionStep) or (isinstance(value, type) and issubclass(value, Step)):
        return define(value)
    module = load_module(target, project, base)
    steps = [key for key, one in vars(module).items() if _is_step(one)]
    raise PipegenError(
        Diagnostic(
            "PG104",
            f"'{module_name}' has no step '{name}'",
            Origin(project.relative(module.__file__ or module_name)),
            suggest(name, steps) or "a step is a class derived from Step or a function under @step",
        )
    )


def _is_step(value: object) -> bool:
    return isinstance(value, FunctionStep) or (
        isinstance(value, type) and issubclass(value, Step) and value is not Step
    )


def _pipelines_in(module: ModuleType) -> dict[str, Pipeline]:
    found: dict[str, Pipeline] = {}
    for key, value in vars(module).items():
        if isinstance(value, Pipeline) and value not in found.values():
            found[key] = value
    return found


def module_name_of(path: Path) -> tuple[str, Path]:
    """The dotted name of a file, and the folder above its topmost package."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__":
        parts.pop()
    if len(parts) == 1 and parts[0] in sys.stdlib_module_names:
        parts[0] = f"pipeline_{parts[0]}"  # statistics.py must not replace Python's own
    return ".".join(parts), folder


def _import_file(target: str, path: Path, project: Project) -> ModuleType:
    path = path.resolve()
    if not path.is_file():
        raise PipegenError(Diagnostic("PG101", f"there is no file '{target}'", None, _similar(path)))
    name, folder = module_name_of(path)
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    with _importable((folder, *project.paths)):
        if "." in name:
            return _import_name(name, project)
        return _execute(name, path, project)


def _execute(name: str, path: Path, project: Project) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PipegenError(
            Diagnostic("PG101", f"'{path.name}' is not a Python file", None, "name a .py file")
        )
    module = importlib.util.module_from_spec(spec)
    previous = sys.modules.get(name)
    sys.modules[name] = module
    try:
        with _explained(name, project):
            spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        if previous is not None:
            sys.modules[name] = previous
        raise
    return module


def _import_name(name: str, project: Project) -> ModuleType:
    if not name or not all(part.isidentifier() for part in name.split(".")):
        raise PipegenError(
            Diagnostic(
                "PG101", f"'{name}' is neither a module nor a .py file", None, "for example reviews.py:name"
            )
        )
    with _explained(name, project):
        return importlib.import_module(name)


@contextmanager
def _importable(folders: tuple[Path, ...]) -> Iterator[None]:
    """Put folders first on the import path, and leave them there: steps import when they run as well."""
    fresh = [str(folder) for folder in dict.fromkeys(folders) if str(folder) not in sys.path]
    sys.path[:0] = fresh
    importlib.invalidate_caches()
    yield


@contextmanager
def _explained(name: str, project: Project) -> Iterator[None]:
    """Turn whatever importing user code raises into one diagnostic at the user's line."""
    try:
        yield
    except PipegenError:
        raise
    except SyntaxError as error:
        origin = Origin(project.relative(error.filename or name), error.lineno or 0, error.offset or 0)
        raise PipegenError(Diagnostic("PG103", f"syntax error: {error.msg}", origin)) from None
    except ModuleNotFoundError as error:
        raise PipegenError(_missing(name, error, project)) from None
    except (Exception, SystemExit) as error:
        text = f"{type(error).__name__}: {error}".rstrip(": ")
        raise PipegenError(
            Diagnostic(
                "PG102",
                f"importing '{name}' raised {text}",
                _user_line(error, project),
                "importing a step must not run it: move work that can fail into run",
            )
        ) from error


def _missing(name: str, error: ModuleNotFoundError, project: Project) -> Diagnostic:
    missing = error.name or ""
    if name == missing or name.startswith(f"{missing}."):
        local = sorted({path.stem for folder in project.paths for path in folder.glob("*.py")})
        hint = suggest(missing, local) if local else ""
        return Diagnostic("PG101", f"there is no module '{missing}'", None, hint or "is it installed here?")
    return Diagnostic(
        "PG102",
        f"importing '{name}' failed: there is no module '{missing}'",
        _user_line(error, project),
        "install it in the environment that pipegen runs in, or correct the name",
    )


def _user_line(error: BaseException, project: Project) -> Origin | None:
    """The last line of the project's own code that an exception went through."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if project.holds(Path(frame.filename)):
            return Origin(project.relative(frame.filename), frame.lineno or 0)
    own = [
        frame
        for frame in frames
        if "importlib" not in frame.filename and "/pipegen/dsl/" not in frame.filename
    ]
    return Origin(project.relative(own[-1].filename), own[-1].lineno or 0) if own else None


def _similar(path: Path) -> str:
    siblings = [one.name for one in path.parent.glob("*.py")] if path.parent.is_dir() else []
    return suggest(path.name, siblings)
