package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"sigs.k8s.io/yaml"
)

// The pods of Argo 4.1 by its default configuration: an `init` container brings the inputs, a `wait` container
// takes the outputs, and neither has a security context unless a podSpecPatch gives it one. Pods that Argo
// makes without a template (for HTTP requests, for the collection of artifacts) have contexts of their own
// that `restricted` takes, and are not looked at.

const (
	executorImage   = "quay.io/argoproj/argoexec:v4.1.2"
	mainFilesystem  = "/mainctrfs"
	inputsFolder    = "/argo/inputs/artifacts"
	stagingFolder   = "/argo/staging"
	runtimeFolder   = "/var/run/argo"
	runtimeVolume   = "var-run-argo"
	temporaryVolume = "tmp-dir-argo"
	inputsVolume    = "input-artifacts"
	stagingVolume   = "argo-staging"
)

// pod makes a pod of a source whose variables are filled in.
func (m *podMaker) pod(filled string) (*corev1.Pod, error) {
	var from podSource
	if err := json.Unmarshal([]byte(filled), &from); err != nil {
		return nil, err
	}
	if err := from.checkToken(); err != nil {
		return nil, err
	}
	pod := &corev1.Pod{ObjectMeta: from.metadata(), Spec: from.scheduling()}
	pod.Spec.Containers = from.mainContainers()
	pod.Spec.InitContainers = append([]corev1.Container{from.executor("init")}, from.Template.InitContainers...)
	pod.Spec.Containers = append(pod.Spec.Containers, from.Template.Sidecars...)
	if from.Template.Resource == nil && from.Template.Data == nil {
		pod.Spec.Containers = append(pod.Spec.Containers, from.executor("wait"))
	}
	if err := from.addVolumes(&pod.Spec); err != nil {
		return nil, err
	}
	from.addInputs(&pod.Spec)
	mirrorMounts(&pod.Spec)
	if err := from.addDeadline(&pod.Spec); err != nil {
		return nil, err
	}
	err := applyPatches(&pod.Spec, from.Settings.PodSpecPatch, from.Template.PodSpecPatch)
	addRuntime(&pod.Spec)
	return pod, err
}

// checkToken: the executor reports its results to the API, so without a token it needs another account.
func (s *podSource) checkToken() error {
	mounts := s.Settings.AutomountServiceAccountToken
	if s.Template.AutomountServiceAccountToken != nil {
		mounts = s.Template.AutomountServiceAccountToken
	}
	account := s.Template.Executor.ServiceAccountName + s.Settings.Executor.ServiceAccountName
	if mounts != nil && !*mounts && account == "" {
		return errors.New("automountServiceAccountToken: false needs executor.serviceAccountName")
	}
	return nil
}

func (s *podSource) metadata() metav1.ObjectMeta {
	labels := map[string]string{"workflows.argoproj.io/completed": "false"}
	annotations := map[string]string{}
	for _, given := range []podMetadata{s.Settings.PodMetadata, s.Template.Metadata} {
		maps.Copy(labels, given.Labels)
		maps.Copy(annotations, given.Annotations)
	}
	return metav1.ObjectMeta{Name: "pod", Namespace: "default", Labels: labels, Annotations: annotations}
}

func (s *podSource) scheduling() corev1.PodSpec {
	spec, own := s.Settings, s.Template
	made := corev1.PodSpec{
		RestartPolicy:      corev1.RestartPolicyNever,
		ImagePullSecrets:   spec.ImagePullSecrets,
		HostNetwork:        spec.HostNetwork,
		DNSPolicy:          spec.DNSPolicy,
		DNSConfig:          spec.DNSConfig,
		HostAliases:        append(spec.HostAliases, own.HostAliases...),
		NodeSelector:       spec.NodeSelector,
		Tolerations:        spec.Tolerations,
		Affinity:           spec.Affinity,
		SecurityContext:    spec.SecurityContext,
		ServiceAccountName: firstOf(own.ServiceAccountName, spec.ServiceAccountName),
		SchedulerName:      firstOf(own.SchedulerName, spec.SchedulerName),
		PriorityClassName:  firstOf(own.PriorityClassName, spec.PodPriorityClassName),
	}
	if own.SecurityContext != nil {
		made.SecurityContext = own.SecurityContext
	}
	if len(own.NodeSelector) > 0 {
		made.NodeSelector = own.NodeSelector
	}
	if len(own.Tolerations) > 0 {
		made.Tolerations = own.Tolerations
	}
	if own.Affinity != nil {
		made.Affinity = own.Affinity
	}
	return made
}

func (s *podSource) mainContainers() []corev1.Container {
	switch t := s.Template; {
	case t.ContainerSet != nil:
		for i := range t.ContainerSet.Containers {
			c := &t.ContainerSet.Containers[i]
			c.VolumeMounts = append(c.VolumeMounts, t.ContainerSet.VolumeMounts...)
		}
		return t.ContainerSet.Containers
	case t.Container != nil:
		t.Container.Name = "main"
		return []corev1.Container{*t.Container}
	case t.Script != nil:
		t.Script.Name = "main"
		return []corev1.Container{*t.Script}
	}
	return []corev1.Container{s.executor("main")}
}

// executor is a container of Argo's own. Those of resource templates are locked down, the others are not.
func (s *podSource) executor(name string) corev1.Container {
	made := corev1.Container{Name: name, Image: executorImage, Command: []string{"argoexec", name}}
	if s.Template.Resource != nil {
		yes, no, user := true, false, int64(8737)
		made.SecurityContext = &corev1.SecurityContext{
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			Privileged:               &no,
			RunAsNonRoot:             &yes,
			RunAsUser:                &user,
			AllowPrivilegeEscalation: &no,
			SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		}
	}
	return made
}

func (s *podSource) addDeadline(spec *corev1.PodSpec) error {
	given := s.Template.ActiveDeadlineSeconds
	if given == nil || strings.Contains(given.StrVal, "{{") {
		return nil
	}
	seconds, err := strconv.ParseInt(given.String(), 10, 64)
	spec.ActiveDeadlineSeconds = &seconds
	return err
}

// applyPatches merges the patch of the workflow, then that of the template.
func applyPatches(spec *corev1.PodSpec, patches ...string) error {
	for _, patch := range patches {
		if patch == "" {
			continue
		}
		asJSON, err := yaml.YAMLToJSON([]byte(patch))
		if err != nil {
			return fmt.Errorf("podSpecPatch %q: %w", patch, err)
		}
		if err := json.Unmarshal(asJSON, &corev1.PodSpec{}); err != nil {
			return fmt.Errorf("podSpecPatch %q: %w", patch, err)
		}
		before, err := json.Marshal(spec)
		if err != nil {
			return err
		}
		after, err := strategicpatch.StrategicMergePatch(before, asJSON, corev1.PodSpec{})
		if err != nil {
			return fmt.Errorf("podSpecPatch %q: %w", patch, err)
		}
		*spec = corev1.PodSpec{}
		if err := json.Unmarshal(after, spec); err != nil {
			return err
		}
	}
	return nil
}

// checkMadePod says what an API server says when the controller creates the pod.
func checkMadePod(pod *corev1.Pod) (messages []string) {
	defaulted := pod.DeepCopy()
	legacyscheme.Scheme.Default(defaulted)
	var converted core.Pod
	if err := corev1conversion.Convert_v1_Pod_To_core_Pod(defaulted, &converted, nil); err != nil {
		return []string{err.Error()}
	}
	for _, problem := range validatePod(&converted) {
		messages = append(messages, problem.Error())
	}
	return messages
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
