#!/usr/bin/env bash
# Compile the example pipeline, run it through real DVC, and show what comes out.
# Usage: demo.sh FOLDER_WITH_PIPEGEN_AND_DVC [EXAMPLE]
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(cd "$1" && pwd)
example=${2:-examples/reviews}
demo=$PWD/build/demo
export PATH="$bin:$PATH" DVC_NO_ANALYTICS=1
export GIT_AUTHOR_NAME=demo GIT_AUTHOR_EMAIL=demo@example.org
export GIT_COMMITTER_NAME=demo GIT_COMMITTER_EMAIL=demo@example.org

heading() { printf '\n== %s\n' "$1"; }

# Show a command as it would be typed, then run it.
run() {
    printf '$ %s\n' "$*"
    "$@" 2>&1
}

rm -rf "$demo"
mkdir -p "$demo"
cp -R "$example/." "$demo"
cd "$demo"
rm -rf dvc.yaml dvc.lock artifacts .dvc .pipegen # they come from the commands below
git init --quiet

heading "The pipeline"
run pipegen graph

heading "Compiled with every backend"
backends=$(pipegen backends list --json | python -c 'import json, sys; print(*[one["name"] for one in json.load(sys.stdin) if one["kind"] == "backend"])')
for backend in $backends; do
    run pipegen generate --backend "$backend"
done

heading "Run on this machine"
run pipegen run
run pipegen run --quiet
run pipegen runs list

heading "Run by DVC"
run dvc init --quiet
run dvc repro
git add --all
git commit --quiet --message "The pipeline and what it was compiled to"

heading "Run again: nothing has changed, so no task runs"
run dvc repro

heading "What the tasks handed on"
find . -name artifact.json -not -path './.dvc/*' | sort | while read -r manifest; do
    folder=$(dirname "${manifest#./}")
    run cat "$folder/artifact.json"
    find "$folder" -type f -not -name artifact.json | sort | while read -r payload; do
        if grep -Iq . "$payload"; then
            run head -n 3 "$payload"
            echo
        fi
    done
done

heading "The graph as pictures"
run pipegen graph --out graph.svg
run pipegen graph --out graph.html

heading "Are the committed files up to date?"
for backend in $backends; do
    run pipegen generate --backend "$backend" --check
done

heading "And after a change of values.yaml?"
run sed -i.before s/10s/60s/ values.yaml
for backend in $backends; do
    code=0
    run pipegen generate --backend "$backend" --check || code=$?
    echo "exit code $code"
    if [ "$code" -ne 1 ]; then
        echo "a change of values.yaml should have made the files stale" >&2
        exit 1
    fi
done
mv values.yaml.before values.yaml

heading "Look around"
echo "$demo"
echo "$demo/graph.html"
