"""What can be wrong with a pipeline as the user wrote it: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG101": (
        "target that cannot be found or read",
        "The file or module that should hold the pipeline is not there, or may not be read. Paths are taken "
        "from the current folder, modules from the project's root, its `src` folder and what is installed.",
    ),
    "PG102": (
        "module cannot be imported",
        "Python raised an error while importing the module that holds the pipeline. Importing a step must "
        "not run it: keep work that can fail inside `run`.",
    ),
    "PG103": (
        "syntax error",
        "Python cannot read the file. Nothing was imported and nothing was written.",
    ),
    "PG104": (
        "no such name in the module",
        "The part of the target after ':' names something that the module does not define, or that is "
        "neither a pipeline nor a step.",
    ),
    "PG105": (
        "no pipeline in the module",
        "The module was imported, but no `Pipeline(...)` is bound to a name in it.",
    ),
    "PG106": (
        "no target given",
        'Name a file or module that holds a pipeline, or put `target = "reviews.py"` into the '
        "`[tool.pipegen]` table of pyproject.toml.",
    ),
    "PG107": (
        "pyproject.toml cannot be used",
        "The `[tool.pipegen]` table has a key pipegen does not know, a value of the wrong kind, or the file "
        "is not valid TOML.",
    ),
    "PG108": (
        "step is out of reach",
        "A task runs in a process of its own, which must be able to import the step. A class or function "
        "made inside a function, or in an interactive session, cannot be imported.",
    ),
    "PG111": (
        "step has no run method",
        "A step class must define `run`; its parameters are the inputs and its return type is the output.",
    ),
    "PG112": (
        "parameter without a type",
        "The types on `run` are the contract between steps, so every parameter needs one. Write `Any` "
        "where anything goes.",
    ),
    "PG113": (
        "type cannot be resolved",
        "An annotation names something that is not defined where the step is defined. An import under "
        "`if TYPE_CHECKING:` is not there at run time: import it for real.",
    ),
    "PG114": (
        "parameter that cannot be an input",
        "Inputs are fed by name, so `run` cannot take `*args`, `**kwargs` or positional-only parameters.",
    ),
    "PG115": (
        "settings of the wrong kind",
        "`settings` must be annotated with a subclass of `pipegen.Settings`, which is what is read from "
        "environment variables.",
    ),
    "PG116": (
        "unknown execution mode",
        "A step runs in mode `batch`, `streaming` or `row`. Row mode calls `run` once per item of its first "
        "input; streaming needs an `Iterator` or `Iterable` on `run`.",
    ),
    "PG117": (
        "step with an __init__ of its own",
        "Calling a step class places it in a pipeline, and the object that runs is made by pipegen. State "
        "belongs into settings, or is made inside `run`.",
    ),
    "PG118": (
        "option of the wrong kind",
        "An option on a step was given a value that it does not take.",
    ),
    "PG119": (
        "slug that cannot be used",
        "A slug identifies a step in the registry: lower-case letters, digits and single '-' between them.",
    ),
    "PG120": (
        "function that cannot be a step",
        "What runs is a plain function or method: not an `async def`, and under `@step` no class, no method "
        "and no object. A step that awaits something calls `asyncio.run(...)` inside.",
    ),
    "PG121": (
        "unknown input or option",
        "A keyword given where the step is placed is neither a parameter of its `run` nor an option.",
    ),
    "PG122": (
        "input is not a step",
        "Inputs are fed by other placed steps. Constants belong into settings.",
    ),
    "PG123": (
        "which input is meant",
        "`>>` feeds the one input that is still free. When there are several, or none, say it by name: "
        "`Report(scores=score)`.",
    ),
    "PG124": (
        "input fed twice",
        "One parameter takes one artifact. To feed a list from several steps use `[a, b] >> c` or "
        "`C(parts=[a, b])`.",
    ),
    "PG125": (
        "input is not fed",
        "A parameter of `run` without a default is fed by nothing, so the task could never start.",
    ),
    "PG126": (
        "types do not fit",
        "The producer's return type is not what the consumer's parameter takes. The edge is refused now, "
        "because it would fail when the pipeline runs.",
    ),
    "PG128": (
        "two steps under one slug",
        'Two different classes or functions have the same slug. Give one of them `slug = "..."` or '
        "another name; otherwise one would hide the other.",
    ),
    "PG129": (
        "step that no pipeline runs",
        "A step is fed by a task of the pipeline, but no pipeline reaches it, so it would silently never "
        "run. Pass it to `Pipeline(...)` as one more sink, or remove it.",
    ),
    "PG130": (
        "pipeline without tasks",
        'A pipeline is given by its last steps: `Pipeline("reviews", report)`.',
    ),
    "PG131": (
        "pipeline parameter that points nowhere",
        'A parameter names the settings that it sets as "task.field"; the task or the field does not exist.',
    ),
    "PG132": (
        "pipeline parameter with a wrong value",
        "The default of a parameter must be one of its choices, choices must not be empty, and every target "
        "must be named once.",
    ),
    "PG133": (
        "two pipelines of one name",
        "Pipelines of one module are told apart by their names, which also name what is generated.",
    ),
    "PG134": (
        "handler with inputs",
        "`on_failure` and `on_exit` steps run when the rest has ended, whatever it produced; they take no "
        "inputs.",
    ),
    "PG135": (
        "ambiguous settings prefix",
        "A task's name gives the same environment prefix as another step's class or another task, so one "
        "variable would set both.",
    ),
    "PG136": (
        "pipeline option of the wrong kind",
        "An option of `Pipeline(...)` was given a value that it does not take.",
    ),
    "PG141": (
        "file that hides a library",
        "A Python file in the project has the name of a library, such as `yaml.py`. Files of the project are found "
        "first, so whoever imports the library gets the file instead. Rename the file.",
    ),
}
