"""The only renderer of templates, for text that is neither YAML nor JSON: Python, Dockerfiles, Markdown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING

from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

if TYPE_CHECKING:
    import jinja2


def render(name: str, /, **values: object) -> str:
    """The template of this name with the values put in."""
    import jinja2  # slow to import, and most commands write no such text

    try:
        return _environment(folder()).get_template(name).render(values)
    except jinja2.TemplateNotFound as problem:
        raise PipegenError(_missing(str(problem.name or name))) from None
    except jinja2.TemplateSyntaxError as problem:
        raise PipegenError(_broken(problem.name or name, problem.lineno, problem.message or "")) from None
    except jinja2.UndefinedError as problem:
        name, line = _place(problem.__traceback__, name)
        message = f"the template '{name}' needs a value it was not given: {problem.message}"
        raise PipegenError(Diagnostic("PG421", message, _origin(name, line), "give the value")) from None
    except (jinja2.TemplateError, UnicodeDecodeError) as problem:
        raise PipegenError(_broken(name, 0, str(problem))) from None


def template_names(prefix: str = "") -> tuple[str, ...]:
    """The templates there are, in a stable order, below a folder such as 'init/'."""
    top = folder()
    names = (path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())
    return tuple(sorted(name for name in names if name.startswith(prefix) and not _is_litter(name)))


def folder() -> Path:
    """Where templates are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parents[1] / "templates"


@cache
def _environment(top: Path) -> jinja2.Environment:
    import jinja2

    from pipegen.emit.filters import FILTERS

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(top),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {name: _strict(use) for name, use in FILTERS.items()}
    environment.globals.pop("lipsum")  # these two differ from run to run
    environment.filters.pop("random")
    return environment


def _strict(use: Callable[..., str]) -> Callable[[object], str]:
    import jinja2

    def filtered(value: object) -> str:
        if isinstance(value, jinja2.Undefined):
            str(value)  # raises, with the name of what is missing
        return use(value)

    return filtered


def _missing(name: str) -> Diagnostic:
    return Diagnostic("PG420", f"there is no template '{name}'", hint=suggest(name, template_names()))


def _broken(name: str, line: int, reason: str) -> Diagnostic:
    message = f"the template '{name}' cannot be rendered: {reason}"
    return Diagnostic("PG422", message, _origin(name, line), "correct the template")


def _origin(name: str, line: int) -> Origin:
    return Origin(f"templates/{name}", line)


def _place(trace: TracebackType | None, name: str) -> tuple[str, int]:
    """The innermost template, and its line, that an error came through."""
    top, found = folder(), (name, 0)
    for frame, line in walk_tb(trace):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(top):
            found = path.relative_to(top).as_posix(), line
    return found


def _is_litter(name: str) -> bool:
    return name.endswith((".pyc", ".DS_Store"))
