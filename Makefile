SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
.DEFAULT_GOAL := help
.ONESHELL:

PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
PYTEST := $(PY) -m pytest -n 2 --dist worksteal
export FLASK_APP := wsgi
export NUMBA_CACHE_DIR ?= $(CURDIR)/instance/numba
export PYTHONUNBUFFERED := 1
unexport PYTHONDONTWRITEBYTECODE  # modules are compiled once, not in each process that the tests start

.PHONY: help setup free-port demo demo-reset serve test test-quick lint format fuzz fuzz-planner mutate lock clean bench roads bench-near bench-import bench-replan bench-horizon bench-proposals bench-planner bench-planner-quick bench-planner-full bench-travel bench-roads

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# ---------------------------------------------------------------- set-up

setup: .venv/.installed server/web/static/vendor/.installed instance/numba/.warm ## install everything the product needs

# A list of packages is the progress: pip takes about a minute the first time.
define pip_install
	$(BIN)/pip install --disable-pip-version-check --no-input --require-hashes -r $(1) \
	  | sed -nu -e 's/^Collecting \([^ ]*\).*/  \1/p' -e 's/^Installing.*/  installing .../p'
endef

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Fieldbeat needs Python 3.11 or later: $(PYTHON) was not found (set PYTHON=...)."; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Fieldbeat needs Python 3.11 or later; this is $$($(PYTHON) -V)."; exit 1; }
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "Python has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	echo "Creating the virtual environment in .venv"
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing the pinned Python packages (about a minute)"
	$(call pip_install,requirements.txt)
	touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the packages for tests and checks"
	$(call pip_install,requirements-dev.txt)
	touch $@ .venv/.installed

# What only has to be there stands behind the |: an installation that changes nothing must not do the slow parts again.
server/web/static/vendor/.installed: package-lock.json server/web/assets.py | .venv/.installed
	@echo "Installing the browser assets (a few seconds)"
	$(PY) -m server.web.assets
	touch $@

instance/numba/.warm: $(wildcard planner/search/*.py) requirements.txt | .venv/.installed
	@echo "Compiling the planner (about a minute, once)"
	mkdir -p instance/numba
	$(PY) -m server.worker.compiling
	touch $@

# ---------------------------------------------------------------- running

# Said now, not after minutes of set-up.
free-port: | .venv/bin/python
	@command -v $(PYTHON) >/dev/null || { echo "Fieldbeat needs Python 3.11 or later: $(PYTHON) was not found (set PYTHON=...)."; exit 1; }
	$(PYTHON) server/commands/port.py

demo: free-port setup ## set up everything, plan a demo company for four weeks and serve it
	@echo "Starting ..."
	exec $(BIN)/flask demo serve

demo-reset: free-port setup ## throw the demo company away and begin anew
	@echo "Starting ..."
	exec $(BIN)/flask demo serve --anew

serve: free-port setup ## migrate the database and serve it
	@$(BIN)/flask db upgrade
	exec $(BIN)/flask up

roads: .venv/.installed ## driving times by road: OSM=path.osm.pbf installs our own OSRM, builds its graph and runs it
	@test -n "$(OSM)" || { echo "Say which map: make roads OSM=path.osm.pbf (for example from download.geofabrik.de)"; exit 1; }
	$(BIN)/flask roads build "$(OSM)"
	echo "Serving it on this machine; Ctrl-C ends it.  (With FIELDBEAT_TRAVEL=local, \`make serve\` does so by itself.)"
	exec $(BIN)/flask roads serve

# ---------------------------------------------------------------- checking

# One processor compiles the planner while the other checks the code.
test: .venv/.installed-dev server/web/static/vendor/.installed ## set up everything, check the code and pass all tests, on SQLite and PostgreSQL
	@$(MAKE) --no-print-directory -j2 instance/numba/.warm lint
	echo "Tests (planner, and the server on SQLite)"
	$(PYTEST)
	echo "The server's tests again, on PostgreSQL"
	$(PYTEST) tests/server --database postgresql -m "not browser"

test-quick: .venv/.installed-dev setup ## the tests on SQLite only
	@$(PYTEST)

lint: .venv/.installed-dev ## format check, lint, types, import rules
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-cache

format: .venv/.installed-dev ## format the code and fix what can be fixed
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

fuzz: .venv/.installed-dev setup ## fuzz the whole API with every role, at length, on SQLite and PostgreSQL
	@FIELDBEAT_FUZZ=long $(PY) -m pytest tests/server/fuzz -n 2 --timeout 3600
	FIELDBEAT_FUZZ=long $(PY) -m pytest tests/server/fuzz -n 2 --timeout 3600 --database postgresql

fuzz-planner: .venv/.installed-dev setup ## solve thousands of random problems of all features and check every plan (FIRST=0 COUNT=5000)
	@$(PY) -m tests.planner.fuzz --first $(or $(FIRST),0) --count $(or $(COUNT),5000)

mutate: .venv/.installed-dev setup ## plant faults in the checker and the cadence rules, see which no test finds (an hour or so, resumable; FILES="...")
	@nice -n 10 $(PY) -m tests.mutation $(FILES)

lock: .venv/.installed-dev ## pin all dependencies, with hashes, from requirements*.in
	@$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 -q requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 -q requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## remove everything that set-up made, but not instance/
	rm -rf .venv server/web/static/vendor .pytest_cache .mypy_cache .ruff_cache

# ---------------------------------------------------------------- measuring (figures go to docs/benchmarks.md)

bench-horizon: .venv/.installed-dev setup ## planner: cost against time on generated horizons
	@$(PY) -m benchmarks.horizon

bench-planner: .venv/.installed-dev setup ## planner: a fixed sample beside its peers, and the goals (15 minutes on two cores)
	@$(PY) -m benchmarks.planner

bench-planner-quick: .venv/.installed-dev setup ## planner: the same in under three minutes
	@$(PY) -m benchmarks.planner --quick

bench-planner-full: .venv/.installed-dev setup ## planner: everything with ten seeds; hours, resumable (instance/bench/)
	@$(PY) -m benchmarks.planner --full

bench-near: .venv/.installed-dev setup ## accounts near a point among 1,000,000
	@$(PY) -m benchmarks.near

bench-import: .venv/.installed-dev setup ## import of 100,000 accounts
	@$(PY) -m benchmarks.imports

bench-replan: .venv/.installed-dev setup ## from a changed appointment to the new day served
	@$(PY) -m benchmarks.replan

bench-proposals: .venv/.installed-dev setup ## prices of changes and slots for appointments
	@$(PY) -m benchmarks.proposals

bench-travel: .venv/.installed-dev setup ## road times: cold, from the store, a new account, their size
	@$(PY) -m benchmarks.travel

bench-roads: .venv/.installed-dev setup ## the same four weeks planned by estimate, calibrated estimate and road, driven on roads
	@$(PY) -m benchmarks.roads

bench: bench-planner bench-near bench-import bench-replan bench-proposals ## all benchmarks
