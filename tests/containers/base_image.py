"""A root file system for images, made of this machine's own Python, libc and a few commands: no registry is asked.

It looks like `python:3.x-slim`: Python and pip in /usr/local, a shell, users by number, a /tmp for everybody.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
COMMANDS = ("sh", "cat", "chmod", "cp", "date", "echo", "env", "false", "find", "grep", "head", "id", "kill", "ln",
            "ls", "mkdir", "mv", "pwd", "rm", "sed", "sleep", "sort", "stat", "tail", "tar", "test", "touch", "tr",
            "true", "uname", "wc")  # fmt: skip
# What wheels for Linux may expect of any machine (PEP 600).
LIBRARIES = ("libgcc_s.so.1", "libstdc++.so.6", "librt.so.1", "libpthread.so.0", "libdl.so.2", "libutil.so.1")
LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3",
            "ensurepip", "__pycache__", "EXTERNALLY-MANAGED"}  # fmt: skip
_TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "usr/local/bin/pip": "#!/usr/local/bin/python\nimport sys\n"
    "from pip._internal.cli.main import main\nsys.exit(main())\n",
}
# Debian's Python installs elsewhere unless it is told not to.
_LAYOUT = {"DEB_PYTHON_INSTALL_LAYOUT": "deb"} if "deb_system" in sysconfig.get_scheme_names() else {}
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin",
    "LANG": "C.UTF-8",
    **_LAYOUT,
}


def write(target: Path, pip: Path) -> None:
    """Write the file system as a tar; `pip` is its wheel."""
    with tarfile.open(target, "w") as archive:
        for name, mode in (("tmp", 0o1777), ("root", 0o700), ("proc", 0o555), ("sys", 0o555), ("dev", 0o755)):
            _folder(archive, name, mode)
        for name in ("bin", "lib", "lib64"):
            _link(archive, name, f"usr/{name}")
        for name, text in _TEXTS.items():
            _put(archive, name, text.encode(), 0o755 if "bin/" in name else 0o644)
        with zipfile.ZipFile(pip) as wheel:
            for entry in wheel.namelist():
                _put(archive, f"usr/local/lib/{PYTHON}/{_packages()}/{entry}", wheel.read(entry))
        for name, source in _files():
            _put(archive, name, source.read_bytes(), source.stat().st_mode & 0o755)
        for name in ("python", "python3"):
            _link(archive, f"usr/local/bin/{name}", PYTHON)


def _packages() -> str:
    return "dist-packages" if _LAYOUT else "site-packages"


def fingerprint() -> str:
    """What the file system is made of, in short."""
    made_of = [sys.version, Path(__file__).read_text(encoding="utf-8")]
    made_of += [f"{name} {source.stat().st_size}" for name, source in _files()]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]


@functools.cache
def _files() -> tuple[tuple[str, Path], ...]:
    """Where each file of this machine goes."""
    found = dict(_standard_library())
    found |= {f"usr/bin/{name}": Path(path).resolve() for name in COMMANDS if (path := shutil.which(name))}
    found[f"usr/local/bin/{PYTHON}"] = Path(sys.executable).resolve()
    linked = [path for name, path in found.items() if "/bin/" in name or path.suffix == ".so"]
    for library in (*_libraries(linked), *_expected()):
        place = str(library).lstrip("/")
        if not place.startswith(("lib/", "lib64/", "usr/lib/")):
            place = f"lib/{library.name}"  # a Python that was built with a library of its own
        found[place if place.startswith("usr/") else f"usr/{place}"] = library.resolve()
    return tuple(sorted(found.items()))


def _standard_library() -> Iterator[tuple[str, Path]]:
    for top in dict.fromkeys((sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))):
        for folder, inner, names in os.walk(top):
            inner[:] = [one for one in inner if one not in LEFT_OUT and not one.startswith("config-3")]
            for name in names:
                path = Path(folder, name)
                if name not in LEFT_OUT and not name.startswith("_tkinter") and path.is_file():
                    yield f"usr/local/lib/{PYTHON}/{path.relative_to(top).as_posix()}", path


def _libraries(programs: Iterable[Path]) -> set[Path]:
    """The shared libraries that programs are linked to, by the paths that the loader looks at."""
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    return {Path(path) for path in re.findall(r"(?:=> |^\t)(/\S+) \(0x", said, re.MULTILINE)}


def _expected() -> set[Path]:
    machine = "x86-64" if platform.machine() == "x86_64" else "AArch64"
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    pairs = re.findall(rf"^\t(\S+) \([^)]*{machine}[^)]*\) => (/\S+)$", known, re.MULTILINE)
    return {Path(path) for name, path in pairs if name in LIBRARIES}


def _entry(name: str, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mode = mode
    return entry


def _folder(archive: tarfile.TarFile, name: str, mode: int) -> None:
    entry = _entry(name, mode)
    entry.type = tarfile.DIRTYPE
    archive.addfile(entry)


def _link(archive: tarfile.TarFile, name: str, target: str) -> None:
    entry = _entry(name, 0o777)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    archive.addfile(entry)


def _put(archive: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = _entry(name, mode)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def changes(**more: str) -> list[str]:
    """What `podman import` is told of the image."""
    variables = [f"ENV {name}={json.dumps(value)}" for name, value in {**ENVIRONMENT, **more}.items()]
    return [word for one in (*variables, 'CMD ["python3"]') for word in ("--change", one)]
