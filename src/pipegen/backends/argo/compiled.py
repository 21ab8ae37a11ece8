"""A pipeline compiled to Argo's objects, as data."""

from __future__ import annotations

from dataclasses import dataclass

from pipegen.backends.argo.artifacts import Artifacts
from pipegen.backends.argo.config import ArgoConfig
from pipegen.backends.argo.document import kind_of, object_name, part_object, workflow_object, workflow_spec
from pipegen.backends.argo.environment import Environment
from pipegen.backends.argo.layout import Layout, lay_out, several, size_of
from pipegen.backends.argo.parameters import Parameters
from pipegen.backends.argo.pods import base_of
from pipegen.backends.argo.problems import problems
from pipegen.backends.argo.templates import Templates
from pipegen.backends.kubernetes.merging import pod_configs
from pipegen.backends.kubernetes.patching import PatchError
from pipegen.backends.kubernetes.pod import Data
from pipegen.backends.kubernetes.secrets import with_secrets
from pipegen.errors import Diagnostic, PipegenError, refuse
from pipegen.ir import Pipeline
from pipegen.names import legal_names

LARGEST = 1_400_000  # bytes of one object; etcd takes about 1.5 MB with what the cluster adds


@dataclass(frozen=True, slots=True)
class Compiled:
    """The objects, what was decided about the graph, and how large each object is."""

    documents: tuple[Data, ...]
    layout: Layout
    sizes: tuple[int, ...]


def compiled(pipeline: Pipeline, config: ArgoConfig) -> Compiled:
    """PipegenError lists everything that cannot be had."""
    base = base_of(config)
    pods = with_secrets(pipeline, config, pod_configs(config, pipeline, base))
    parameters = Parameters(pipeline)
    refuse(problems(pipeline, config, pods, parameters))
    names = legal_names([task.name for task in pipeline.every_task], limit=63)
    artifacts = Artifacts(config.artifacts, pipeline)
    environment = Environment(pipeline, parameters)
    try:
        templates = Templates(pipeline, config, pods, base, names, artifacts, environment)
        layout = lay_out(pipeline, config, templates)
        spec = workflow_spec(pipeline, config, base, templates, parameters, layout)
        documents = [workflow_object(pipeline, config, spec)]
        if size_of(documents[0]) > LARGEST and layout.parts:
            layout, parts = several(
                layout,
                object_name(pipeline, config),
                kind_of(pipeline, config) == "ClusterWorkflowTemplate",
                templates,
                pipeline,
            )
            spec = workflow_spec(pipeline, config, base, templates, parameters, layout)
            documents = [part_object(pipeline, config, name, held, spec) for name, held in parts]
            documents.append(workflow_object(pipeline, config, spec))
    except PatchError as problem:
        raise PipegenError(Diagnostic("PG539", f"a patch under 'argo' {problem}", pipeline.origin)) from None
    sizes = tuple(map(size_of, documents))
    refuse(_too_large(pipeline, max(sizes)))
    return Compiled(tuple(documents), layout, sizes)


def _too_large(pipeline: Pipeline, size: int) -> list[Diagnostic]:
    if size <= LARGEST:
        return []
    message = f"an object of pipeline '{pipeline.name}' is {size:,} bytes; a cluster takes about 1,500,000"
    return [
        Diagnostic("PG537", message, pipeline.origin, "set argo.layout to 'auto', or cut the pipeline in two")
    ]
