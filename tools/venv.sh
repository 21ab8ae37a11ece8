#!/bin/sh
# Make a virtual environment with the newest Python that pipegen runs on.
# Usage: venv.sh FOLDER; $PYTHON chooses another interpreter.
set -eu
venv=$1

version_of() { # prints "3.12" when the command is a Python from 3.11 up
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(1); print(f"{v[0]}.{v[1]}")' 2>/dev/null
}

newest_python() {
    for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
        if version_of "$name" >/dev/null; then
            echo "$name"
            return
        fi
    done
}

python=${PYTHON:-$(newest_python)}
if [ -z "$python" ]; then
    echo "pipegen needs Python 3.11 or newer, and none was found as python3, python3.11 ... python3.14." >&2
    echo "The python3 on PATH is: $(python3 --version 2>&1 || true)" >&2
    echo "Install one, or name it: make test PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if ! version=$(version_of "$python"); then
    echo "PYTHON=$python is not a Python 3.11 or newer." >&2
    exit 1
fi

if [ -n "$(ls -A "$venv" 2>/dev/null)" ]; then
    echo "$venv is there already and is no virtual environment; remove it first." >&2
    exit 1
fi

echo "making $venv with Python $version"
if uv --version >/dev/null 2>&1; then
    uv venv --quiet --python "$(command -v "$python")" "$venv"
elif ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    echo "$python cannot make a virtual environment: it comes without venv or ensurepip." >&2
    echo "On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
