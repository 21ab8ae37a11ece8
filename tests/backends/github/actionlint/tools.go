//go:build tools

// Package tools names the program that is built here, so that go.mod keeps its version.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
