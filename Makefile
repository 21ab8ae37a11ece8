# Each target sets up what it needs in .venv, once: a second call installs nothing.
VENV ?= .venv
JOBS ?= auto
BIN := $(VENV)/bin
SETUP := $(VENV)/pyvenv.cfg
INSTALL = ./tools/install.sh $(VENV)

# uv looks only at certificates of its own unless it is told where the system's are.
CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
ifneq ($(CERTIFICATES),)
export SSL_CERT_FILE ?= $(CERTIFICATES)
endif

.PHONY: help demo test lint format bench docs build clean
.DEFAULT_GOAL := help

help: ## List what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## Compile the example, run it through DVC, show what comes out
	@./tools/demo.sh $(BIN)

test: $(VENV)/.dev ## Run all tests; ARGS="tests/dsl -k name" for some of them
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

lint: $(VENV)/.dev ## Check style, types and layers
	@status=0; \
	for check in "ruff check" "ruff format --check" mypy "lint-imports --no-logo"; do \
		echo "$$check"; $(BIN)/$$check || status=1; \
	done; exit $$status

format: $(VENV)/.dev ## Put the code into its one style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.dev ## Measure against the goals; ARGS and ENGINES take "--markdown FILE", which writes it down
	@status=0; \
	$(BIN)/python -m bench $(ARGS) || status=1; \
	$(BIN)/python -m bench.engines $(ENGINES) || status=1; \
	exit $$status

docs: $(VENV)/.dev ## Build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet

build: $(VENV)/.build ## Build the wheel and the sdist into dist/
	rm -rf dist
	$(BIN)/uv build --quiet --out-dir dist

clean: ## Remove everything that make made
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(SETUP):
	@./tools/venv.sh $(VENV)

$(VENV)/.demo: pyproject.toml | $(SETUP)
	@echo "installing pipegen with DVC into $(VENV)"
	@$(INSTALL) -e '.[dvc]' && touch $@

$(VENV)/.dev: pyproject.toml | $(SETUP)
	@echo "installing pipegen with its tests, linters and docs into $(VENV)"
	@$(INSTALL) -e . --group dev && touch $@

$(VENV)/.build: | $(SETUP)
	@$(INSTALL) uv && touch $@
