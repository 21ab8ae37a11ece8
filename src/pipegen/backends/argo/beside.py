"""What objects beside a workflow must fit to: how its pods are told from others, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pipegen.backends.argo.config import ArgoConfig
from pipegen.backends.argo.document import kind_of, labels_of, object_name, selector_of
from pipegen.backends.kubernetes.companions import Pods
from pipegen.backends.kubernetes.labels import belonging
from pipegen.backends.kubernetes.pod import Data
from pipegen.ir import Pipeline

# What Argo's own container in each pod needs to say how the task went, and nothing else.
_RIGHTS: Data = {
    "apiGroups": ["argoproj.io"],
    "resources": ["workflowtaskresults"],
    "verbs": ["create", "patch"],
}


def pods_of(pipeline: Pipeline, config: ArgoConfig) -> Pods:
    """The pods of one pipeline as its companions see them."""
    return Pods(
        name=object_name(pipeline, config),
        namespace=config.namespace,
        account=config.service_account,
        labels={**belonging(pipeline, "argo"), **cast(Mapping[str, str], labels_of(pipeline, config))},
        selector=cast(Mapping[str, str], selector_of(pipeline, config)),
        rules=(_RIGHTS,),
        bound=config.executor_account,
        generated=config.generate_name and kind_of(pipeline, config) == "Workflow",
        tokens=config.executor_account is None,
    )
