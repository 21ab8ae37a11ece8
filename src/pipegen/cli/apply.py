"""`pipegen apply`: bring a pipeline's objects into a cluster, by server-side apply."""

from __future__ import annotations

import sys
from typing import Annotated

from pipegen.app.applying import Intent, intend
from pipegen.app.cluster_objects import Source
from pipegen.app.configuring import GivenValues
from pipegen.cli import in_cluster, options, output
from pipegen.cli.boundary import NO, WRONG
from pipegen.cli.words import option
from pipegen.errors import Diagnostic, PipegenError


def apply(
    what: in_cluster.What = None,
    backend: in_cluster.Backend = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    kubeconfig: in_cluster.Kubeconfig = None,
    context: in_cluster.ContextName = None,
    namespace: in_cluster.Namespace = None,
    dry_run: Annotated[
        bool, option("--dry-run", help="Change nothing; the cluster says what it would do.")
    ] = False,
    diff: Annotated[bool, option("--diff", help="Change nothing; show what would change.")] = False,
    prune: Annotated[
        bool, option("--prune", help="Delete objects of the same pipeline that are no longer generated.")
    ] = False,
    force_conflicts: Annotated[
        bool, option("--force-conflicts", help="Overwrite fields that somebody else has set.")
    ] = False,
    yes: Annotated[bool, option("--yes", "-y", help="Delete without asking.")] = False,
    timeout: in_cluster.Timeout = "30s",
    as_json: options.AsJson = False,
) -> None:
    """Bring a pipeline's objects into a Kubernetes cluster, compiled or from manifests.

    The cluster tries all of them first; when it refuses one, nothing is changed.
    """
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    source = Source(tuple(what or ()), tuple(backend or ()), given)
    with in_cluster.places_of(source):
        access = in_cluster.access(kubeconfig, context, namespace, timeout)
        intent = intend(source, access, force=force_conflicts, prune=prune)
        if intent.refused:
            _refused(intent, as_json)
        only_asked = dry_run or diff
        if not only_asked and not yes:
            _agreed(intent)
        outcomes = intent.outcomes() if only_asked else []
        if not as_json:
            output.warnings(intent.warnings, intent.root)
        if diff and not as_json:
            in_cluster.changes(outcomes)
        for one in outcomes if only_asked else intent.carry_out():
            intent.done.append(one)
            if not as_json:
                in_cluster.told([one], " (dry run)" if only_asked else "")
    if as_json:
        in_cluster.data(intent.done, intent.warnings, ok=True, diff=diff, dry_run=only_asked)


def _refused(intent: Intent, as_json: bool) -> None:
    found = (*intent.warnings, *intent.refused)
    if as_json:
        in_cluster.data([], found, ok=False, diff=False, dry_run=True)
    else:
        output.warnings(found, intent.root)
        output.talk("nothing was changed")
    raise SystemExit(NO if intent.is_no else WRONG)


def _agreed(intent: Intent) -> None:
    """Ask before anything is deleted."""
    if not intent.deletions:
        return
    names = ", ".join(one.shown for one in intent.deletions)
    if not sys.stdin.isatty():
        message = f"--prune would delete {names}, and nobody can be asked"
        raise PipegenError(Diagnostic("PG620", message, None, "look with --dry-run, then agree with --yes"))
    output.talk(f"no longer generated, to be deleted: {names}")
    print("delete them? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        output.talk("nothing was changed")
        raise SystemExit(NO)


command = apply
