# Every target sets up .venv when it is missing, from the locked requirements; afterwards all work offline.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
OUT := out

.DEFAULT_GOAL := help
.PHONY: help setup run test simulate mutate kill crowd check generate bench lock picture clean

help:  ## say what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(READY)  ## set up .venv from requirements.lock

$(READY): requirements.lock
	@test -n "$(PYTHON)" || { \
	  echo "bulkmatch needs Python 3.11 or later and found none on the PATH; install it, or say where: make PYTHON=/path/to/python3"; exit 1; }
	@echo "setting up .venv with $(PYTHON) (once; about a minute)"
	@$(PYTHON) -m venv --clear .venv || { echo "python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	-@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --version >/dev/null 2>&1  # fetches its npm package, for make check
	@touch $@

run: $(READY)  ## enrich the sample BOM on the embedded sandbox, then audit it before and after a change
	@mkdir -p $(OUT)
	@$(BIN)/bulkmatch enrich examples/weather-station.csv --sandbox --store $(OUT)/store.sqlite \
	  --boards 10 -o $(OUT)/weather-station.xlsx -o $(OUT)/weather-station.csv -o $(OUT)/weather-station.jsonl
	@$(BIN)/python examples/later_catalog.py $(OUT)/later.csv
	@$(BIN)/bulkmatch audit examples/weather-station.csv --sandbox --store $(OUT)/store.sqlite -q
	@$(BIN)/bulkmatch audit examples/weather-station.csv --sandbox-catalog $(OUT)/later.csv --recheck \
	  --store $(OUT)/store.sqlite -o $(OUT)/audit.html -o $(OUT)/audit.xlsx
	@echo "the audit's report: $(abspath $(OUT))/audit.html"

test: $(READY)  ## run all tests with coverage
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m pytest -q -n 2 --cov --cov-report= $(PYTEST)
	@$(BIN)/python -m coverage report --fail-under=95
	@$(BIN)/python -m coverage report --fail-under=100 --include='engine/bulkmatch/core/*,engine/bulkmatch/model/*'

simulate: $(READY)  ## play stories with faults: make simulate SEEDS=1000 [FIRST=1]
	@$(BIN)/python -m tests.simulation --first $(or $(FIRST),1) --count $(or $(SEEDS),1000)

mutate: $(READY)  ## break the engine in many ways and show which story notices: make mutate [STORIES=1000]
	@$(BIN)/python -m tests.simulation.mutate --seeds $(or $(STORIES),1000)

kill: $(READY)  ## kill real runs by SIGKILL at random moments: make kill KILLS=200 [SEED=1]
	@$(BIN)/python -m tests.e2e kill --kills $(or $(KILLS),200) --seed $(or $(SEED),1)

crowd: $(READY)  ## eight real processes on one store and one budget: make crowd PARTS=200
	@$(BIN)/python -m tests.e2e crowd --parts $(or $(PARTS),200)

check: $(READY)  ## formatting, lint, types, layers, generated code, schema
	@bash .ci/check

generate: $(READY)  ## write generated/nexar_client anew from schema.graphql and queries/
	@$(BIN)/python queries/generate.py

bench: $(READY)  ## measure: ratios side by side in one run
	@$(BIN)/python -m benchmarks

lock: $(READY)  ## pin the newest allowed requirements, with hashes (needs the network)
	@$(BIN)/python -m venv --clear .venv-lock
	@.venv-lock/bin/pip install -q --disable-pip-version-check uv
	@.venv-lock/bin/uv pip compile -q --universal --generate-hashes --group dev --extra keyring --extra parquet pyproject.toml \
	  --python-version 3.11 --no-header --no-annotate --upgrade -o requirements.lock
	@rm -rf .venv-lock

picture: $(READY)  ## draw docs/picture.svg: what `make run` shows in a terminal
	@$(BIN)/python docs/picture.py

clean:  ## remove what make has made, the environment too
	@rm -rf .venv .venv-lock $(OUT) dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
