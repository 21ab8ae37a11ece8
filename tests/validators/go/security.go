package main

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var restricted = api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}

var securityChecks = func() policy.Evaluator {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err) // the library's own checks
	}
	return evaluator
}()

// checkSecurity says why a namespace that enforces `restricted` would not take a pod.
func checkSecurity(template *corev1.PodTemplateSpec) (messages []string) {
	for _, result := range securityChecks.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			messages = append(messages, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return messages
}
