"""What a person fills in to give a pipeline its variables: a .env file, or a Secret and a ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipegen.app.variables import listing
from pipegen.backends.kubernetes.secrets import secret_name
from pipegen.emit.yaml import Yaml, dump
from pipegen.ir import Pipeline
from pipegen.runtime.environment import Variable


def env_file(variables: Sequence[Variable]) -> str:
    """Each variable under a comment that says what it is; one that need not be set is a comment itself."""
    return "".join(f"{line}\n" for one in variables for line in _env_lines(one))


def _env_lines(one: Variable) -> Iterator[str]:
    about = ", ".join(filter(None, (one.type, "secret" if one.secret else "", one.description)))
    yield f"# {' '.join(about.split())}"
    value = "" if one.secret else quoted(text_of(one.default))
    yield f"{one.name}={value}" if one.required else f"# {one.name}={value}"


def quoted(text: str) -> str:
    """A text as the value of a line in a .env file."""
    if all(char.isalnum() or char in "_-./:,@%+" for char in text):
        return text
    escapes = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return f'"{"".join(escapes.get(char, char) for char in text)}"'


def of_cluster(pipelines: Sequence[Pipeline]) -> str:
    """A ConfigMap and a Secret for each pipeline, the latter under the name that its manifests read it by."""
    found = (kubernetes(listing([one]), secret_name(one)) for one in pipelines)
    return "---\n".join(filter(None, found))


def kubernetes(variables: Sequence[Variable], name: str) -> str:
    """A ConfigMap with each default, a Secret with an empty place for each secret that is needed."""
    plain = [one for one in variables if not one.secret]
    secret = [one for one in variables if one.secret]
    documents = []
    if plain:
        documents.append(_document("ConfigMap", name, "data", plain))
    if secret:
        documents.append(_document("Secret", name, "stringData", secret))
    return "---\n".join(documents)


def _document(kind: str, name: str, key: str, variables: Sequence[Variable]) -> str:
    """What has neither a default nor to be set is named in a comment: an empty text would not be nothing."""
    given = {one.name: text_of(one.default) for one in variables if one.required or one.default is not None}
    free = [f"{one.name} ({one.type})" for one in variables if one.name not in given]
    comment = f"# May be added: {', '.join(' '.join(each.split()) for each in free)}\n" if free else ""
    data: Mapping[str, Yaml] = given
    return comment + dump({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, key: data})


def text_of(default: object) -> str:
    """A default as the text of a variable."""
    from pipegen.emit.json import compact

    if default is None:
        return ""
    return default if isinstance(default, str) else compact(default).strip()  # type: ignore[arg-type]
