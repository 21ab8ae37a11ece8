// Command validate says what a cluster would say to the creation of Kubernetes and Argo documents.
//
//	validate PATH...   every document of the files and folders, as one bundle
//	validate -         lists of bundles on standard input: [[{"source": "a", "text": "kind: ..."}], ...]
//
// Each list is answered with a line of JSON. Exit code: 0 nothing found, 1 something found, 2 could not look.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/klog/v2"
)

// answer is what was looked at in one bundle, and what was found: a count of zero is no proof.
type answer struct {
	Documents int       `json:"documents"`
	Pods      int       `json:"pods"`
	Findings  []finding `json:"findings"`
}

// finding is one reason why a cluster would not take a document, or not run it.
type finding struct {
	Source    string `json:"source"`
	Document  int    `json:"document"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Validator string `json:"validator"`
	Message   string `json:"message"`
}

func main() {
	klog.SetOutput(io.Discard)
	klog.LogToStderr(false)
	found, err := run(os.Args[1:], os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(2)
	}
	if found {
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) (found bool, err error) {
	answers := json.NewEncoder(out)
	if len(arguments) == 1 && arguments[0] == "-" {
		return serve(json.NewDecoder(in), answers)
	}
	sources, err := readFiles(arguments)
	if err != nil {
		return false, err
	}
	given := examine(sources)
	return len(given.Findings) > 0, answers.Encode([]answer{given})
}

// serve answers one list of bundles after the other, so that a caller starts one process for all it has.
func serve(requests *json.Decoder, answers *json.Encoder) (found bool, err error) {
	for {
		var bundles [][]source
		if err := requests.Decode(&bundles); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return found, err
		}
		given := make([]answer, 0, len(bundles))
		for _, sources := range bundles {
			given = append(given, examine(sources))
			found = found || len(given[len(given)-1].Findings) > 0
		}
		if err := answers.Encode(given); err != nil {
			return found, err
		}
	}
}

func examine(sources []source) answer {
	documents, findings := readDocuments(sources)
	given := answer{Documents: len(documents), Findings: append([]finding{}, findings...)}
	known := newLibrary(documents)
	for i := range documents {
		pods, findings := examineDocument(&documents[i], known)
		given.Pods += pods
		given.Findings = append(given.Findings, findings...)
	}
	return given
}

func examineDocument(d *document, known library) (pods int, findings []finding) {
	report := func(validator string, messages []string) {
		for _, message := range messages {
			findings = append(findings, d.finding(validator, message))
		}
	}
	if d.apiVersion() != argoVersion {
		messages, template := checkBuiltin(d)
		report("kubernetes", messages)
		if template == nil {
			return 0, findings
		}
		report("security", checkSecurity(template))
		return 1, findings
	}
	report("crd", checkCustom(d))
	report("crd-inline", checkInline(d))
	report("argo", checkWorkflow(d, known))
	count, messages := checkPods(d, known)
	for _, validator := range []string{"argo", "kubernetes", "security"} {
		report(validator, messages[validator])
	}
	return count, findings
}
