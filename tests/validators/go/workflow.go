package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// workflowSpec is what this program reads of a workflow; the pods read more of the same bytes.
type workflowSpec struct {
	Entrypoint          string               `json:"entrypoint"`
	OnExit              string               `json:"onExit"`
	Hooks               map[string]reference `json:"hooks"`
	Arguments           ports                `json:"arguments"`
	Templates           []*template          `json:"templates"`
	TemplateDefaults    json.RawMessage      `json:"templateDefaults"`
	WorkflowTemplateRef *templateRef         `json:"workflowTemplateRef"`
}

type template struct {
	Name    string    `json:"name"`
	Inputs  ports     `json:"inputs"`
	Outputs ports     `json:"outputs"`
	DAG     *dag      `json:"dag"`
	Steps   [][]*task `json:"steps"`
	raw     json.RawMessage
}

type dag struct {
	Tasks []*task `json:"tasks"`
}

// reference says which template is to run, and with what.
type reference struct {
	Template    string       `json:"template"`
	TemplateRef *templateRef `json:"templateRef"`
	Inline      *template    `json:"inline"`
	Arguments   ports        `json:"arguments"`
}

type templateRef struct {
	Name         string `json:"name"`
	Template     string `json:"template"`
	ClusterScope bool   `json:"clusterScope"`
}

// task is a task of a DAG or a step of a list of steps.
type task struct {
	reference
	Name         string               `json:"name"`
	Depends      string               `json:"depends"`
	Dependencies []string             `json:"dependencies"`
	OnExit       string               `json:"onExit"`
	Hooks        map[string]reference `json:"hooks"`
	WithItems    []any                `json:"withItems"`
	WithParam    string               `json:"withParam"`
	WithSequence map[string]any       `json:"withSequence"`
	raw          json.RawMessage
}

type ports struct {
	Parameters []parameter `json:"parameters"`
	Artifacts  []artifact  `json:"artifacts"`
}

type parameter struct {
	Name      string         `json:"name"`
	Value     *scalar        `json:"value"`
	Default   *scalar        `json:"default"`
	ValueFrom map[string]any `json:"valueFrom"`
	Enum      []scalar       `json:"enum"`
}

type artifact map[string]any

// scalar is a string, or the text of a number or boolean.
type scalar string

func (s *scalar) UnmarshalJSON(data []byte) error {
	var found string
	if json.Unmarshal(data, &found) != nil {
		found = string(data)
	}
	*s = scalar(found)
	return nil
}

func (t *template) UnmarshalJSON(data []byte) error {
	type fields template
	t.raw = slices.Clone(data)
	return json.Unmarshal(data, (*fields)(t))
}

func (t *task) UnmarshalJSON(data []byte) error {
	type fields task
	t.raw = slices.Clone(data)
	return json.Unmarshal(data, (*fields)(t))
}

// calls are the templates that a task runs: its own and those of its hooks.
func (t *task) calls() map[string]reference {
	found := map[string]reference{"": t.reference}
	for name, hook := range t.Hooks {
		found["hook "+name] = hook
	}
	if t.OnExit != "" {
		found["onExit"] = reference{Template: t.OnExit}
	}
	return found
}

func (t *task) fansOut() bool {
	return t.WithItems != nil || t.WithParam != "" || t.WithSequence != nil
}

// tasks are the tasks of a DAG, or the steps in their order.
func (t *template) tasks() []*task {
	if t.DAG != nil {
		return t.DAG.Tasks
	}
	return slices.Concat(t.Steps...)
}

// calls are the templates that a workflow starts with.
func (s *workflowSpec) calls() map[string]reference {
	found := map[string]reference{}
	if s.Entrypoint != "" {
		found["entrypoint"] = reference{Template: s.Entrypoint, Arguments: s.Arguments}
	}
	if s.OnExit != "" {
		found["onExit"] = reference{Template: s.OnExit, Arguments: s.Arguments}
	}
	for name, hook := range s.Hooks {
		found["hook "+name] = hook
	}
	return found
}

// scope is where the names of templates are looked up: one document.
type scope struct {
	spec      workflowSpec
	raw       json.RawMessage
	templates map[string]*template
}

// library holds the scopes of all Argo documents of a bundle.
type library struct {
	scopes map[string]*scope
	broken map[*document]error
	of     map[*document]*scope
}

func newLibrary(documents []document) library {
	known := library{map[string]*scope{}, map[*document]error{}, map[*document]*scope{}}
	for i := range documents {
		d := &documents[i]
		if file, _ := definitionOf(d.kind()); file == "" || d.apiVersion() != argoVersion {
			continue
		}
		_, spec := specOf(d)
		found, err := newScope(spec)
		if err != nil {
			known.broken[d] = err
			continue
		}
		known.of[d] = found
		known.scopes[d.kind()+"/"+d.name()] = found
	}
	return known
}

func newScope(spec map[string]any) (*scope, error) {
	raw, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	found := &scope{raw: raw, templates: map[string]*template{}}
	if err := json.Unmarshal(raw, &found.spec); err != nil {
		return nil, err
	}
	for _, t := range found.spec.Templates {
		found.templates[t.Name] = t
	}
	return found, nil
}

// executed is the scope that runs: with a workflowTemplateRef, the named one under what the document adds.
func (l library) executed(s *scope) (*scope, error) {
	if s.spec.WorkflowTemplateRef == nil {
		return s, nil
	}
	base, err := l.named(*s.spec.WorkflowTemplateRef)
	if err != nil {
		return nil, err
	}
	var merged, own map[string]any
	if err := json.Unmarshal(base.raw, &merged); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(s.raw, &own); err != nil {
		return nil, err
	}
	parameters := slices.Concat(
		list(mapping(own["arguments"])["parameters"]), list(mapping(merged["arguments"])["parameters"]))
	maps.Copy(merged, own)
	delete(merged, "workflowTemplateRef")
	merged["arguments"] = map[string]any{"parameters": firstOfEachName(parameters)}
	return newScope(merged)
}

func firstOfEachName(parameters []any) (kept []any) {
	seen := map[string]bool{}
	for _, p := range parameters {
		if name := text(mapping(p)["name"]); !seen[name] {
			seen[name] = true
			kept = append(kept, p)
		}
	}
	return kept
}

func (l library) named(ref templateRef) (*scope, error) {
	kind := "WorkflowTemplate"
	if ref.ClusterScope {
		kind = "ClusterWorkflowTemplate"
	}
	if found := l.scopes[kind+"/"+ref.Name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("no %s %q among the documents", kind, ref.Name)
}

// resolve finds the template that a reference means, and the scope that its own references are looked up in.
func (l library) resolve(from *scope, r reference) (*scope, *template, error) {
	if r.Inline != nil {
		return from, r.Inline, nil
	}
	name := r.Template
	if r.TemplateRef != nil {
		found, err := l.named(*r.TemplateRef)
		if err != nil {
			return nil, nil, err
		}
		from, name = found, r.TemplateRef.Template
	}
	if found := from.templates[name]; found != nil {
		return from, found, nil
	}
	return nil, nil, fmt.Errorf("no template %q", name)
}
