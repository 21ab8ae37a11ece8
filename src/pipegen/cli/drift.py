"""`pipegen drift`: how the objects in a cluster differ from what is generated."""

from __future__ import annotations

from pipegen.app.applying import Drift
from pipegen.app.applying import drift as drift_of
from pipegen.app.cluster_objects import Source
from pipegen.app.configuring import GivenValues
from pipegen.cli import in_cluster, options, output
from pipegen.cli.boundary import NO, WRONG


def drift(
    what: in_cluster.What = None,
    backend: in_cluster.Backend = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
    kubeconfig: in_cluster.Kubeconfig = None,
    context: in_cluster.ContextName = None,
    namespace: in_cluster.Namespace = None,
    timeout: in_cluster.Timeout = "30s",
    as_json: options.AsJson = False,
) -> None:
    """Say how the objects in a cluster differ from what is generated: nothing is changed, and 1 means that they do.

    What the cluster adds, and fields that pipegen has never set, are no difference.
    """
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    source = Source(tuple(what or ()), tuple(backend or ()), given)
    with in_cluster.places_of(source):
        found = drift_of(source, in_cluster.access(kubeconfig, context, namespace, timeout))
    if as_json:
        ok = not (found.differs or found.refused)
        in_cluster.data(found.outcomes, (*found.warnings, *found.refused), ok=ok, diff=True)
    else:
        _show(found)
    if found.refused and not found.is_no:
        raise SystemExit(WRONG)
    if found.differs or found.refused:
        raise SystemExit(NO)


def _show(found: Drift) -> None:
    output.warnings((*found.warnings, *found.refused), found.root)
    in_cluster.changes(found.outcomes)
    in_cluster.told([one for one in found.outcomes if one.state != "unchanged"])
    if not (found.differs or found.refused):
        output.talk(f"{output.count(len(found.outcomes), 'object')} as generated")


command = drift
