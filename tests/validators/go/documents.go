package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// A file for Kustomize lies beside manifests, but no cluster gets to see it.
const kustomize = "kustomize.config.k8s.io/"

// source is text with any number of documents, as YAML or JSON.
type source struct {
	Source string `json:"source"`
	Text   string `json:"text"`
}

// document is one object that somebody would apply.
type document struct {
	source string
	number int
	json   []byte
	object map[string]any
}

func (d *document) apiVersion() string { return text(d.object["apiVersion"]) }
func (d *document) kind() string       { return text(d.object["kind"]) }

func (d *document) name() string {
	metadata := mapping(d.object["metadata"])
	if name := text(metadata["name"]); name != "" {
		return name
	}
	return text(metadata["generateName"])
}

func (d *document) finding(validator, message string) finding {
	return finding{d.source, d.number, d.kind(), d.name(), validator, message}
}

func readFiles(paths []string) (sources []source, err error) {
	if len(paths) == 0 {
		return nil, errors.New("give files or folders, or - for bundles as JSON on standard input")
	}
	for _, given := range paths {
		err := filepath.WalkDir(given, func(path string, entry fs.DirEntry, err error) error {
			manifest := slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path))
			if err != nil || entry.IsDir() || (path != given && !manifest) {
				return err
			}
			content, err := os.ReadFile(path)
			sources = append(sources, source{path, string(content)})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// readDocuments splits and reads as kubectl does, so that `name: n` is the boolean it is to a cluster.
func readDocuments(sources []source) (documents []document, findings []finding) {
	for _, from := range sources {
		reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewBufferString(from.Text)))
		for number := 1; ; number++ {
			chunk, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			d := document{source: from.Source, number: number}
			if err != nil {
				findings = append(findings, d.finding("read", err.Error()))
				break
			}
			if err := d.read(chunk); err != nil {
				findings = append(findings, d.finding("read", err.Error()))
				continue
			}
			if d.object != nil && !strings.HasPrefix(d.apiVersion(), kustomize) {
				documents = append(documents, d)
			}
		}
	}
	return documents, findings
}

func (d *document) read(chunk []byte) (err error) {
	d.json = bytes.TrimSpace(chunk)
	if !bytes.HasPrefix(d.json, []byte("{")) || !json.Valid(d.json) {
		if d.json, err = yaml.YAMLToJSONStrict(chunk); err != nil {
			return err
		}
	}
	twice, err := kjson.UnmarshalStrict(d.json, &d.object)
	if err = errors.Join(append(twice, err)...); err != nil {
		return err
	}
	if d.object != nil && (d.apiVersion() == "" || d.kind() == "") {
		return errors.New("a document without apiVersion or kind")
	}
	return nil
}

func text(value any) string {
	found, _ := value.(string)
	return found
}

func mapping(value any) map[string]any {
	found, _ := value.(map[string]any)
	return found
}

func list(value any) []any {
	found, _ := value.([]any)
	return found
}
