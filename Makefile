# `make` alone lists what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin/python
PORT ?= 8000
RESET ?=
TLS ?=

.PHONY: help demo test trial check bench setup setup-test format texts lock clean

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## set everything up and start it: PORT=8123, RESET=1 begins anew, TLS=1 for a phone
	@exec $(RUN) manage.py demo --port $(PORT) $(if $(RESET),--reset) $(if $(TLS),--tls)

test: setup-test ## all tests, on throw-away PostgreSQL, Redis and S3, and on the embedded default
	@exec $(RUN) scripts/run_tests.py $(ARGS)

trial: setup-test ## the demo's people on production's settings and services, behind nginx: PORT=8443
	@exec $(RUN) scripts/trial.py $(if $(filter 8000,$(PORT)),8443,$(PORT))

check: setup-test ## format, lint, types, import contracts, migrations, texts, requirement ids
	@exec $(RUN) scripts/check.py

bench: setup-test ## measure speed: a table of goals and figures
	@exec $(RUN) -m bench $(ARGS)

format: setup-test ## put code and templates in the house format
	@.venv/bin/ruff check -q --fix . ; .venv/bin/ruff format -q . ; git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade -q --target-version 5.2

texts: setup-test ## collect texts to translate into locale/
	@$(RUN) scripts/texts.py collect

lock: setup-test ## lock the newest allowed packages, by hash
	@for set in base dev tools node; do .venv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/$$set.in -o requirements/$$set.txt; done

setup:
	@$(PYTHON) scripts/setup.py demo

setup-test:
	@$(PYTHON) scripts/setup.py test

clean: ## remove all that set-up and running made (the demo's data too)
	@rm -rf .venv build node_modules staticfiles var
