# make up     install and start windsock, one event going through
# make test   install and run the tests
# make check  what CI runs: style, types, structure, tests
# make bench  the benchmarks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: up javascript test check lint types structure bench migration coverage diagnostics clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	touch $@

# The second SDK of the tests; without npm those tests are skipped (and fail in CI).
JAVASCRIPT := tests/aws/javascript
$(JAVASCRIPT)/node_modules: $(JAVASCRIPT)/package-lock.json
	if command -v npm >/dev/null; then cd $(JAVASCRIPT) && npm ci --silent; fi

javascript: $(JAVASCRIPT)/node_modules

up: $(VENV)/installed
	$(BIN)/windsock up --demo

test: $(VENV)/installed $(JAVASCRIPT)/node_modules
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(VENV)/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/installed
	$(BIN)/mypy

structure: $(VENV)/installed
	$(BIN)/lint-imports
	$(BIN)/python scripts/coverage_page.py --check
	$(BIN)/python scripts/diagnostics_page.py --check

check: lint types structure test

bench: $(VENV)/installed
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/patterns.py
	$(BIN)/python benchmarks/put_events.py
	$(BIN)/python -m benchmarks.publish
	$(BIN)/python -m benchmarks.state_machines
	$(BIN)/python benchmarks/http_door.py
	$(BIN)/python benchmarks/lambda_invoke.py
	$(BIN)/python benchmarks/simulated.py

# make migration NAME=what_changed: write the revision that the schema in the code needs
migration: $(VENV)/installed
	$(BIN)/python scripts/make_migration.py $(NAME)
	$(BIN)/ruff format --quiet src/windsock/store/migrations/versions

# docs/coverage.md, from what the code registers
coverage: $(VENV)/installed
	$(BIN)/python scripts/coverage_page.py

# docs/asl-diagnostics.md, from the rules
diagnostics: $(VENV)/installed
	$(BIN)/python scripts/diagnostics_page.py

clean:
	rm -rf $(VENV) $(JAVASCRIPT)/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
