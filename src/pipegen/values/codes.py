"""Every code that a wrong values file can give: a short title, then why it is refused and what to do."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG201": (
        "values file cannot be read",
        "A file named with '-f' does not exist, is a folder, or may not be read. Nothing is generated from "
        "a part of the values, because the rest might have changed the result. Check the path, which is "
        "taken from the folder the command runs in, and the file's permissions.",
    ),
    "PG202": (
        "values file is not UTF-8",
        "Values files are UTF-8 text; another encoding would turn letters into other letters without a "
        "word. Save the file as UTF-8 in your editor, or convert it with 'iconv -t utf-8'.",
    ),
    "PG203": (
        "values file is not valid YAML",
        "The text does not follow YAML's rules, so its meaning is not certain. The place that is named is "
        "where reading stopped; the cause is there or just above. Most often it is a tab, an indentation "
        "that does not fit, a missing space after ':', or a quote or bracket that is never closed.",
    ),
    "PG204": (
        "several documents in one file",
        "The file holds more than one YAML document, parted by '---', and only one could be used. Merge "
        "them into one, or make them several files and name each with '-f'; they are merged in order.",
    ),
    "PG205": (
        "key given twice",
        "The same key stands twice in one mapping. YAML readers keep the last one silently, so one of the "
        "two values would have no effect. Remove one of them.",
    ),
    "PG206": (
        "values file unfolds too far",
        "Aliases ('*name') copy what they point to. This file's aliases copy more than 100,000 values, "
        "contain themselves, or are nested more than 100 levels deep, which would exhaust the machine. "
        "Write the values out, or use fewer aliases.",
    ),
    "PG207": (
        "YAML tag refused",
        "A tag such as '!!python/object' asks the reader to make something other than text, numbers, lists "
        "and mappings; that could run code. Only the plain tags (!!str, !!int, !!float, !!bool, !!null, "
        "!!seq, !!map) are read. Remove the tag.",
    ),
    "PG208": (
        "values file is not a mapping",
        "The top level of a values file is a mapping of keys such as 'defaults', 'pipelines' and the name "
        "of a backend; this one is a list or a single value. Put the content under the key it belongs to.",
    ),
    "PG209": (
        "key is not text",
        "A key is a word; here it is a list or a mapping, usually because of a stray '?', '{' or '['. "
        "Quote the key when its text really begins with such a character.",
    ),
    "PG210": (
        "merge key takes a mapping",
        "'<<' merges other mappings into this one, so it takes an alias to a mapping or a list of them. "
        "Point it at a mapping, or quote the key when it is meant as text.",
    ),
    "PG212": (
        "--set cannot be read",
        "'--set' takes KEY=VALUE and '--set-file' KEY=FILE, where KEY names a place in the values with dots "
        "between its parts, as in dvc.artifacts; write a dot that belongs to a part as '\\.'. A value that begins "
        "with a bracket or a quote must be complete, closed YAML; anything else is taken as it stands.",
    ),
    "PG213": (
        "environment variable in values",
        "Values are read at generate time, and what is generated is committed: filling in '${NAME}' from "
        "whoever's environment would make the result differ from machine to machine. Write the value, use "
        "'--set', or ask for it with '--expand-env'. '$${NAME}' stands for the text '${NAME}' itself.",
    ),
    "PG214": (
        "environment variable is not set",
        "With '--expand-env', every '${NAME}' must have a value; an empty text in its place would pass "
        "unnoticed. Set the variable, or give it a default as in '${NAME:-small}'.",
    ),
    "PG215": (
        "--set-file cannot be read",
        "The file that '--set-file' names does not exist, may not be read, or is not UTF-8 text. Check the "
        "path, which is taken from the folder the command runs in.",
    ),
    "PG220": (
        "unknown key",
        "Nothing reads this key, so its value would have no effect. It is usually a slip of the pen or a "
        "key that belongs one level higher or lower. 'pipegen values schema' lists every key there is.",
    ),
    "PG221": (
        "key is missing",
        "A key without a default was not given. Add it at the place that is named.",
    ),
    "PG222": (
        "value of the wrong kind",
        "The key takes another kind of value. Values are taken over where nothing is lost ('\"10\"' for a "
        "whole number, '1.10' for text), and refused where something would be: 1.5 for a whole number, a "
        "leading zero that might mean octal, a number for true or false.",
    ),
    "PG223": (
        "value is not a choice",
        "The key takes one of a few words, and this is none of them. Pick one of those that are listed.",
    ),
    "PG224": (
        "number out of range",
        "The number is smaller or larger than what the key allows. Choose one inside the limits named.",
    ),
    "PG225": (
        "cron expression is wrong",
        "A schedule is a cron expression with five fields: minute, hour, day of month, month, day of week, "
        "as in '0 4 * * *'; or a word such as '@daily'. Schedules that can never fire are refused too.",
    ),
    "PG226": (
        "time zone is unknown",
        "A time zone is a name from the IANA database, such as 'Europe/Berlin' or 'UTC'. Abbreviations and "
        "offsets do not follow daylight saving and are not the same everywhere.",
    ),
    "PG227": (
        "image reference is wrong",
        "A container image is written 'registry/repository:tag' or with '@sha256:' and a digest. The "
        "repository is in lower case. A cluster would only find out when it pulls the image.",
    ),
    "PG228": (
        "quantity is wrong",
        "Amounts of cpu, memory and storage are Kubernetes quantities: a number more than zero, with a "
        "unit such as 'm', 'Mi' or 'Gi' after it: '500m', '2', '4Gi'.",
    ),
    "PG229": (
        "duration is wrong",
        "Durations carry their unit, so that '60' is not taken for minutes by one reader and seconds by "
        "another: '30s', '5m', '1h30m', '2d'.",
    ),
    "PG230": (
        "not a DNS name",
        "The name becomes the name of an object in the cluster: lower-case letters, digits and '-', "
        "neither first nor last a '-', and no longer than the limit that is named.",
    ),
    "PG231": (
        "not the name of an environment variable",
        "Environment variables are named with letters, digits and '_', and do not begin with a digit; "
        "shells cannot set any other.",
    ),
    "PG232": (
        "path must stay inside the project",
        "Paths in values are relative, written with '/', and do not climb out with '..': generated files "
        "have to mean the same on every machine and in every checkout.",
    ),
    "PG233": (
        "text does not have the right form",
        "The key takes text of a certain form, which the message describes. Correct the text.",
    ),
    "PG234": (
        "values do not fit together",
        "Each value is right by itself, but together they contradict one another; the message says how. "
        "Change one of them.",
    ),
    "PG240": (
        "values for an unknown pipeline",
        "There is a section under 'pipelines' for a pipeline that does not exist, so it would have no "
        "effect. Correct the name, or remove the section.",
    ),
    "PG241": (
        "values for an unknown step",
        "Under 'steps', keys are the names of tasks or the slugs of steps; this is neither, so it would "
        "have no effect. Correct the name, or remove the entry. 'pipegen inspect' lists both.",
    ),
    "PG242": (
        "values for an unknown parameter",
        "Values can change the parameters that a pipeline declares, not add new ones, because a parameter "
        "says in code which settings it stands for. Correct the name, or declare it in the pipeline.",
    ),
    "PG243": (
        "default is not one of the choices",
        "With these values, the parameter's default is none of its choices, so a run that leaves it alone "
        "would be refused. Change the default, or add it to the choices.",
    ),
    "PG244": (
        "mode that values cannot give",
        "A mode is for single steps, not for the defaults of all, and `streaming` is for steps with an Iterator. "
        "`row` changes what a step takes and returns: the types along its edges are checked again, which a "
        "pipeline that comes from a document does not allow. There, say it in the code before it is exported.",
    ),
}
