# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
BIN := .venv/bin
# One more than the two cores that are counted on: tests wait for processes, servers and time limits half of the time.
WORKERS ?= 3
export OMP_NUM_THREADS := 1
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test setup fmt check unit e2e journeys chaos splits lawful endure evidence requirements proofs scale fuzz load startup bench docs office clean help

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
	@$(BIN)/mypy -n 2
	@$(BIN)/lint-imports

unit: .venv/.test ## unit tests and the laws over all members, on SQLite and PostgreSQL
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -m "not e2e and not slow"

e2e: .venv/.test ## the journey in a real headless browser, in kk, ru and en
	@$(BIN)/pytest tests/e2e tests/ui/test_rendering_browser.py -n 2 --dist loadfile -m "e2e and not slow" --durations=5

journeys: .venv/.test ## the journeys in the browser that take longer, too
	@$(BIN)/pytest tests/e2e tests/ui/test_rendering_browser.py -m e2e --durations=5

chaos: .venv/.test ## kill -9 at 100 random points of the line, and of the log, a server stopped under load, 500 turns and 100 prompts by lot, slow writers, full size
	@$(BIN)/pytest -m slow tests/chaos tests/assistant/test_line_turns.py tests/assistant/test_line_rebuilt_prompts.py -v

splits: .venv/.test ## 10,000 answers cut at random: no character unchecked, nobody's value in what was shown
	@$(BIN)/pytest -m slow tests/assistant/test_stream_splits.py -v

lawful: .venv/.test ## no request of the desk is taken for an attack, and how often lawful texts of other sorts are
	@$(BIN)/pytest -m slow tests/assistant/test_desk_requests_pass.py -v
	@$(BIN)/python -m benchmarks.lawful

evidence: .venv/.test ## time and memory of exporting the whole log of a data folder (LOG=FOLDER), every table
	@$(BIN)/python -m benchmarks.audit_export --home $(LOG) --verify

endure: .venv/.test ## how fast the log appends, beside the disk and a chain that commits each record, and what it adds to an answer
	@$(BIN)/python -m benchmarks.audit_append
	@$(BIN)/python -m benchmarks.audit_exchange

requirements: .venv/.test ## every test that docs/audit-requirements.md names, and how many cases of each requirement passed
	@$(BIN)/python -m benchmarks.audit_requirements --slow

proofs: .venv/.test ## every single-bit flip of every proof up to 32 leaves, and a sample up to 128
	@$(BIN)/pytest -m "slow or not slow" tests/audit/test_audit_proofs.py tests/audit/test_audit_merkle.py -v

scale: .venv/.test ## a log of 1,000,000 records: proof, verification, memory, the auditor's list, filters and charts
	@$(BIN)/python -m benchmarks.audit_scale

fuzz: .venv/.test ## 10,000 questions by lot: no call to an entry that is not in force, and `registry verify` says the same of each
	@$(BIN)/pytest -m slow tests/contracts/test_gate_fuzz.py tests/contracts/test_gate_second_thread.py -v

load: .venv/.test ## 500 conversations of 100 messages, in the browser
	@$(BIN)/python -m benchmarks.conversations

startup: .venv/.test ## seconds to ready, memory, weight and time of the page, cold and warm
	@$(BIN)/python -m benchmarks.startup

bench: .venv/.test ## what the line adds around a model that answers at once, the index at 1k, 10k and 100k passages, the Curriculum page, the desk, a revocation, gate and route with 200 entries and 1,000 schools, the rails
	@$(BIN)/python -m benchmarks.bench
	@$(BIN)/python -m benchmarks.indexing
	@$(BIN)/python -m benchmarks.curriculum
	@$(BIN)/python -m benchmarks.desk
	@$(BIN)/python -m benchmarks.revocation
	@$(BIN)/python -m benchmarks.gate
	@$(BIN)/python -m benchmarks.rails

docs: .venv/.test ## check the documentation against the code
	@$(BIN)/pytest tests/docs

office: .venv/.test ## DOCX and PPTX opened by LibreOffice (libreoffice-writer, libreoffice-impress, poppler-utils)
	@$(BIN)/pytest -m slow tests/exports -v

clean: ## the environment and caches, never the data folder
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
