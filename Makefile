# Each target sets up what it needs in .venv, once: a second call installs nothing.
VENV ?= .venv
JOBS ?= auto
BIN := $(VENV)/bin
SETUP := $(VENV)/pyvenv.cfg
INSTALL = ./tools/install.sh $(VENV)

.PHONY: help demo test lint format bench docs build clean
.DEFAULT_GOAL := help

help: ## List what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## Compile the example, run it through DVC, show what comes out
	@./tools/demo.sh $(BIN)

test: $(VENV)/.test ## Run all tests; ARGS="tests/dsl -k name" for some of them
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

lint: $(VENV)/.lint ## Check style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.lint ## Put the code into its one style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.demo ## Measure CPU and memory against the goals; ARGS=--markdown for docs/benchmarks.md
	$(BIN)/python -m bench $(ARGS)

docs: $(VENV)/.docs ## Build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet

build: $(VENV)/.build ## Build the wheel and the sdist into dist/
	rm -rf dist
	$(BIN)/python -m build --installer=uv --outdir dist .

clean: ## Remove everything that make made
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(SETUP):
	@./tools/venv.sh $(VENV)

$(VENV)/.demo: pyproject.toml | $(SETUP)
	@echo "installing pipegen with DVC"
	@$(INSTALL) -e '.[dvc]' && touch $@

$(VENV)/.test $(VENV)/.lint $(VENV)/.docs: $(VENV)/.%: pyproject.toml | $(SETUP)
	@echo "installing pipegen for: make $*"
	@$(INSTALL) -e . --group $* && touch $@

$(VENV)/.build: | $(SETUP)
	@$(INSTALL) 'build[uv]>=1.2' && touch $@
