"""What can be wrong between pipegen and a cluster: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG600": (
        "kubernetes client is missing",
        "`pipegen apply` and `pipegen drift` speak to the cluster by way of the kubernetes package, which is an "
        "extra: `pip install 'pipegen-compiler[kubernetes]'`. No other command needs it.",
    ),
    "PG601": (
        "no cluster is configured",
        "The cluster is looked for as kubectl does it: the file given with `--kubeconfig`, those in `KUBECONFIG`, "
        "`~/.kube/config`, and inside of a pod the cluster that the pod runs in.",
    ),
    "PG602": (
        "kubeconfig that cannot be used",
        "The file is not there, is not the YAML that kubectl reads, or names a certificate or a login program that "
        "cannot be used. `kubectl config view` shows what kubectl makes of it.",
    ),
    "PG603": (
        "unknown context",
        "The kubeconfig has no context of that name, or names none as its current one. "
        "`kubectl config get-contexts` lists them.",
    ),
    "PG604": (
        "cluster does not answer",
        "Nothing answered at the address that the kubeconfig gives, or not in time, or what answered is not a "
        "Kubernetes API server. Check the context, the VPN and the proxy; `--timeout` waits longer.",
    ),
    "PG605": (
        "not logged in",
        "The cluster does not know who is asking: the token or certificate in the kubeconfig has expired, or is "
        "meant for another cluster. Log in again as you do for kubectl.",
    ),
    "PG606": (
        "not allowed",
        "The cluster forbids this to the account that the kubeconfig names. To apply, it needs get, list, create "
        "and patch on the kinds of the objects, and delete for `--prune`; nothing was changed.",
    ),
    "PG607": (
        "kind that the cluster does not know",
        "The API server serves no such kind. For Argo's kinds this means that Argo Workflows is not installed in "
        "this cluster, or that another cluster is meant.",
    ),
    "PG608": (
        "namespace that is not there",
        "Objects live in a namespace, and pipegen does not make one: who may make namespaces, and with which "
        "quotas and Pod Security labels, is for the cluster's owners to say.",
    ),
    "PG609": (
        "object of another namespace",
        "The object names a namespace and `--namespace` names another. Objects refer to each other by namespace, so "
        "none is moved: set `namespace` in the values, or leave the option out.",
    ),
    "PG610": (
        "object that the cluster refuses",
        "The API server checked the object and named fields that it does not take. Where the object was compiled, "
        "the line of code or values behind the field is shown. Nothing was changed.",
    ),
    "PG611": (
        "field that belongs to somebody else",
        "Another tool or person has set this field in the cluster to another value since, or before. Find out why; "
        "then take the change over into code or values, or overwrite it with `--force-conflicts`.",
    ),
    "PG612": (
        "field that cannot be changed",
        "Kubernetes forbids to change this field of an object that exists: a Job's pods, the role of a RoleBinding, "
        "the class of a claim. Delete the object and apply again, or give it another name.",
    ),
    "PG613": (
        "refusal by the cluster",
        "The cluster refused for a reason of its own, such as an admission webhook, a quota, or too much to do; its "
        "own words are shown.",
    ),
    "PG614": (
        "backend that is not for a cluster",
        "Only backends whose files are Kubernetes objects can be applied. A backend of your own joins them with a "
        "method `objects(pipeline, config, context)`.",
    ),
    "PG615": (
        "file without Kubernetes objects",
        "Each document of a manifest is YAML with `apiVersion`, `kind` and a name in `metadata`.",
    ),
    "PG616": (
        "nothing to apply",
        "No manifests were found. Of a folder, the .yaml and .yml files in it that hold Kubernetes objects are "
        "taken, but not those of folders below.",
    ),
    "PG617": (
        "folder for another tool",
        "The folder is made for kustomize or Helm, which put its files together. Let that tool write the objects, "
        "and hand them on: `kubectl kustomize FOLDER | pipegen apply -`.",
    ),
    "PG618": (
        "the same object twice",
        "Two documents are about one object, so that the second would overwrite the first. Apply one of them.",
    ),
    "PG619": (
        "no label to prune by",
        "`--prune` deletes by the labels `pipegen/pipeline`, `pipegen/backend` and `app.kubernetes.io/managed-by`, "
        "and none of the objects has them all, so it cannot be known what belongs to the pipeline.",
    ),
    "PG620": (
        "deleting was not agreed to",
        "`--prune` shows what it would delete and asks. Where nobody can answer, as in a CI job, `--yes` agrees "
        "beforehand.",
    ),
    "PG621": (
        "warning of the cluster",
        "The API server took the object and warns about it: a deprecated field, or pods that the namespace's "
        "security standard will not let in.",
    ),
    "PG622": (
        "kind that may not be listed",
        "The account may not list objects of this kind, so it is not known whether one of them is no longer "
        "generated.",
    ),
}
