"""Images: pulled, built once for their content, and what is said when they cannot be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from container_calls import STEPS, Workshop, artifact, run
from containers.engine import Engine

from pipegen.engine.runners.contract import traits_of
from pipegen.errors import PipegenError

pytestmark = pytest.mark.engine

DOCKERFILE = """\
ARG BASE
FROM ${BASE}
ARG WITH=nothing
ENV BUILT_WITH=${WITH}
WORKDIR /app
COPY . .
"""


@pytest.fixture
def workshop(
    container_engine: Engine, pipegen_image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    for name, value in container_engine.environment.items():
        monkeypatch.setenv(name, value)
    for name, text in {
        "pyproject.toml": '[project]\nname = "acme"\n',
        "steps.py": STEPS,
        "Dockerfile": f"{DOCKERFILE}LABEL test={tmp_path.name}\n",
        ".dockerignore": "*.md\n.work\n",
        "notes.md": "one",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    yield Workshop(tmp_path, container_engine, pipegen_image)
    made = container_engine.podman("images", "--quiet", "--filter", f"label=test={tmp_path.name}").out.split()
    if made:
        container_engine.podman("rmi", "--force", *dict.fromkeys(made), check=False)


def test_an_image_is_built_once_for_its_content(
    workshop: Workshop, capfd: pytest.CaptureFixture[str]
) -> None:
    def place(**more: str) -> str:
        args = {"BASE": workshop.image, **more}
        session = workshop.open(dockerfile="Dockerfile", build_args=args, engine="podman")
        return traits_of(session).place

    def built() -> int:
        return capfd.readouterr().err.count("building the image pipegen-")

    with ThreadPoolExecutor(3) as threads:  # several runs at once wait for the one that builds
        first, *others = threads.map(lambda _: place(), range(3))
    assert {first} == set(others)
    assert built() == 1

    (workshop.root / "notes.md").write_text("two", encoding="utf-8")  # which is ignored
    (workshop.root / "__pycache__").mkdir()
    (workshop.root / "__pycache__" / "steps.pyc").touch()
    assert place() == first
    assert built() == 0

    (workshop.root / "steps.py").write_text(f"{STEPS}\n# changed\n", encoding="utf-8")
    assert place() != first
    assert built() == 1

    session = workshop.open(dockerfile="Dockerfile", build_args={"BASE": workshop.image, "WITH": "two words"})
    call = workshop.call()
    ended = run(session.command(call))
    assert ended.code == 0, ended.log
    assert artifact(call)["BUILT_WITH"] == "two words"
    assert artifact(call)["cwd"] == "/app", "the code is the image's own"
    assert built() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FORM scratch\n", "no FROM"),
        ("FROM localhost/pipegen-tests/nothing:0\n", "nothing"),
        (f"{DOCKERFILE}COPY nowhere .\n", "nowhere"),
        (f"{DOCKERFILE}RUN exit 3\n", "3"),
    ],
)
def test_a_build_that_fails_says_why_and_how_to_see_more(workshop: Workshop, text: str, said: str) -> None:
    (workshop.root / "Dockerfile").write_text(text, encoding="utf-8")
    with pytest.raises(PipegenError) as error:
        workshop.open(dockerfile="Dockerfile", build_args={"BASE": workshop.image})
    (one,) = error.value.diagnostics
    assert one.code == "PG732"
    assert one.message.startswith("the image cannot be built from 'Dockerfile': ")
    assert said.lower() in one.message.lower()
    assert one.hint == "see all that is said: podman build --file Dockerfile ."


def test_an_image_that_is_not_here_is_not_pulled_when_it_must_not_be(workshop: Workshop) -> None:
    with pytest.raises(PipegenError, match=r"PG731.*'localhost/nothing:1' is not on this machine"):
        workshop.open(image="localhost/nothing:1", pull="never")


@pytest.mark.parametrize("pull", ["missing", "always"])
def test_an_image_that_cannot_be_pulled_is_told_with_the_reason(workshop: Workshop, pull: str) -> None:
    with pytest.raises(PipegenError, match=r"PG731.*cannot be pulled: .+"):
        workshop.open(image="localhost:9/acme/nothing:1", pull=pull)


def test_a_pipe_in_the_context_is_nothing_to_wait_for(workshop: Workshop) -> None:
    os.mkfifo(workshop.root / "pipe")
    with pytest.raises(PipegenError, match="PG732"):
        workshop.open(dockerfile="Dockerfile", build_args={"BASE": "localhost/nothing:1"})
