package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	rbacvalidation "k8s.io/kubernetes/pkg/apis/rbac/validation"
	"k8s.io/kubernetes/pkg/capabilities"
)

func init() { // as clusters are set up; whether a pod may be privileged is for the security standard to say
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
}

var strictCodecs = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)

// checkBuiltin decodes strictly, fills in defaults and validates, as an API server does on create. It hands on
// the template of the pods that the object makes, if it makes any.
func checkBuiltin(d *document) ([]string, *corev1.PodTemplateSpec) {
	object, _, err := strictCodecs.UniversalDecoder().Decode(d.json, nil, nil)
	if err != nil {
		return []string{err.Error()}, nil
	}
	complete(object)
	var messages []string
	errs, template := validateBuiltin(object)
	for _, problem := range errs {
		messages = append(messages, problem.Error())
	}
	return messages, template
}

func complete(object runtime.Object) {
	m, err := meta.Accessor(object)
	if err != nil {
		return // not an object that can be created, which validateBuiltin says
	}
	if m.GetNamespace() == "" {
		m.SetNamespace(metav1.NamespaceDefault)
	}
	if m.GetName() == "" && m.GetGenerateName() != "" {
		m.SetName(m.GetGenerateName() + "abcde")
	}
}

func validateBuiltin(object runtime.Object) (field.ErrorList, *corev1.PodTemplateSpec) {
	switch o := object.(type) {
	case *batch.CronJob:
		template := &o.Spec.JobTemplate.Spec.Template
		options := podutil.GetValidationOptionsFromPodTemplate(template, nil)
		return batchvalidation.ValidateCronJobCreate(o, options), external(template)
	case *batch.Job:
		template := external(&o.Spec.Template)
		return validateJob(o), template
	case *core.Pod:
		template := &core.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec}
		return validatePod(o), external(template)
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(o), nil
	case *core.Secret:
		return corevalidation.ValidateSecret(o), nil
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(o), nil
	case *core.PersistentVolumeClaim:
		options := corevalidation.ValidationOptionsForPersistentVolumeClaim(o, nil)
		return corevalidation.ValidatePersistentVolumeClaim(o, options), nil
	case *rbac.Role:
		return rbacvalidation.ValidateRole(o), nil
	case *rbac.RoleBinding:
		return rbacvalidation.ValidateRoleBinding(o), nil
	case *networking.NetworkPolicy:
		options := networkingvalidation.ValidationOptionsForNetworking(o, nil)
		return networkingvalidation.ValidateNetworkPolicy(o, options), nil
	}
	return field.ErrorList{field.InternalError(nil, fmt.Errorf("nothing here validates a %T", object))}, nil
}

// validateJob adds the selector and the labels that a server gives a Job before it validates.
func validateJob(job *batch.Job) field.ErrorList {
	options := batchvalidation.JobValidationOptions{
		PodValidationOptions:  podutil.GetValidationOptionsFromPodTemplate(&job.Spec.Template, nil),
		RequirePrefixedLabels: true,
	}
	if job.Spec.ManualSelector != nil && *job.Spec.ManualSelector {
		return batchvalidation.ValidateJob(job, options)
	}
	job.UID = "00000000-0000-0000-0000-000000000000"
	labels := map[string]string{}
	for key, value := range job.Spec.Template.Labels {
		labels[key] = value
	}
	for key, value := range map[string]string{
		batch.LegacyJobNameLabel:       job.Name,
		batch.JobNameLabel:             job.Name,
		batch.LegacyControllerUidLabel: string(job.UID),
		batch.ControllerUidLabel:       string(job.UID),
	} {
		if _, taken := labels[key]; !taken {
			labels[key] = value
		}
	}
	job.Spec.Template.Labels = labels
	if job.Spec.Selector == nil {
		match := map[string]string{batch.ControllerUidLabel: string(job.UID)}
		job.Spec.Selector = &metav1.LabelSelector{MatchLabels: match}
	}
	return batchvalidation.ValidateJob(job, options)
}

func validatePod(pod *core.Pod) field.ErrorList {
	options := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, nil, &pod.ObjectMeta, nil)
	options.ResourceIsPod = true
	errs := apivalidation.ValidateObjectMeta(
		&pod.ObjectMeta, true, corevalidation.ValidatePodName, field.NewPath("metadata"))
	return append(errs, corevalidation.ValidatePodCreate(pod, options)...)
}

// external turns a pod template into the form that the pod security standards are written for.
func external(template *core.PodTemplateSpec) *corev1.PodTemplateSpec {
	var converted corev1.PodTemplateSpec
	if err := corev1conversion.Convert_core_PodTemplateSpec_To_v1_PodTemplateSpec(template, &converted, nil); err != nil {
		panic(err) // types of one program that do not fit each other
	}
	return &converted
}
