"""What can be wrong with artifacts and codecs: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG321": (
        "no codec for a type",
        "A step returns or takes a type that no codec can turn into files and back. Use a type from the "
        "table in the reference, such as a pydantic model, a data frame, bytes or a Path. A package can add "
        "a codec for a further type under the entry-point group `pipegen.codecs`.",
    ),
    "PG322": (
        "returned value is not of the declared type",
        "A step returned something else than the return type on its `run` says. What is handed on is decided "
        "by that type, so nothing was written. Return what is declared, or declare what is returned.",
    ),
    "PG323": (
        "value cannot be stored",
        "The value has the declared type, but holds something that the file format cannot express, such as "
        "bytes that are no UTF-8 inside JSON or a column of mixed types inside Parquet. Nothing was written.",
    ),
    "PG324": (
        "secret in an artifact",
        "An artifact is a plain file that others read, so a secret must not be part of one. Read the secret "
        "from the settings of each step that needs it, or mark the field with `Field(exclude=True)`.",
    ),
    "PG325": (
        "no room left",
        "The disk, its quota or the allowed file size was used up while an artifact was written. What was "
        "there before is untouched and nothing half-written is left. Free some space, or give the task more "
        "ephemeral storage or a larger volume.",
    ),
    "PG326": (
        "artifact cannot be written",
        "The operating system refused to create, move or fill the folder of an artifact. The message has its "
        "reason. What was there before is untouched.",
    ),
    "PG327": (
        "folder holds files of others",
        "An artifact replaces the folder it is written to, and the folder holds something that pipegen did "
        "not write. It was left alone. Name another folder, or move those files away.",
    ),
    "PG328": (
        "artifact is missing",
        "The folder that an input is read from does not exist or has no artifact.json. The task that writes "
        "it has not run, has failed, or writes elsewhere.",
    ),
    "PG329": (
        "artifact.json cannot be understood",
        "The manifest of an artifact is not JSON, or lacks or mistypes one of its fields. It was edited, "
        "truncated, or written by something else. Run the producing task again.",
    ),
    "PG330": (
        "artifact has another format",
        "The artifact was written in a format that this pipegen does not know, most likely by a newer "
        "release. Use the same release of pipegen in all images of a pipeline.",
    ),
    "PG331": (
        "unknown codec",
        "The artifact was written by a codec that is not installed where it is read. Install the package "
        "that brings the codec in the image of the reading step as well.",
    ),
    "PG332": (
        "unsafe path in artifact.json",
        "The manifest names a file outside its own folder: an absolute path, or one with '..' in it. pipegen "
        "never writes such a path, so the manifest is not to be trusted and nothing was read.",
    ),
    "PG333": (
        "file of an artifact is missing",
        "The manifest lists a file or folder that is not there. It was deleted or not copied along. Run the "
        "producing task again, or fetch the artifact anew.",
    ),
    "PG334": (
        "artifact is damaged",
        "The payload is not what its producer wrote: a size, a SHA-256 or a kind of file differs from the "
        "manifest, or a folder holds files that were not handed on. A step must not change its inputs in "
        "place. Run the producing task again.",
    ),
    "PG335": (
        "artifact is of another kind",
        "The kind of value that was handed on cannot be read as the type of the parameter, for example a "
        "data frame as text. Change the type that the producer returns or the one that the consumer takes.",
    ),
    "PG336": (
        "content does not fit the parameter",
        "The artifact was read, but what is in it breaks the parameter's type: a field is missing, or has a "
        "wrong type or value. The message names the place. Most often producer and consumer were built from "
        "different versions of the model.",
    ),
    "PG337": (
        "returned path does not exist",
        "A step declared to return a Path returned one at which there is no file or folder. Relative paths "
        "count from the working directory of the task.",
    ),
    "PG338": (
        "file cannot be handed on",
        "A returned file or folder holds something that cannot be carried to another machine: a socket or "
        "pipe, a symbolic link that leads out of the folder or nowhere, or a name that is not UTF-8. Remove it, "
        "or return a folder without it.",
    ),
    "PG339": (
        "codec cannot be loaded",
        "An installed package declares a codec, but importing it failed or what it names is no codec. "
        "Reinstall or remove the package that the message names.",
    ),
    "PG340": (
        "library for a codec is missing",
        "Reading or writing this artifact takes a library that is not installed. Install the extra that the "
        "hint names in the image of the step.",
    ),
    "PG341": (
        "two codecs under one name",
        "Two installed packages offer a codec under the same name, so which of them wrote an artifact cannot "
        "be told. Remove one of the packages.",
    ),
    "PG342": (
        "artifact cannot be read",
        "The operating system refused to read a file of an artifact. The message has its reason.",
    ),
}
