"""What can be wrong when a task runs: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG301": (
        "command line of exec",
        "`pipegen exec` was called with an option it does not have, without one it needs, or with a value "
        "that an option does not take. `pipegen exec --help` lists what there is.",
    ),
    "PG302": (
        "setting is missing",
        "A setting without a default has no environment variable. Set the variable named in the message: "
        "the form with the step's class serves every task of that class, the form with the task's name "
        "serves that task alone and wins.",
    ),
    "PG303": (
        "setting has a wrong value",
        "A variable is set, but its value does not fit the field: wrong type, outside its limits, none of "
        "its choices, or refused by a validator. Lists, dicts and models are written as JSON. The value of "
        "a secret is never shown.",
    ),
    "PG304": (
        "unknown variable",
        "A variable begins with a prefix that pipegen reads settings from, but no field goes by the rest of "
        "its name. Most often it is a typing error, and the setting that was meant keeps its default. Names "
        "are upper case; correct the name or unset the variable.",
    ),
    "PG305": (
        "settings class cannot be used",
        "pydantic cannot build the settings class: a field has a type that it does not know, or one that is "
        "not defined where the class is written. An import under `if TYPE_CHECKING:` is not enough.",
    ),
    "PG306": (
        "two settings, one variable",
        "Two fields of a settings class would be read from the same environment variable, because their "
        "names differ only in case or in how they use '__'. Rename one of them.",
    ),
    "PG307": (
        "default of a setting is wrong",
        "The default written in the settings class does not fit the field itself. Nothing was set from "
        "outside; correct the class.",
    ),
    "PG308": (
        "no such setting",
        "`--param` and `--default` name a field of the step's settings; a field inside a model is written "
        "`api.url`. The step has no such field.",
    ),
    "PG309": (
        "env file cannot be read",
        "A file of variables holds one `NAME=value` per line, with `#` for comments. Values may be quoted: "
        'single quotes keep everything as it is, double quotes know \\n, \\t, \\" and \\\\. Nothing is '
        "expanded.",
    ),
    "PG310": (
        "input is not given",
        "A parameter of the step's `run` has no default, and no `--in` names a folder for it.",
    ),
    "PG311": (
        "no such input",
        "`--in`, `--collect` or `--chain` names a parameter that the step's `run` does not have.",
    ),
    "PG312": (
        "several folders for one input",
        "A parameter takes one artifact, unless `--collect` says that it takes a list with one item per "
        "folder, or `--chain` that the items of all folders follow each other.",
    ),
    "PG313": (
        "fingerprint key cannot be used",
        "Secrets enter fingerprints through a key: the variable PIPEGEN_FINGERPRINT_KEY (16 characters or "
        "more), or the file .pipegen/fingerprint.key, which is made when it is missing. Without a key it "
        "would be possible to guess a secret from its fingerprint.",
    ),
    "PG314": (
        "no task is running",
        "`pipegen.workdir()` and `self.workdir` name the scratch folder of the task that runs. Outside of "
        "`pipegen exec` there is none: give your code a folder of its own.",
    ),
    "PG315": (
        "output cannot be written",
        "The folder that the task hands on, or its scratch folder beside it, cannot be made: the place is "
        "read-only, full, or a file is in the way.",
    ),
    "PG316": (
        "input that the task cannot do without",
        "The task runs although one before it failed, so that an artifact may be absent. Its parameter then gets its "
        "default, or None where the type allows that; this one has neither.",
    ),
    "PG317": (
        "reference that leads nowhere",
        "A RuntimeContext gives back what was put into it, until it is closed. The reference came from another "
        "context, from one that is closed, or is no reference.",
    ),
    "PG507": (
        "value that a parameter does not allow",
        "The parameter of the pipeline has choices, and its environment variable is set to none of them. Where the "
        "target has no such choice of its own, `exec` is told by `--choices` and refuses to start the step.",
    ),
}
