# The targets a person needs. `make setup` is part of each and quick when nothing changed.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVE ?= 1
# where Python keeps no compiled files, each process that a test starts compiles the whole app anew
unexport PYTHONDONTWRITEBYTECODE
LOCK_FLAGS := --universal --generate-hashes --no-annotate --no-header --python-version 3.11

.PHONY: help setup demo run test check quality bench campaign format types contracts lock clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## create .venv and install what requirements-dev.lock names

$(STAMP): requirements-dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

demo: setup ## the main job on a sample list: import, close out, deliver, audit (SERVE=0 ends by itself)
	$(BIN)/employer-app demo $(if $(filter 0,$(SERVE)),--no-serve,)

run: setup ## start the app for real use
	$(BIN)/employer-app serve

test: setup ## the whole test suite
	$(BIN)/python -m pytest -n 2

check: setup format types contracts test ## what must hold before a commit

quality: setup ## how well real lists are read, where EMPLOYER_TEST_DATA names their folder
	$(BIN)/python -m scripts.quality

bench: setup ## measure the goals, each beside its figure
	$(BIN)/python -m bench.rivals.environments
	$(BIN)/python -m bench

campaign: setup ## kill workers a thousand times in every window, on both databases (15 to 25 minutes)
	$(BIN)/python -m campaign

format:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint templates

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

lock: setup ## write both lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet pyproject.toml --extra postgres --group dev $(LOCK_FLAGS) -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet pyproject.toml --extra postgres -c requirements-dev.lock $(LOCK_FLAGS) -o requirements.lock

clean: ## remove what was installed or made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
