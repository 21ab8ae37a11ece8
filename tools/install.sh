#!/bin/sh
# Install into a virtual environment by uv, which is many times faster than pip; by pip where there is no uv.
# Usage: install.sh VENV REQUIREMENT...
set -eu
venv=$1
shift

works() { # an old uv does not know dependency groups
    "$1" pip install --help 2>/dev/null | grep -q -e --group
}

if ! works uv && ! works "$venv/bin/uv"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv 2>/dev/null || true
fi

if works uv; then
    uv pip install --quiet --python "$venv/bin/python" "$@"
elif works "$venv/bin/uv"; then
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@"
else
    echo "uv cannot be had; installing with pip, which takes longer"
    "$venv/bin/python" -m pip install --quiet --upgrade 'pip>=25.1' # the first with --group
    "$venv/bin/python" -m pip install --quiet "$@"
fi
