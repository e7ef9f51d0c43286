# Every command makes .venv first if need be. Variables: PORT, HZ_DATA_DIR, SIMULATE, DATABASE_URL, REDIS_URL, ARGS, BENCH_OUT, PYTHON.

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) config/trial/bootstrap.py
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test bench shell-env down install lint types format requirements messages

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

run: ## the whole service on this machine, until Ctrl-C (PORT=8000, SIMULATE=1, HZ_DATA_DIR=.data)
	@exec $(BOOTSTRAP) trial run

test: ## every test on real servers (ARGS="-k board -x" goes to pytest)
	@exec $(BOOTSTRAP) dev test

bench: ## the benchmarks, with bench.json in BENCH_OUT (ARGS="scale filing" for some)
	@exec $(BOOTSTRAP) dev bench

shell-env: ## for a shell: eval "$$(make -s shell-env)"
	@exec $(BOOTSTRAP) trial shell-env

down: ## stop what shell-env keeps running, and a running `make run`
	@exec $(BOOTSTRAP) trial down

install: ## only .venv with everything for development
	@$(BOOTSTRAP) dev

# mypy's Django plugin loads the settings; nothing is connected to.
LINT_ENV := SECRET_KEY=lint DATABASE_URL=postgres://lint@127.0.0.1/lint REDIS_URL=redis://127.0.0.1/0

lint: install ## ruff, mypy, import-linter, djlint
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	@$(MAKE) --no-print-directory types
	$(BIN)/lint-imports
	$(BIN)/python -m djlint --check --lint hztargets/templates

types: ## mypy alone
	$(LINT_ENV) $(BIN)/python -m mypy

format: install ## let ruff and djlint put the source in order
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	$(BIN)/python -m djlint --reformat --quiet hztargets/templates

COMPILE := $(BIN)/python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

requirements: install ## pin what pyproject.toml asks for, with hashes (the three files keep one set of versions)
	$(COMPILE) --extra trial --extra dev --output-file config/requirements/dev.txt pyproject.toml
	$(COMPILE) --constraint config/requirements/dev.txt --extra trial --output-file config/requirements/trial.txt pyproject.toml
	$(COMPILE) --constraint config/requirements/dev.txt --output-file config/requirements/base.txt pyproject.toml

messages: install ## collect and compile the translations
	cd hztargets && ../$(BIN)/python ../manage.py makemessages --locale zh_Hans --no-location --no-wrap
	cd hztargets && ../$(BIN)/python ../manage.py compilemessages --locale zh_Hans
