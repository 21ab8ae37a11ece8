"""Images, each made once and kept until what is in it changes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from containers import base_image, wheels
from containers.engine import KEPT, PREFIX, Engine

WHEELS = "/usr/local/share/wheels"
# An image of a company's own, from which nothing reaches out: pip and uv install from a folder.
_OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS, "UV_OFFLINE": "1", "UV_FIND_LINKS": WHEELS,
            "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}  # fmt: skip  # noqa: E501
_PACKAGES = f"FROM {{base}}\nCOPY --from=others *.whl {WHEELS}/\nCOPY --from=own *.whl {WHEELS}/\n"
_PROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = ["pipegen-compiler"]\n'


def of_packages(engine: Engine) -> str:
    """Python and wheels: what every other image builds on, in place of `python:3.x-slim`."""
    with engine.alone():
        others, own = wheels.others(KEPT), wheels.pipegen(KEPT)
        base = _base(engine, others)
        image = f"{PREFIX}/packages:{_short(base, others.name, own.parent.name)}"
        if not engine.has(image):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "Dockerfile").write_text(_PACKAGES.format(base=base), encoding="utf-8")
                contexts = [f"--build-context=others={others}", f"--build-context=own={own.parent}"]
                engine.build(Path(folder), image, *contexts)
            engine.podman("image", "prune", "--all", "--force", "--filter", "until=6h")
    return image


def _base(engine: Engine, others: Path) -> str:
    image = f"{PREFIX}/python:{_short(base_image.fingerprint(), *_OFFLINE.values())}"
    if not engine.has(image):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "root.tar"
            base_image.write(root, next(others.glob("pip-*.whl")))
            engine.podman("import", "--quiet", *base_image.changes(**_OFFLINE), root, image)
    return image


def of_project(engine: Engine, folder: Path, name: str = "app") -> str:
    """The image of a user's project by its Dockerfile, which `pipegen init` writes when there is none."""
    packages = of_packages(engine)
    if not (folder / "Dockerfile").exists():
        words = [sys.executable, "-m", "pipegen", "init", "--dockerfile"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with engine.alone():
        image = f"{PREFIX}/{name}:{_short(packages, *_contents(folder))}"
        return image if engine.has(image) else engine.build(folder, image, PYTHON=packages)


def of_pipegen(engine: Engine) -> str:
    """pipegen and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
        return of_project(engine, Path(folder), "pipegen")


def _contents(folder: Path) -> list[str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files
        if not {".git", ".dvc", "__pycache__"} & set(path.relative_to(folder).parts)
    ]


def _short(*made_of: str) -> str:
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]
