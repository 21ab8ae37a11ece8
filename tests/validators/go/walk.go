package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// walker follows the calls of a workflow with their arguments to every template that makes a pod.
type walker struct {
	library
	workflow *podMaker
	visited  map[*template]bool
	bases    map[*template]string
	made     map[string]bool
	global   map[string]string
	count    int
	messages map[string][]string
}

func checkPods(d *document, known library) (int, map[string][]string) {
	own := known.of[d]
	if own == nil {
		return 0, nil
	}
	executed, err := known.executed(own)
	if err != nil {
		return 0, nil // said by checkWorkflow
	}
	maker, err := newPodMaker(executed)
	if err != nil {
		return 0, map[string][]string{"argo": {err.Error()}}
	}
	w := &walker{
		library: known, workflow: maker, visited: map[*template]bool{}, bases: map[*template]string{},
		made: map[string]bool{}, global: globals(d, executed), messages: map[string][]string{},
	}
	for _, role := range slices.Sorted(maps.Keys(executed.spec.calls())) {
		w.follow(executed, executed.spec.calls()[role], w.global, nil)
	}
	for _, t := range executed.spec.Templates { // those that only other documents call
		if !w.visited[t] {
			w.enter(executed, t, ports{}, w.global, nil)
		}
	}
	return w.count, w.messages
}

func globals(d *document, executed *scope) map[string]string {
	values := map[string]string{
		"workflow.name": d.name(), "workflow.namespace": "default", "workflow.uid": "uid",
		"workflow.serviceAccountName": "default", "workflow.scheduledTime": "2024-01-01T00:00:00Z",
	}
	for _, p := range executed.spec.Arguments.Parameters {
		p.setInto(values, "workflow.parameters.", nil)
	}
	return values
}

func (p parameter) setInto(values map[string]string, prefix string, given map[string]string) {
	value, found := given[p.Name]
	for _, own := range []*scalar{p.Value, p.Default} {
		if own != nil && !found {
			value, found = string(*own), true
		}
	}
	if found {
		values[prefix+p.Name] = value
	}
}

func (w *walker) follow(from *scope, r reference, values map[string]string, above []*template) {
	within, called, err := w.resolve(from, r)
	if err != nil || slices.Contains(above, called) { // said by checkWorkflow; a loop ends by its `when`
		return
	}
	w.enter(within, called, r.Arguments, values, above)
}

func (w *walker) enter(within *scope, t *template, arguments ports, values map[string]string, above []*template) {
	w.visited[t] = true
	given := map[string]string{}
	for _, p := range arguments.Parameters {
		if p.Value != nil {
			given[p.Name] = substitutePlain(string(*p.Value), values)
		}
	}
	inner := maps.Clone(w.global)
	if name, found := values["tasks.name"]; found {
		inner["tasks.name"] = name
	}
	for _, p := range t.Inputs.Parameters {
		p.setInto(inner, "inputs.parameters.", given)
	}
	if t.tasks() == nil {
		w.makePod(t, inner)
		return
	}
	above = append(slices.Clone(above), t)
	for _, k := range t.tasks() {
		inner["tasks.name"], inner["steps.name"] = k.Name, k.Name
		calls := k.calls()
		for _, role := range slices.Sorted(maps.Keys(calls)) {
			w.follow(within, calls[role], inner, above)
		}
	}
}

// makePod makes and checks one pod. Most tasks differ only in arguments that no pod depends on, so pods that
// come out equal are made once.
func (w *walker) makePod(t *template, values map[string]string) {
	base, found := w.bases[t]
	if !found {
		var err error
		if base, err = w.workflow.baseOf(t); err != nil {
			w.say("argo", t, err.Error())
		}
		w.bases[t] = base
	}
	if base == "" {
		return
	}
	w.count++
	filled := substitute(base, values)
	if w.made[filled] {
		return
	}
	w.made[filled] = true
	pod, err := w.workflow.pod(filled)
	if err != nil {
		w.say("argo", t, err.Error())
		return
	}
	for _, message := range checkMadePod(pod) {
		w.say("kubernetes", t, message)
	}
	for _, message := range checkSecurity(templateOf(pod)) {
		w.say("security", t, message)
	}
}

func (w *walker) say(validator string, t *template, message string) {
	message = fmt.Sprintf("pod of template %q: %s", t.Name, message)
	if !slices.Contains(w.messages[validator], message) {
		w.messages[validator] = append(w.messages[validator], message)
	}
}

func substitutePlain(value string, values map[string]string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	var filled string
	if json.Unmarshal([]byte(substitute(string(quoted), values)), &filled) != nil {
		return value
	}
	return filled
}
