package main

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// podTemplate is what a pod takes from a template; the tags say how templateDefaults merge into it.
type podTemplate struct {
	Container    *corev1.Container `json:"container,omitempty"`
	Script       *corev1.Container `json:"script,omitempty"`
	ContainerSet *containerSet     `json:"containerSet,omitempty"`
	Resource     *struct{}         `json:"resource,omitempty"`
	Data         *struct{}         `json:"data,omitempty"`

	Inputs                       podInputs                  `json:"inputs,omitempty"`
	Metadata                     podMetadata                `json:"metadata,omitempty"`
	InitContainers               []corev1.Container         `json:"initContainers,omitempty" patchStrategy:"merge" patchMergeKey:"name"`
	Sidecars                     []corev1.Container         `json:"sidecars,omitempty" patchStrategy:"merge" patchMergeKey:"name"`
	Volumes                      []corev1.Volume            `json:"volumes,omitempty" patchStrategy:"merge" patchMergeKey:"name"`
	SecurityContext              *corev1.PodSecurityContext `json:"securityContext,omitempty"`
	PodSpecPatch                 string                     `json:"podSpecPatch,omitempty"`
	ServiceAccountName           string                     `json:"serviceAccountName,omitempty"`
	AutomountServiceAccountToken *bool                      `json:"automountServiceAccountToken,omitempty"`
	Executor                     executor                   `json:"executor,omitempty"`
	NodeSelector                 map[string]string          `json:"nodeSelector,omitempty"`
	Affinity                     *corev1.Affinity           `json:"affinity,omitempty"`
	Tolerations                  []corev1.Toleration        `json:"tolerations,omitempty" patchStrategy:"merge" patchMergeKey:"key"`
	HostAliases                  []corev1.HostAlias         `json:"hostAliases,omitempty" patchStrategy:"merge" patchMergeKey:"ip"`
	SchedulerName                string                     `json:"schedulerName,omitempty"`
	PriorityClassName            string                     `json:"priorityClassName,omitempty"`
	ActiveDeadlineSeconds        *intstr.IntOrString        `json:"activeDeadlineSeconds,omitempty"`
}

type containerSet struct {
	Containers   []corev1.Container   `json:"containers,omitempty" patchStrategy:"merge" patchMergeKey:"name"`
	VolumeMounts []corev1.VolumeMount `json:"volumeMounts,omitempty" patchStrategy:"merge" patchMergeKey:"mountPath"`
}

type podInputs struct {
	Artifacts []podArtifact `json:"artifacts,omitempty" patchStrategy:"merge" patchMergeKey:"name"`
}

type podArtifact struct {
	Name string `json:"name"`
	Path string `json:"path,omitempty"`
}

type podMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type executor struct {
	ServiceAccountName string `json:"serviceAccountName,omitempty"`
}

// podSettings is what a pod takes from the spec of the workflow that runs.
type podSettings struct {
	PodMetadata                  podMetadata                    `json:"podMetadata,omitempty"`
	Volumes                      []corev1.Volume                `json:"volumes,omitempty"`
	VolumeClaimTemplates         []corev1.PersistentVolumeClaim `json:"volumeClaimTemplates,omitempty"`
	SecurityContext              *corev1.PodSecurityContext     `json:"securityContext,omitempty"`
	PodSpecPatch                 string                         `json:"podSpecPatch,omitempty"`
	ServiceAccountName           string                         `json:"serviceAccountName,omitempty"`
	AutomountServiceAccountToken *bool                          `json:"automountServiceAccountToken,omitempty"`
	Executor                     executor                       `json:"executor,omitempty"`
	ImagePullSecrets             []corev1.LocalObjectReference  `json:"imagePullSecrets,omitempty"`
	HostNetwork                  bool                           `json:"hostNetwork,omitempty"`
	DNSPolicy                    corev1.DNSPolicy               `json:"dnsPolicy,omitempty"`
	DNSConfig                    *corev1.PodDNSConfig           `json:"dnsConfig,omitempty"`
	NodeSelector                 map[string]string              `json:"nodeSelector,omitempty"`
	Affinity                     *corev1.Affinity               `json:"affinity,omitempty"`
	Tolerations                  []corev1.Toleration            `json:"tolerations,omitempty"`
	HostAliases                  []corev1.HostAlias             `json:"hostAliases,omitempty"`
	SchedulerName                string                         `json:"schedulerName,omitempty"`
	PodPriorityClassName         string                         `json:"podPriorityClassName,omitempty"`
}

// podSource is everything that one pod is made of. Variables are filled in while it is text.
type podSource struct {
	Settings podSettings `json:"settings"`
	Template podTemplate `json:"template"`
}

// podMaker makes the pods that Argo's controller would make for one workflow.
type podMaker struct {
	settings podSettings
	defaults []byte
}

func newPodMaker(executed *scope) (*podMaker, error) {
	maker := &podMaker{}
	if err := json.Unmarshal(executed.raw, &maker.settings); err != nil {
		return nil, err
	}
	var defaults podTemplate
	if given := executed.spec.TemplateDefaults; given != nil {
		if err := json.Unmarshal(given, &defaults); err != nil {
			return nil, fmt.Errorf("templateDefaults: %w", err)
		}
	}
	var err error
	maker.defaults, err = json.Marshal(defaults)
	return maker, err
}

// baseOf merges the defaults into a template; "" when it makes no pod of its own. Arguments of commands are
// left out, as nothing that is checked depends on them and they make every pod another one.
func (m *podMaker) baseOf(t *template) (string, error) {
	var own podTemplate
	if err := json.Unmarshal(t.raw, &own); err != nil {
		return "", err
	}
	if !own.makesPod() {
		return "", nil
	}
	patch, err := json.Marshal(own)
	if err != nil {
		return "", err
	}
	merged, err := strategicpatch.StrategicMergePatch(m.defaults, patch, podTemplate{})
	if err != nil {
		return "", fmt.Errorf("templateDefaults do not merge: %w", err)
	}
	source := podSource{Settings: m.settings}
	if err := json.Unmarshal(merged, &source.Template); err != nil {
		return "", err
	}
	source.Template.keepKindOf(&own)
	base, err := json.Marshal(source)
	return string(base), err
}

func (t *podTemplate) makesPod() bool {
	return t.Container != nil || t.Script != nil || t.ContainerSet != nil || t.Resource != nil || t.Data != nil
}

// keepKindOf drops what the defaults say for templates of another kind.
func (t *podTemplate) keepKindOf(own *podTemplate) {
	if own.Container == nil {
		t.Container = nil
	} else {
		t.Container.Args = nil
	}
	if own.Script == nil {
		t.Script = nil
	} else {
		t.Script.Args = nil
	}
	if own.ContainerSet == nil {
		t.ContainerSet = nil
	}
	if own.Resource == nil {
		t.Resource = nil
	}
	if own.Data == nil {
		t.Data = nil
	}
}

func templateOf(pod *corev1.Pod) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: pod.Labels, Annotations: pod.Annotations},
		Spec:       pod.Spec,
	}
}
