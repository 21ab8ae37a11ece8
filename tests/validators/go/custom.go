package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

const argoVersion = "argoproj.io/v1alpha1"

// etcd takes requests of this size unless it is told otherwise; custom resources are stored as JSON.
const largestObject = 1_572_864

//go:embed crds/*.yaml.gz
var definitions embed.FS

// customKind is what an API server keeps of one custom resource definition.
type customKind struct {
	namespaced bool
	schema     *schema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

var customKinds = map[string]*customKind{}

// definitionOf names the file that defines a kind. Argo's ClusterWorkflowTemplate has the fields of its
// WorkflowTemplate, but no namespace.
func definitionOf(kind string) (file string, namespaced bool) {
	switch kind {
	case "Workflow", "CronWorkflow", "WorkflowTemplate":
		return "crds/argoproj.io_" + strings.ToLower(kind) + "s.yaml.gz", true
	case "ClusterWorkflowTemplate":
		return "crds/argoproj.io_workflowtemplates.yaml.gz", false
	}
	return "", false
}

func customKindOf(kind string) (*customKind, error) {
	if found := customKinds[kind]; found != nil {
		return found, nil
	}
	file, namespaced := definitionOf(kind)
	if file == "" {
		return nil, fmt.Errorf("no kind %q in %s", kind, argoVersion)
	}
	properties, err := readSchema(file)
	if err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(properties)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(properties)
	if err != nil {
		return nil, err
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	customKinds[kind] = &customKind{namespaced, structural, validator, rules}
	return customKinds[kind], nil
}

func readSchema(file string) (*apiextensions.JSONSchemaProps, error) {
	packed, err := definitions.ReadFile(file)
	if err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, err
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(content, &definition); err != nil {
		return nil, err
	}
	var converted apiextensions.CustomResourceValidation
	err = apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(
		definition.Spec.Versions[0].Schema, &converted, nil)
	return converted.OpenAPIV3Schema, err
}

// checkCustom says what an API server with the full definitions of Argo says when a document is created.
func checkCustom(d *document) []string {
	kind, err := customKindOf(d.kind())
	if err != nil {
		return []string{err.Error()}
	}
	messages := kind.check(d.object)
	if size := len(d.json); size > largestObject {
		messages = append(messages, fmt.Sprintf("%d bytes are more than the %d that etcd takes", size, largestObject))
	}
	return messages
}

func (k *customKind) check(object map[string]any) []string {
	created := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(object)}
	unknown, err := k.admit(created)
	if err != nil {
		return []string{err.Error()}
	}
	var messages []string
	slices.Sort(unknown)
	for _, path := range unknown {
		messages = append(messages, fmt.Sprintf("unknown field %q", path))
	}
	for _, problem := range k.validate(created) {
		messages = append(messages, problem.Error())
	}
	return messages
}

// admit does what happens to an object before it is validated: it lists and drops unknown fields and nulls,
// and fills in defaults, the namespace and a generated name.
func (k *customKind) admit(u *unstructured.Unstructured) (unknown []string, err error) {
	apiVersion, kind := u.GetAPIVersion(), u.GetKind()
	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(u.Object,
		objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	track := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown = append(unknown, pruning.PruneWithOptions(u.Object, k.schema, true, track)...)
	defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, k.schema)
	coerceError, paths := objectmeta.CoerceWithOptions(nil, u.Object, k.schema, false,
		objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if coerceError != nil {
		return nil, coerceError
	}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	if found {
		if err := objectmeta.SetObjectMeta(u.Object, meta); err != nil {
			return nil, err
		}
	}
	defaulting.Default(u.Object, k.schema)
	if k.namespaced && u.GetNamespace() == "" {
		u.SetNamespace("default")
	}
	if u.GetName() == "" && u.GetGenerateName() != "" {
		u.SetName(u.GetGenerateName() + "abcde")
	}
	return append(unknown, paths...), nil
}

func (k *customKind) validate(u *unstructured.Unstructured) field.ErrorList {
	errs := apivalidation.ValidateObjectMetaAccessor(
		u, k.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, u.Object, k.validator)...)
	errs = append(errs, objectmeta.Validate(nil, u.Object, k.schema, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.schema, u.Object)...)
	if slices.ContainsFunc(errs, hidesRules) {
		return errs
	}
	broken, _ := k.rules.Validate(context.Background(), nil, k.schema, u.Object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}

// hidesRules: after some mistakes a server no longer evaluates the rules, as they could not be trusted.
func hidesRules(err *field.Error) bool {
	return slices.Contains([]field.ErrorType{
		field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong,
		field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid,
	}, err.Type)
}
