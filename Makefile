# Everything a developer or a newcomer runs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv
STAMPS := .stamps
PORT ?= 8000
export UV_LINK_MODE ?= copy

.DEFAULT_GOAL := help
.PHONY: help setup assets messages demo serve dev test test-walk test-slow fuzz test-cluster e2e lint format bench docs lock clean browser

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMPS)/python assets messages ## virtual environment, front-end assets, translations

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	@touch $@

$(STAMPS)/python: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "Installing Python packages (locked)…"
	@$(UV) pip install --quiet --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps -e .
	@touch $@

assets: $(STAMPS)/python ## build scripts and styles (skipped when nothing changed)
	@$(BIN)/python scripts/build_assets.py

messages: $(STAMPS)/python ## compile translations (skipped when nothing changed)
	@$(BIN)/python scripts/compile_messages.py

demo: setup ## the product with data, on http://127.0.0.1:8000
	@$(BIN)/yunhe demo --port $(PORT)

serve: setup ## the product without demo data
	@$(BIN)/yunhe serve --port $(PORT)

dev: setup ## serve with reload on change
	@YUNHE_DEBUG=1 $(BIN)/yunhe serve --port $(PORT) --reload

test: setup ## unit, integration, contract, structure tests
	@$(BIN)/pytest -n 2 -m "not walk and not slow and not cluster and not e2e"

test-walk: setup ## every page and operation, three roles, own and foreign records
	@$(BIN)/pytest -n 2 -m walk tests/contract

test-slow: setup ## full real data sets, the walk of every other role, quick benchmarks
	@$(BIN)/pytest -n 2 --dist loadfile -rs -m "slow and not cluster and not e2e"

fuzz: setup ## generated requests against the API's own description (FUZZ_EXAMPLES=20 an operation)
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20} $(BIN)/pytest -n 2 -m "not e2e" tests/contract/api/test_fuzz.py tests/contract/test_hostile_input.py

test-cluster: setup ## the same metrics on a Spark master and worker
	@$(UV) pip install --quiet --require-hashes -r requirements-cluster.lock
	@$(BIN)/pytest -m cluster tests/cluster

e2e: setup ## stories and screenshots in a real browser
	@$(BIN)/pytest -n 2 -rs -m e2e tests/e2e

lint: setup ## every rule that a tool can check
	@$(BIN)/ruff check src tests bench scripts
	@$(BIN)/ruff format --check src tests bench scripts
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python scripts/check_sizes.py
	@$(BIN)/python scripts/check_translations.py
	@$(BIN)/pytest -n 0 tests/structure/test_tables.py -k "declares_who or filtered_by or point_down or cascades"
	@$(BIN)/mypy

format: $(STAMPS)/python ## let ruff arrange the code
	@$(BIN)/ruff check --fix-only --quiet src tests bench scripts
	@$(BIN)/ruff format --quiet src tests bench scripts

bench: setup ## measurements, as ratios, to bench/results/
	@$(BIN)/yunhe bench

docs: setup ## API snapshot, state diagrams and reference pages from the code
	@$(BIN)/yunhe docs

lock: $(STAMPS)/venv ## renew the lock files from pyproject.toml
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra demo --extra dev pyproject.toml -o requirements.lock
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra demo --extra dev --extra cluster pyproject.toml -o requirements-cluster.lock

clean: ## remove everything that was built or stored here
	rm -rf $(VENV) $(STAMPS) var frontend/node_modules src/yunhe/platform/ui/static/yunhe
