package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What `argo lint` knows and no definition can say: that names lead somewhere, that inputs are given and that
// variables resolve. Argo's own validator is not here (../__init__.py says why), so these are rules of this
// project's tests, written after Argo's documentation and what a real controller was seen to do.

// A CronWorkflow adds a dash and ten digits to its name, and a name becomes a label of at most 63 characters.
const longestCronName, longestName = 52, 63

type linter struct {
	library
	scope    *scope
	runnable bool // starts by itself, so everything must be known
	messages []string
}

func (l *linter) say(format string, values ...any) {
	message := fmt.Sprintf(format, values...)
	if !slices.Contains(l.messages, message) {
		l.messages = append(l.messages, message)
	}
}

func checkWorkflow(d *document, known library) []string {
	if err := known.broken[d]; err != nil {
		return []string{err.Error()}
	}
	own := known.of[d]
	if own == nil {
		return nil
	}
	executed, err := known.executed(own)
	if err != nil {
		return []string{err.Error()}
	}
	l := &linter{library: known, scope: executed, runnable: d.kind() == "Workflow" || d.kind() == "CronWorkflow"}
	l.checkName(d)
	l.messages = append(l.messages, checkSchedule(d)...)
	l.checkStart(&executed.spec)
	l.checkNames("template", namesOf(executed.spec.Templates, func(t *template) string { return t.Name }))
	if own.spec.WorkflowTemplateRef == nil {
		for _, t := range executed.spec.Templates {
			l.checkTemplate(fmt.Sprintf("template %q", t.Name), t)
		}
	}
	return l.messages
}

func (l *linter) checkName(d *document) {
	longest := longestName
	if d.kind() == "CronWorkflow" {
		longest = longestCronName
	}
	if size := len(d.name()); size > longest {
		l.say("the name has %d characters, at most %d work", size, longest)
	}
}

func (l *linter) checkStart(spec *workflowSpec) {
	if l.runnable && spec.Entrypoint == "" {
		l.say("no entrypoint")
	}
	var defaults map[string]any
	if json.Unmarshal(spec.TemplateDefaults, &defaults) == nil && defaults["inputs"] != nil {
		l.say("templateDefaults.inputs break every template that has inputs of its own")
	}
	for _, p := range spec.Arguments.Parameters {
		if l.runnable && p.Value == nil && p.Default == nil && p.ValueFrom == nil {
			l.say("the parameter %q of the workflow has no value", p.Name)
		}
		if p.Value != nil && p.Enum != nil && !slices.Contains(p.Enum, *p.Value) {
			l.say("the parameter %q of the workflow is %q, which is not in its enum", p.Name, *p.Value)
		}
	}
	l.checkCalls("the workflow", spec.calls())
}

func (l *linter) checkCalls(where string, calls map[string]reference) {
	for _, role := range slices.Sorted(maps.Keys(calls)) {
		r := calls[role]
		place := strings.TrimSpace(where + " " + role)
		_, called, err := l.resolve(l.scope, r)
		if err != nil {
			l.say("%s: %v", place, err)
			continue
		}
		l.checkArguments(place, called, r.Arguments)
		if r.Inline != nil {
			l.checkTemplate(place+" inline", called)
		}
	}
}

func (l *linter) checkArguments(place string, called *template, given ports) {
	for _, p := range called.Inputs.Parameters {
		has := slices.ContainsFunc(given.Parameters, func(g parameter) bool { return g.Name == p.Name })
		if !has && p.Value == nil && p.Default == nil && p.ValueFrom == nil {
			l.say("%s: the parameter %q of template %q is not given", place, p.Name, called.Name)
		}
	}
	for _, a := range called.Inputs.Artifacts {
		has := slices.ContainsFunc(given.Artifacts, func(g artifact) bool { return text(g["name"]) == text(a["name"]) })
		if !has && a["optional"] != true && !a.hasSource() {
			l.say("%s: the artifact %q of template %q is not given", place, a["name"], called.Name)
		}
	}
}

// hasSource: anything beside the plain fields says where the artifact comes from.
func (a artifact) hasSource() bool {
	plain := []string{"name", "path", "mode", "recurseMode", "archive", "optional", "subPath", "archiveLogs", "deleted"}
	for key := range a {
		if !slices.Contains(plain, key) {
			return true
		}
	}
	return false
}

func (l *linter) checkTemplate(where string, t *template) {
	l.checkNames(where+": parameter", namesOf(t.Inputs.Parameters, func(p parameter) string { return p.Name }))
	l.checkNames(where+": artifact", namesOf(t.Inputs.Artifacts, func(a artifact) string { return text(a["name"]) }))
	l.checkNames(where+": task", namesOf(t.tasks(), func(k *task) string { return k.Name }))
	l.checkImages(where, t)
	graph := l.checkDependencies(where, t)
	l.checkVariables(where, t, graph)
	for _, k := range t.tasks() {
		place := fmt.Sprintf("%s task %q", where, k.Name)
		l.checkCalls(place, k.calls())
		l.checkFanOut(place, k)
	}
}

// checkFanOut: a container template called once per item never learns the name of its task.
func (l *linter) checkFanOut(place string, k *task) {
	if !k.fansOut() {
		return
	}
	if _, called, err := l.resolve(l.scope, k.reference); err == nil && slices.Contains(tagsIn(called.raw), "tasks.name") {
		l.say("%s: {{tasks.name}} in template %q does not resolve under withItems", place, called.Name)
	}
}

// checkImages: templateDefaults are merged when a pod is made, but not when a workflow is validated.
func (l *linter) checkImages(where string, t *template) {
	var holders struct {
		Container, Script *struct{ Image string }
		ContainerSet      struct{ Containers []struct{ Image string } }
	}
	if err := json.Unmarshal(t.raw, &holders); err != nil {
		l.say("%s: %v", where, err)
	}
	missing := holders.Container != nil && holders.Container.Image == "" ||
		holders.Script != nil && holders.Script.Image == ""
	for _, c := range holders.ContainerSet.Containers {
		missing = missing || c.Image == ""
	}
	if missing {
		l.say("%s: no image", where)
	}
}

func (l *linter) checkNames(what string, names []string) {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			l.say("%s %q is there twice", what, name)
		}
		seen[name] = true
	}
}

func namesOf[T any](items []T, name func(T) string) (names []string) {
	for _, item := range items {
		names = append(names, name(item))
	}
	return names
}
