# Needs only make and python3 (3.11 or newer, with venv). Everything else comes from requirements/, by hash.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto --dist loadgroup

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PEERS := $(VENV)/.peers
SPARK := $(VENV)/.spark
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := UV_NO_CONFIG=1 $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench bench-city bench-peers lock upgrade clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make .venv from the hashed lock (does nothing when current)

$(STAMP): requirements/dev.txt pyproject.toml engine/match/kernel.c
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Huice needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 lacks venv; on Debian: apt-get install python3-venv"; exit 1; }
	$(INSTALL) --require-hashes --requirement requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(PEERS): $(STAMP) requirements/peers.txt
	$(INSTALL) --require-hashes --requirement requirements/peers.txt
	@touch $@

$(SPARK): $(STAMP) requirements/spark.txt
	$(INSTALL) --require-hashes --requirement requirements/spark.txt
	@touch $@

demo: setup ## run the demonstration
	$(BIN)/huice demo

test: check $(SPARK) ## lint, types, import contracts, then the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: setup ## lint, types and import contracts only
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## sort imports and lay out the code
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

bench: setup ## run the benchmark
	$(BIN)/python -m bench

bench-city: setup ## time every kernel beside polars and duckdb: 50,000 enterprises, 1,000 policies
	$(BIN)/python -m bench.city

bench-peers: $(PEERS) ## time the engine beside its peers, in one run, with plots
	$(BIN)/python -m bench.peers

lock: $(STAMP) ## recompile requirements/ from pyproject.toml, keeping the pins that still fit
	$(COMPILE) --extra dev --extra bench --extra deep --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --extra peers --output-file requirements/peers.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --extra spark --output-file requirements/spark.txt pyproject.toml
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/runtime.txt pyproject.toml

upgrade: $(STAMP) ## recompile requirements/ with the newest versions
	$(COMPILE) --upgrade --extra dev --extra bench --extra deep --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --upgrade --constraint requirements/dev.txt --extra peers --output-file requirements/peers.txt pyproject.toml
	$(COMPILE) --upgrade --constraint requirements/dev.txt --extra spark --output-file requirements/spark.txt pyproject.toml
	$(COMPILE) --upgrade --constraint requirements/dev.txt --output-file requirements/runtime.txt pyproject.toml

clean: ## remove .venv and caches
	rm -rf $(VENV) build dist engine/match/kernel.lib engine/match/kernel.json .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
