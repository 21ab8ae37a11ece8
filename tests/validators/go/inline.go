package main

import (
	"fmt"
	"slices"
	"strings"
)

// No server looks at the fields of an `inline` template, since a schema cannot hold itself; Argo does, when it
// decodes the workflow. So each one is checked against the definition as if it were a template of its own.

// Templates and tasks of one DAG may not be more than this many, but inside `inline` they may.
const mostItems = 200

type inlined struct {
	path     string
	template map[string]any
}

func checkInline(d *document) (messages []string) {
	workflow, err := customKindOf("Workflow")
	if err != nil {
		return []string{err.Error()}
	}
	path, spec := specOf(d)
	for i, template := range list(spec["templates"]) {
		here := fmt.Sprintf("%s.templates[%d]", path, i)
		for _, found := range inlinedIn(here, mapping(template)) {
			for _, message := range workflow.checkTemplate(found.template) {
				messages = append(messages, found.path+": "+message)
			}
		}
	}
	return messages
}

// specOf finds what describes the run: a CronWorkflow has it one level further down.
func specOf(d *document) (string, map[string]any) {
	spec := mapping(d.object["spec"])
	if d.kind() == "CronWorkflow" {
		return "spec.workflowSpec", mapping(spec["workflowSpec"])
	}
	return "spec", spec
}

func inlinedIn(path string, template map[string]any) (found []inlined) {
	visit := func(path string, task any) {
		if inline := mapping(mapping(task)["inline"]); inline != nil {
			path += ".inline"
			found = append(found, inlined{path, inline})
			found = append(found, inlinedIn(path, inline)...)
		}
	}
	for i, task := range list(mapping(template["dag"])["tasks"]) {
		visit(fmt.Sprintf("%s.dag.tasks[%d]", path, i), task)
	}
	for i, group := range list(template["steps"]) {
		for j, step := range list(group) {
			visit(fmt.Sprintf("%s.steps[%d][%d]", path, i, j), step)
		}
	}
	return found
}

// checkTemplate wraps a template into a workflow, in portions that the definition's limits let pass.
func (k *customKind) checkTemplate(template map[string]any) (messages []string) {
	for _, portion := range portions(template) {
		object := map[string]any{
			"apiVersion": argoVersion,
			"kind":       "Workflow",
			"metadata":   map[string]any{"name": "inline"},
			"spec":       map[string]any{"templates": []any{portion}},
		}
		for _, message := range k.check(object) {
			message = strings.ReplaceAll(message, "spec.templates[0]", "template")
			if !slices.Contains(messages, message) {
				messages = append(messages, message)
			}
		}
	}
	return messages
}

func portions(template map[string]any) []any {
	tasks := list(mapping(template["dag"])["tasks"])
	var found []any
	for chunk := range slices.Chunk(tasks, mostItems) {
		found = append(found, with(template, "dag", with(mapping(template["dag"]), "tasks", chunk)))
	}
	if found == nil {
		found = []any{with(template, "name", "inline")}
	}
	for i, portion := range found {
		found[i] = with(mapping(portion), "name", "inline")
	}
	return found
}

func with(original map[string]any, key string, value any) map[string]any {
	changed := make(map[string]any, len(original)+1)
	for k, v := range original {
		changed[k] = v
	}
	changed[key] = value
	return changed
}
