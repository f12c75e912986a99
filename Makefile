# Relief Ledger. `make help` lists what can be asked for; nothing needs to be installed but Python 3.11 and make.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
TEST_DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
export PORT PYTHONUNBUFFERED := 1

# Relative, because a path with a blank in it cannot be a target.
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
# Two workers; the one that is done first takes over half of what the other still has.
TESTS := $(PYTHON) -m pytest -n 2 --dist worksteal
OURS := ledger beneficiaries funds audit config

.PHONY: help run demo test lint stop drill mutants bench setup setup-dev clean-venv

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# The served demonstration says so on every page and lists its practice accounts; DEMO=0 hides them.
run: export DEMO := $(or $(DEMO),1)
run: demo ## sets all up, runs the main job on demonstration data and serves the site on 127.0.0.1:8000 (PORT=...)
	@$(PYTHON) -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1])))' $(PORT) 2>/dev/null \
		|| { echo "Port $(PORT) is taken or no port. Choose another: make run PORT=8001"; exit 1; }
	@echo "Serving on http://127.0.0.1:$(PORT)/ - stop with Ctrl-C; the database goes on until make stop."
	@exec scripts/serve $(PORT)

demo: setup ## the same without serving
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) demo

test: setup-dev ## every check and every test, on the embedded PostgreSQL and on one over TCP where there is one
	@scripts/browser
	@$(MAKE) lint
	@if scripts/answers "$(TEST_DATABASE_URL)"; then \
		$(TESTS); \
		echo "Again on the PostgreSQL over TCP:"; \
		DATA_KEYS=$$(head -c 32 /dev/urandom | base64) DATA_INDEX_KEY=$$(head -c 32 /dev/urandom | base64) \
			DATABASE_URL="$(TEST_DATABASE_URL)" $(TESTS) -m "not browser and not once"; \
	else \
		echo "No PostgreSQL answers over TCP (TEST_DATABASE_URL), so the tests run on the embedded one only."; \
		$(TESTS); \
	fi

lint: setup-dev ## format, style, types, layers, migrations and settings, without tests
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m ruff format --check --quiet . || { echo "Not formatted: run .venv/bin/ruff format ."; exit 1; }
	@$(PYTHON) -m mypy --no-error-summary $(OURS)
	@$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo > var/layers.txt \
		|| { cat var/layers.txt; exit 1; }
	@$(MANAGE) check --fail-level WARNING > var/check.txt 2>&1 || { cat var/check.txt; exit 1; }
	@HTTPS=1 $(MANAGE) check --deploy --fail-level WARNING > var/check.txt 2>&1 || { cat var/check.txt; exit 1; }
	@$(MANAGE) makemigrations --check --dry-run > var/check.txt 2>&1 || { cat var/check.txt; exit 1; }
	@echo "Style, types, layers, migrations and settings: good."

drill: setup-dev ## the long fault drills
	@RELIEF_DRILL=1 $(PYTHON) -m pytest -r P tests/faults

mutants: setup-dev ## takes each rule and lock of the database away in turn and expects a red test (about an hour)
	@$(PYTHON) -m tests.mutants

bench: setup-dev ## the benchmarks, about ten minutes on an idle machine; writes docs/benchmarks.md
	@$(PYTHON) -m bench

stop: ## stops the embedded PostgreSQL
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m config.embedded_postgres stop; fi

setup: ## makes .venv, with what the product runs on
	@scripts/setup requirements.txt

setup-dev: ## makes .venv, with what the tests need as well
	@scripts/setup requirements-dev.txt

clean-venv: ## removes .venv
	@rm -rf .venv
