package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// A tag is `{{name}}`; one that starts with `=` is an expression, which is evaluated, not looked up.
var tag = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Variables that exist wherever a template runs, or are known only while it does.
var (
	everywhere = []string{
		"workflow.name", "workflow.namespace", "workflow.mainEntrypoint", "workflow.serviceAccountName",
		"workflow.uid", "workflow.parameters", "workflow.parameters.json", "workflow.annotations",
		"workflow.annotations.json", "workflow.labels", "workflow.labels.json", "workflow.creationTimestamp",
		"workflow.creationTimestamp.RFC3339", "workflow.creationTimestamp.s", "workflow.priority",
		"workflow.duration", "workflow.scheduledTime", "workflow.status", "workflow.failures",
		"workflow.shutdown", "node.name", "pod.name", "tasks.name", "steps.name", "retries", "item", "duration",
		"status", "exitCode", "inputs.parameters", "inputs.artifacts", "outputs.result", "outputs.exitCode",
	}
	families = []string{
		"workflow.labels.", "workflow.annotations.", "workflow.creationTimestamp.", "workflow.outputs.", "item.",
		"lastRetry.", "outputs.", "resourcesDuration.", "cronworkflow.",
	}
)

func (l *linter) checkVariables(where string, t *template, waits graph) {
	for _, k := range t.tasks() {
		for _, name := range tagsIn(k.raw) {
			l.checkVariable(where+" task "+k.Name, name, t, func(other string) bool {
				return other == k.Name || waits.precedes(other, k.Name) // itself: in hooks
			})
		}
	}
	for _, name := range tagsIn(withoutTasks(t.raw)) {
		l.checkVariable(where, name, t, func(other string) bool { _, found := waits[other]; return found })
	}
}

func (l *linter) checkVariable(where, name string, t *template, runsBefore func(string) bool) {
	if strings.HasPrefix(name, "=") || slices.Contains(everywhere, name) {
		return
	}
	parts := strings.Split(name, ".")
	known := slices.ContainsFunc(families, func(family string) bool { return strings.HasPrefix(name, family) })
	switch {
	case known, len(parts) < 3:
	case parts[0] == "inputs" && parts[1] == "parameters":
		known = slices.ContainsFunc(t.Inputs.Parameters, func(p parameter) bool {
			return "inputs.parameters."+p.Name == name
		})
	case parts[0] == "inputs" && parts[1] == "artifacts":
		known = slices.ContainsFunc(t.Inputs.Artifacts, func(a artifact) bool { return text(a["name"]) == parts[2] })
	case parts[0] == "workflow" && parts[1] == "parameters":
		// A template without an entrypoint is for other workflows, and their parameters are their own.
		known = !l.runnable && l.scope.spec.Entrypoint == "" ||
			slices.ContainsFunc(l.scope.spec.Arguments.Parameters, func(p parameter) bool {
				return "workflow.parameters."+p.Name == name
			})
	case parts[0] == "tasks" || parts[0] == "steps":
		known = runsBefore(parts[1])
	}
	if !known {
		l.say("%s: cannot resolve {{%s}}", where, name)
	}
}

// tagsIn lists the variables in JSON, but for those inside `inline`, which belong to another template.
func tagsIn(raw json.RawMessage) (names []string) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	var visit func(value any)
	visit = func(value any) {
		switch found := value.(type) {
		case string:
			for _, match := range tag.FindAllStringSubmatch(found, -1) {
				names = append(names, match[1])
			}
		case []any:
			for _, item := range found {
				visit(item)
			}
		case map[string]any:
			for key, item := range found {
				if key != "inline" {
					visit(item)
				}
			}
		}
	}
	visit(value)
	slices.Sort(names)
	return slices.Compact(names)
}

func withoutTasks(raw json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return raw
	}
	delete(fields, "dag")
	delete(fields, "steps")
	rest, err := json.Marshal(fields)
	if err != nil {
		return raw
	}
	return rest
}

// substitute puts values into the tags of a text that is JSON.
func substitute(raw string, values map[string]string) string {
	if !strings.Contains(raw, "{{") {
		return raw
	}
	return tag.ReplaceAllStringFunc(raw, func(found string) string {
		value, known := values[tag.FindStringSubmatch(found)[1]]
		if !known {
			return found
		}
		quoted, err := json.Marshal(value)
		if err != nil {
			return found
		}
		return string(quoted[1 : len(quoted)-1])
	})
}
