# `make help` lists what can be done here.  Nothing but Python 3.11 or later, make and a shell has to be there.

VENV := .venv
PY := $(VENV)/bin/python
# pip needs neither colours nor questions, and no news about itself.
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq --require-hashes
ARGS ?=
FOLDER ?=
NAMES ?=
SERVE ?= 1
PORT ?= 8000
# what the service is measured against lives beside it, never in it
OTHERS := .venv-bench
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock state-diagrams screenshots clean forget-demo

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

# --- what people use ---------------------------------------------------------------------------

demo: $(VENV)/.runtime  ## Play the year 2023 (or FOLDER=path) into a demo database, compare, then serve (SERVE=0: stop there; PORT=8000)
	@$(PY) manage.py init_keys --if-missing
	@YXT_HTTPS=0 YXT_PRACTICE=1 YXT_REQUIRE_SECOND_FACTOR=0 $(PY) manage.py demo $(if $(FOLDER),--folder "$(FOLDER)") $(if $(filter 0 no false,$(SERVE)),,--port $(PORT))
	@$(if $(filter 0 no false,$(SERVE)),echo "Not serving (SERVE=$(SERVE)).",YXT_HTTPS=0 YXT_PRACTICE=1 YXT_REQUIRE_SECOND_FACTOR=0 exec $(PY) manage.py serve --port $(PORT))

test: $(VENV)/.development  ## Run every check and the whole suite on SQLite and on PostgreSQL (ARGS="--only sqlite -k roster")
	@$(PY) tests/run.py $(ARGS)

check: $(VENV)/.development  ## Run the checks only: ruff, format, mypy, import contracts, templates, deployment, migrations
	@$(PY) tests/run.py --only check

bench: $(VENV)/.development $(OTHERS)/.installed  ## Measure the service against its yardsticks on a PostgreSQL of its own, half an hour (ARGS="batch --sizes 1000000")
	@$(PY) bench/run.py $(ARGS)

state-diagrams: $(VENV)/.development  ## Write docs/state-machines.md anew from the models
	@$(PY) -m tests.state_diagrams

screenshots: $(VENV)/.development  ## Take the pictures in docs/screenshots anew from the demo's year (NAMES="home money": some)
	@YXT_HTTPS=0 $(PY) -m tests.pictures.take $(NAMES)

lock: $(VENV)/.development  ## Compile requirements*.in into requirements*.txt (ARGS="--upgrade")
	@$(LOCK) $(ARGS) requirements.in -o requirements.txt
	@$(LOCK) $(ARGS) requirements-ocr.in -o requirements-ocr.txt
	@$(LOCK) $(ARGS) requirements-dev.in -o requirements-dev.txt
	@$(LOCK) $(ARGS) bench/requirements.in -o bench/requirements.txt
	@echo "Locked: $$(grep -c == requirements.txt) packages to run, $$(grep -c == requirements-dev.txt) to develop."

clean:  ## Remove the environment and every cache (the demo's database stays)
	@rm -rf $(VENV) $(OTHERS) .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed the environment and the caches."

forget-demo:  ## Remove the demo's database and files in var/, if the demo made them
	@if [ ! -e var ]; then echo "There is no demo in var/."; \
	elif [ -e var/demo-folder.sha256 ]; then rm -rf var && echo "Removed the demo in var/."; \
	else echo "var/ was not made by the demo; nothing removed."; exit 1; fi

# --- environments: installed again only when the locked list is newer --------------------------

$(PY):
	@for python in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11; do \
	  [ -n "$$python" ] && command -v "$$python" >/dev/null 2>&1 || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	  echo "Making the environment $(VENV) with $$("$$python" --version) ..."; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  echo "'$$python -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; \
	done; echo "Python 3.11 or later is needed; name it with PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "Installing $$(grep -c == $<) packages from $< ..."
	@$(PIP) -r $<
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(PY)
	@echo "Installing $$(grep -c == $<) packages from $< ..."
	@$(PIP) -r $<
	@touch $@ $(VENV)/.runtime

$(OTHERS)/.installed: requirements.txt bench/requirements.txt | $(PY)
	@echo "Installing $$(grep -c == bench/requirements.txt) packages to measure against from bench/requirements.txt ..."
	@$(PY) -m venv --clear $(OTHERS)
	@$(OTHERS)/bin/python -m pip --disable-pip-version-check --no-input install -qq --require-hashes -r requirements.txt -r bench/requirements.txt
	@touch $@
