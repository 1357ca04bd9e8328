# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
BIN := .venv/bin
export OMP_NUM_THREADS := 1
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test setup fmt check unit e2e chaos fuzz load startup bench docs clean help

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: .venv/.run ## make the environment and serve at the printed address
	@$(BIN)/ustaz serve

test: .venv/.test check unit e2e ## everything that must hold, set-up included

setup: .venv/.test ## the environment for development

.venv/.run: pyproject.toml constraints.txt deploy/setup.sh
	@deploy/setup.sh run
	@touch $@

.venv/.test: pyproject.toml constraints.txt deploy/setup.sh
	@deploy/setup.sh test
	@touch $@ .venv/.run

fmt: .venv/.test ## format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

check: .venv/.test ## lint, strict types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

unit: .venv/.test ## unit tests and the laws over all members, on SQLite and PostgreSQL
	@$(BIN)/pytest -n 2 --dist loadscope -m "not e2e and not slow"

e2e: .venv/.test ## the journey in a real headless browser, in kk, ru and en
	@$(BIN)/pytest -m "e2e and not slow" --durations=5

chaos: .venv/.test ## kill -9 at random points, full size
	@$(BIN)/pytest -m slow tests/chaos -v

fuzz: .venv/.test ## 2,000 questions by lot: no call to an entry that is not in force
	@$(BIN)/pytest -m slow tests/contracts/test_gate_fuzz.py -v

load: .venv/.test ## 500 conversations of 100 messages, in the browser
	@$(BIN)/python -m benchmarks.conversations

startup: .venv/.test ## seconds to ready, memory, weight and time of the page, cold and warm
	@$(BIN)/python -m benchmarks.startup

bench: .venv/.test ## what the line adds around a model that answers at once
	@$(BIN)/python -m benchmarks.bench

docs: .venv/.test ## check the documentation against the code
	@$(BIN)/pytest tests/docs

clean: ## the environment and caches, never the data folder
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
