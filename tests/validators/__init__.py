"""What a cluster would say to documents, without a cluster: `validate.check(documents)`.

Each finding names the validator that it comes from:

- `read`: the text is no YAML, or no document.
- `crd`: the full definitions of Argo Workflows 4.1.2, checked by the code of the API server: structure, unknown
  fields, limits, rules. The definitions are Argo's own files (Apache-2.0), packed; `go/crds/SHA256SUMS` has the
  sums of what is inside. ClusterWorkflowTemplate is checked by the definition of WorkflowTemplate, whose spec it
  shares.
- `crd-inline`: the same definitions for `inline` templates, which no server looks into, but Argo does.
- `kubernetes`: Kubernetes 1.36's own strict decoding, defaulting and validation of built-in kinds, and of the
  pods that Argo's controller would make.
- `security`: the pod security standard `restricted`, by Kubernetes' own code, for each of these pods.
- `argo`: that names lead somewhere, inputs are given and variables resolve. These rules are our own. Argo's
  validator (`github.com/argoproj/argo-workflows/v4/workflow/validate`) is not in the program: the Go modules of
  Argo Workflows 3 and 4 could not be had when it was written ("403 Forbidden: This module version is not
  available").

`models.py` adds Hera's models of Argo and the published schemas of Kubernetes. The program itself is in `go/`; it
is built when a test first asks for it, which takes two to three minutes, and kept in `build/validators/`.
"""
