#!/bin/sh
# Install into a virtual environment by uv, which is many times faster than pip; by pip where there is no uv.
# Usage: install.sh VENV REQUIREMENT...
set -eu
venv=$1
shift

if uv --version >/dev/null 2>&1; then
    uv pip install --quiet --python "$venv/bin/python" "$@"
elif "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@"
else
    echo "uv cannot be had; installing with pip, which takes longer"
    "$venv/bin/python" -m pip install --quiet --upgrade 'pip>=25.1' # the first with --group
    "$venv/bin/python" -m pip install --quiet "$@"
fi
