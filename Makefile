# The ways in; `make help` lists them. Everything is installed into .venv, from hash-locked lists.
PYTHON = python3
HOST = 127.0.0.1
PORT ?= 8000
WORKERS = 3

BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" setup.cfg .ci/build.in
CODE = kiosk migrations wsgi.py

.PHONY: run test coverage lint bench pictures lock help
.DEFAULT_GOAL = help

run: .venv/ready-to-run ## serve, at HOST=127.0.0.1 and PORT=8000; a new instance is filled with a demo university
	@exec $(BIN)/kiosk start --host "$(HOST)" --port "$(PORT)"

test: .venv/ready-to-test ## run every test, or with ONLY="domain walls" those folders and files under tests/
	@tests/prepare
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(addprefix tests/,$(ONLY))

coverage: .venv/ready-to-test ## run every test, counting the lines and branches that ran
	@tests/prepare
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

lint: .venv/ready-to-test ## check style, types, calls known to be dangerous, and who imports whom
	@$(BIN)/ruff check $(CODE) tests
	@$(BIN)/ruff format --check $(CODE) tests
	@$(BIN)/mypy
	@$(BIN)/bandit --quiet --recursive $(CODE)
	@$(BIN)/lint-imports

bench: .venv/ready-to-test ## measure, and print what was measured
	@tests/prepare
	@$(BIN)/python -m tests.benchmarks

pictures: .venv/ready-to-test ## take the pictures in the README anew, from a demo
	@tests/prepare
	@$(BIN)/python -m tests.browser.pictures

lock: .venv/ready-to-lock ## choose versions anew, after a change to the dependencies in setup.cfg
	$(LOCK) --all-extras --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --constraint requirements.lock --output-file requirements-run.lock
	$(LOCK) --extra postgresql --extra redis --upgrade --constraint requirements.lock --output-file requirements-university.lock

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'

# Each stamp is made again only when something it was made from is newer, so a later start installs nothing.
.venv/made: .ci/venv
	@echo "Making .venv"
	@PYTHON="$(PYTHON)" .ci/venv .venv
	@touch $@

.venv/ready-to-run: .venv/made requirements-run.lock setup.cfg pyproject.toml
	@echo "Installing what Kiosk needs"
	@$(PIP) --require-hashes --requirement requirements-run.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-test: .venv/ready-to-run requirements.lock
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

.venv/ready-to-lock: .venv/made
	@$(PIP) uv
	@touch $@
