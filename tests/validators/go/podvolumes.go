package main

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

func (s *podSource) addVolumes(spec *corev1.PodSpec) error {
	present := map[string]bool{}
	add := func(volumes ...corev1.Volume) {
		for _, v := range volumes {
			if !present[v.Name] {
				present[v.Name] = true
				spec.Volumes = append(spec.Volumes, v)
			}
		}
	}
	add(emptyVolume(runtimeVolume), emptyVolume(temporaryVolume))
	spec.Volumes = append(spec.Volumes, s.Template.Volumes...) // twice the same name is for Kubernetes to refuse
	for _, v := range s.Template.Volumes {
		present[v.Name] = true
	}
	offered := map[string]corev1.Volume{}
	for _, v := range s.Settings.Volumes {
		offered[v.Name] = v
	}
	for _, claim := range s.Settings.VolumeClaimTemplates {
		source := corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim.Name}}
		offered[claim.Name] = corev1.Volume{Name: claim.Name, VolumeSource: source}
	}
	for _, c := range append(spec.Containers, spec.InitContainers...) {
		for _, mount := range c.VolumeMounts {
			volume, found := offered[mount.Name]
			if !found && !present[mount.Name] {
				return fmt.Errorf("container %q mounts the volume %q, which is nowhere", c.Name, mount.Name)
			}
			if found {
				add(volume)
			}
		}
	}
	return nil
}

// addInputs mounts a folder for each input artifact, unless a volume of the user's is mounted above it.
func (s *podSource) addInputs(spec *corev1.PodSpec) {
	if s.Template.Script != nil {
		spec.Volumes = append(spec.Volumes, emptyVolume(stagingVolume))
		mountInto(spec.InitContainers, "init", stagingVolume, stagingFolder, "")
		mountInto(spec.Containers, "main", stagingVolume, stagingFolder, "")
	}
	if len(s.Template.Inputs.Artifacts) == 0 {
		return
	}
	spec.Volumes = append(spec.Volumes, emptyVolume(inputsVolume))
	mountInto(spec.InitContainers, "init", inputsVolume, inputsFolder, "")
	for _, a := range s.Template.Inputs.Artifacts {
		if a.Path != "" && !covered(spec.Containers, a.Path) {
			mountInto(spec.Containers, "main", inputsVolume, a.Path, a.Name)
		}
	}
}

func covered(containers []corev1.Container, folder string) bool {
	for _, c := range containers {
		for _, mount := range c.VolumeMounts {
			above := strings.TrimSuffix(path.Clean(mount.MountPath), "/") + "/"
			if c.Name == "main" && strings.HasPrefix(path.Clean(folder)+"/", above) {
				return true
			}
		}
	}
	return false
}

func mountInto(containers []corev1.Container, name, volume, folder, subPath string) {
	for i := range containers {
		if containers[i].Name == name {
			mount := corev1.VolumeMount{Name: volume, MountPath: folder, SubPath: subPath}
			containers[i].VolumeMounts = append(containers[i].VolumeMounts, mount)
		}
	}
}

// mirrorMounts shows the user's volumes to the containers that bring and take artifacts.
func mirrorMounts(spec *corev1.PodSpec) {
	for _, c := range spec.Containers {
		for _, mount := range c.VolumeMounts {
			if c.Name == "main" {
				under := path.Join(mainFilesystem, mount.MountPath)
				mountInto(spec.InitContainers, "init", mount.Name, under, mount.SubPath)
				mountInto(spec.Containers, "wait", mount.Name, under, mount.SubPath)
			}
		}
	}
	for _, c := range spec.InitContainers {
		mountInto(spec.InitContainers, c.Name, runtimeVolume, runtimeFolder, "")
	}
}

// addRuntime is the last that happens to a pod: it comes after the patches.
func addRuntime(spec *corev1.PodSpec) {
	for i, c := range spec.Containers {
		if c.Image == executorImage {
			mountInto(spec.Containers, c.Name, temporaryVolume, "/tmp", strconv.Itoa(i))
		}
		mountInto(spec.Containers, c.Name, runtimeVolume, runtimeFolder, "")
	}
}

func emptyVolume(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
}
