"""What went wrong while a user's module was imported: in plain words, and at the user's own line."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipegen.dsl.project import Project
from pipegen.dsl.shadowing import hint_of
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

_NO_NAME = r"cannot import name '(.+?)' from (?:partially initialized module )?'(.+?)'"
_NO_KEYWORD = r"(?:(\w+)\.__init__|\w+)\(\) got an unexpected keyword argument '(\w+)'"
_GUESS = r"\. Did you mean '\w+'\?$"  # so does Python 3.13 of keywords, and the hint says it anyway
_PATH = r" \([^()]*[/\\][^()]*\)$"  # Python ends some messages with where a module lies on this machine


def told(error: BaseException, name: str, file: str, project: Project) -> PipegenError:
    """Whatever importing the module `name` raised, as diagnostics."""
    match error:
        case PipegenError():
            return PipegenError(*(_moved(one, project) for one in error.diagnostics))
        case SyntaxError():
            return PipegenError(_syntax(error, file, project))
        case ModuleNotFoundError():
            return PipegenError(_missing(name, error, project))
        case OSError() if str(error.filename).endswith(".py") and project.holds(Path(error.filename)):
            reason = (error.strerror or str(error)).lower()
            message = f"'{project.relative(error.filename)}' cannot be read: {reason}"
            return PipegenError(Diagnostic("PG101", message, None, "check its permissions"))
    message = f"importing '{name}' {_no_name(error) or _raised(error)}"
    hint = _hint(error, name)
    if not hint.startswith("did you mean"):
        hint = hint_of(error, project) or hint
    return PipegenError(Diagnostic("PG102", message, _user_line(error, project), hint))


def _moved(one: Diagnostic, project: Project) -> Diagnostic:
    if one.origin is None:
        return one
    return replace(one, origin=replace(one.origin, file=project.relative(one.origin.file)))


def _syntax(error: SyntaxError, file: str, project: Project) -> Diagnostic:
    shown = project.relative(error.filename or file)
    if "null bytes" in error.msg:
        return Diagnostic("PG103", "the file holds null bytes", Origin(shown), "is it a Python file?")
    line = _undecodable(Path(error.filename or file))
    if line:
        hint = "save it as UTF-8, or name its encoding on the first line: # coding: latin-1"
        return Diagnostic("PG103", "the file is not UTF-8 text", Origin(shown, line), hint)
    origin = Origin(shown, error.lineno or 0, max(error.offset or 0, 0))
    hint = "indent with spaces alone" if isinstance(error, TabError) else ""
    return Diagnostic("PG103", f"syntax error: {error.msg}", origin, hint)


def _undecodable(path: Path) -> int:
    """The first line of a file that is not UTF-8; 0 when all of it is, or says that it is something else."""
    try:
        data = path.read_bytes()
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        says = re.search(rb"\A(?:.*\n)?.*coding[:=]", data)
        return 0 if says else data.count(b"\n", 0, error.start) + 1
    except OSError:
        return 0
    return 0


def _missing(name: str, error: ModuleNotFoundError, project: Project) -> Diagnostic:
    missing = error.name or ""
    if name == missing or name.startswith(f"{missing}."):
        local = {path.stem for folder in project.paths for path in folder.glob("*.py")}
        hint = suggest(missing, local) or "is it installed here?"
        return Diagnostic("PG101", f"there is no module '{missing}'", None, hint)
    hint = (
        hint_of(error, project)
        or _near(missing, _importable)
        or "install it where pipegen runs, or correct the name"
    )
    message = f"importing '{name}' failed: there is no module '{missing}'"
    return Diagnostic("PG102", message, _user_line(error, project), hint)


def _importable() -> Iterable[str]:
    from pkgutil import iter_modules  # only a mistake pays for it

    return {*(one.name for one in iter_modules()), *sys.stdlib_module_names}


def _near(word: str, known: Callable[[], Iterable[str]]) -> str:
    """A suggestion out of so many names that only a slip of the pen counts as near."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known()), n=1, cutoff=0.8)
    return f"did you mean '{close[0]}'?" if close else ""


def _no_name(error: BaseException) -> str:
    match = re.match(_NO_NAME, str(error)) if isinstance(error, ImportError) else None
    return f"failed: '{match[2]}' has no '{match[1]}'" if match else ""


def _raised(error: BaseException) -> str:
    text = re.sub(_GUESS, "", re.sub(_PATH, "", str(error))).strip()
    if isinstance(error, SystemExit):
        return f"ended the program: SystemExit: {text}".removesuffix(": ")
    return f"raised {type(error).__name__}: {text}".removesuffix(": ")


def _hint(error: BaseException, name: str) -> str:
    """What to do about an exception that is no syntax error."""
    whole = f"python -c 'import {name}' shows the whole traceback"
    match error:
        case SystemExit():
            return "put what ends the program under: if __name__ == '__main__':"
        case ImportError():
            return _import_hint(error, name) or whole
        case TypeError():
            return _call_hint(str(error)) or whole
        case NameError():
            return _name_hint(error) or whole
        case AttributeError():
            return _near(error.name or "", lambda: dir(error.obj)) or whole
        case SyntaxError() | AssertionError() | RecursionError():
            return whole
        case KeyError() if _reads_environment(error):
            return "what a step reads from the environment belongs into a subclass of Settings"
    return "importing a step must not run it: move work that can fail into run"


def _import_hint(error: ImportError, name: str) -> str:
    match = re.match(_NO_NAME, str(error))
    if match is None:
        return ""
    if "circular" in str(error) or match[2] == name:
        return "the two modules import each other; move what both need into a third"
    module = sys.modules.get(match[2])
    return _near(match[1], lambda: getattr(module, "__all__", dir(module)))


def _call_hint(text: str) -> str:
    """Steps wired as Python does not let them, or a misspelt keyword of `Pipeline(...)`, `Retry(...)`."""
    import inspect

    import pipegen

    if "for >>: 'list' and 'list'" in text:
        return "a list stands on one side of '>>' only: write [a, b] >> c for each c"
    if "for >>: 'list' and 'type'" in text:
        return "what '>>' leads to is placed by calling it: [a, b] >> Score()"
    if re.match(r"Step\.__\w+__\(\) takes from 1 to 2 positional", text):
        return "inputs are given by name: Report(new=fetch, old=archive)"
    match = re.match(_NO_KEYWORD, text)
    owner: Any = getattr(pipegen, match[1] or "", None) if match else None
    return suggest(match[2], inspect.signature(owner).parameters) if match and owner else ""


def _name_hint(error: NameError) -> str:
    import pipegen

    if error.name in pipegen.__all__:
        return f"add it at the top: from pipegen import {error.name}"
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    known = [*frame.tb_frame.f_globals, *frame.tb_frame.f_locals] if frame else []
    return _near(error.name or "", lambda: known)


def _reads_environment(error: KeyError) -> bool:
    homes = ("<frozen os>", "os.py")
    return any(frame.filename.endswith(homes) for frame in traceback.extract_tb(error.__traceback__))


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
