package main

import (
	"regexp"
	"slices"
	"strings"
)

// graph says which tasks each task of a DAG waits for; of steps, all that come before.
type graph map[string][]string

var (
	dependsToken = regexp.MustCompile(`^\s*(&&|\|\||[!()]|[A-Za-z_][-A-Za-z0-9_]*(?:\.[A-Za-z]+)?)`)
	taskResults  = []string{
		"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed",
	}
)

func (l *linter) checkDependencies(where string, t *template) graph {
	if t.DAG == nil {
		return l.stepsBefore(t)
	}
	waits := graph{}
	for _, k := range t.DAG.Tasks {
		waits[k.Name] = slices.Concat(k.Dependencies, l.namesInDepends(where, k))
	}
	for _, k := range t.DAG.Tasks {
		for _, needed := range waits[k.Name] {
			if _, exists := waits[needed]; !exists {
				l.say("%s task %q depends on %q, which is not a task of this DAG", where, k.Name, needed)
			}
		}
	}
	if stuck := waits.cycle(); stuck != nil {
		l.say("%s: these tasks wait for each other: %s", where, strings.Join(stuck, ", "))
	}
	return waits
}

func (l *linter) stepsBefore(t *template) graph {
	waits := graph{}
	var before []string
	for _, group := range t.Steps {
		for _, k := range group {
			waits[k.Name] = before
		}
		before = slices.Concat(before, namesOf(group, func(k *task) string { return k.Name }))
	}
	return waits
}

// namesInDepends reads `a && (b.Failed || !c)`: operands and operators take turns.
func (l *linter) namesInDepends(where string, k *task) (names []string) {
	operand, open, rest := true, 0, k.Depends
	wrong := func() []string {
		l.say("%s task %q: cannot read depends %q", where, k.Name, k.Depends)
		return names
	}
	for strings.TrimSpace(rest) != "" {
		found := dependsToken.FindStringSubmatch(rest)
		if found == nil {
			return wrong()
		}
		rest = rest[len(found[0]):]
		expected := operand
		switch token := found[1]; token {
		case "&&", "||":
			expected, operand = !operand, true
		case "!":
		case "(":
			open++
		case ")":
			open--
			expected = !operand && open >= 0
		default:
			operand = false
			name, result, _ := strings.Cut(token, ".")
			expected = expected && (result == "" || slices.Contains(taskResults, result))
			names = append(names, name)
		}
		if !expected {
			return wrong()
		}
	}
	if open != 0 || (operand && k.Depends != "") {
		return wrong()
	}
	return names
}

// cycle takes away what waits for nothing until nothing more can be taken; what is left is stuck.
func (g graph) cycle() (stuck []string) {
	waiting, followers, ready := map[string]int{}, map[string][]string{}, []string{}
	for name, needed := range g {
		for _, n := range needed {
			if _, exists := g[n]; exists {
				waiting[name]++
				followers[n] = append(followers[n], name)
			}
		}
		if waiting[name] == 0 {
			ready = append(ready, name)
		}
	}
	for len(ready) > 0 {
		name := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		for _, follower := range followers[name] {
			if waiting[follower]--; waiting[follower] == 0 {
				ready = append(ready, follower)
			}
		}
	}
	for name, count := range waiting {
		if count > 0 {
			stuck = append(stuck, name)
		}
	}
	slices.Sort(stuck)
	return stuck
}

// precedes: is a task over when another starts?
func (g graph) precedes(earlier, later string) bool {
	seen, pending := map[string]bool{}, []string{later}
	for len(pending) > 0 {
		name := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if slices.Contains(g[name], earlier) {
			return true
		}
		for _, needed := range g[name] {
			if !seen[needed] {
				seen[needed] = true
				pending = append(pending, needed)
			}
		}
	}
	return false
}
