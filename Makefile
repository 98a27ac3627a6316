# Needs Python 3.11+, make and the package index; everything else goes into .venv.
# ARGS is handed on: make test ARGS="tests/catalog -x"   make demo ARGS=--once

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first interpreter that really runs, is new enough and can make environments.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
# uv installs about four times faster than pip; `make INSTALLER=pip ...` does without it, to the same versions.
INSTALLER ?= uv
UV_VERSION := 0.13.9

BIN := .venv/bin
ARGS ?=

# Libraries keep their compiled form, or each process would compile them again (7 s instead of 2 s).
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
unexport VIRTUAL_ENV

.PHONY: help demo test check lint format types contracts bench nightly screenshots lock dev clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo '  ARGS="..." is handed on, as in: make test ARGS="tests/catalog -x"'

demo: .venv/.runtime .venv/.compiled ## a street, its needs of tomorrow and a matching round, on http://127.0.0.1:8080
	@$(BIN)/linli demo $(ARGS)

test: .venv/.dev .venv/.compiled ## all tests; those that need a server or a browser say what they lack
	@$(BIN)/pytest $(ARGS)

check: lint format types contracts ## lint, formatting, types, import contracts

lint: .venv/.dev
	$(BIN)/ruff check .

format: .venv/.dev
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

bench: .venv/.dev .venv/.compiled ## figures: time, gaps and bounds on this machine, written into docs/benchmarks.md
	@LINLI_BENCH_REPORT=docs/benchmarks.md $(BIN)/pytest -m benchmark -s $(ARGS)

nightly: .venv/.dev .venv/.compiled ## tests that take longer than a pull request may
	@HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -m nightly $(ARGS)

screenshots: .venv/.dev ## take the README's pictures again, of the demo in Chromium
	@$(BIN)/python tests/tools/screenshots.py

lock: ## renew uv.lock and constraints.txt from pyproject.toml (ARGS="--upgrade" for newer versions)
	$(environment)
	$(BIN)/uv lock --no-config --default-index https://pypi.org/simple $(ARGS)
	$(BIN)/uv export --no-config --default-index https://pypi.org/simple --locked --quiet --format requirements-txt \
		--no-hashes --no-annotate --no-header --no-emit-project --all-extras --output-file constraints.txt

dev: .venv/.dev ## .venv with what developers need

clean: ## remove .venv and caches; demo data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis .coverage htmlcov dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp for those who run Linli, one for those who change it. Stamps hold no content: their age is the point.
.venv/.runtime: pyproject.toml constraints.txt
	$(environment)
	$(call install,.)
	@touch $@

.venv/.dev: pyproject.toml constraints.txt
	$(environment)
	$(call install,.[dev])
	@touch .venv/.runtime $@

# The search is compiled once, and again when it has changed; otherwise the first plan would wait for it.
.venv/.compiled: $(wildcard matching/online/*.py $(addprefix matching/solvers/,local/*.py bounds/*.py delivery/*.py)) | .venv/.runtime
	@$(BIN)/python -m matching.warm
	@touch $@

# An environment with uv in it, where there is a uv for this kind of machine.
define environment
@set -e; \
export PIP_DISABLE_PIP_VERSION_CHECK=1; \
if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	python='$(PYTHON)'; \
	if [ -z "$$python" ]; then \
		echo 'Linli needs Python 3.11 or newer with its venv module (on Debian and Ubuntu: apt install python3 python3-venv).' >&2; \
		echo 'If you have it under another name: make PYTHON=/path/to/python3 ...' >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version) ..."; \
	"$$python" -m venv --clear .venv; \
fi; \
if [ '$(INSTALLER)' = uv ] && ! $(BIN)/uv --version >/dev/null 2>&1; then \
	echo 'Installing uv $(UV_VERSION), which installs the rest ...'; \
	$(BIN)/python -m pip install --quiet --only-binary :all: uv==$(UV_VERSION) || echo 'No uv here; pip takes its place.'; \
fi
endef

# $(call install,PROJECT): the locked versions, and the project itself in place, so that its sources run as they are.
# A mirror named in pip's settings serves uv as well. Where uv fails, pip is asked.
define install
@set -e; \
export PIP_DISABLE_PIP_VERSION_CHECK=1; \
echo 'Installing $(1) with the versions of constraints.txt (about 200 MB at first) ...'; \
mirror=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}}; \
if [ '$(INSTALLER)' = uv ] && [ -x $(BIN)/uv ] && \
	UV_DEFAULT_INDEX="$${mirror:-https://pypi.org/simple}" \
	$(BIN)/uv pip install --python $(BIN)/python --constraint constraints.txt --editable '$(1)'; \
then :; \
else $(BIN)/python -m pip install --progress-bar off --constraint constraints.txt --editable '$(1)'; \
fi
endef
