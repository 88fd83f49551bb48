# Everything here needs only make and Python 3.11 or newer. `make` alone prints the targets.
.DEFAULT_GOAL := help
.SUFFIXES:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
CACHE := $(CURDIR)/build/.cache

# Programs run from here keep their caches and settings in build/, so an empty or read-only home
# directory is enough, and nothing a user has set up elsewhere changes the result.
RUN := env XDG_CACHE_HOME=$(CACHE) XDG_CONFIG_HOME=$(CACHE)/config XDG_DATA_HOME=$(CACHE)/data \
	MPLCONFIGDIR=$(CACHE)/matplotlib IPYTHONDIR=$(CACHE)/ipython \
	JUPYTER_CONFIG_DIR=$(CACHE)/jupyter JUPYTER_DATA_DIR=$(CACHE)/jupyter/data \
	JUPYTER_RUNTIME_DIR=$(CACHE)/jupyter/runtime JUPYTER_PLATFORM_DIRS=1 \
	HYPOTHESIS_STORAGE_DIRECTORY=$(CACHE)/hypothesis RUFF_CACHE_DIR=$(CACHE)/ruff \
	PYTHONNOUSERSITE=1 MPLBACKEND=agg

# Variables that could let a private index into the lock.
NO_PRIVATE_INDEX := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_INDEX_URL \
	-u UV_FIND_LINKS -u UV_EXTRA_INDEX_URL -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX

.PHONY: help
help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort \
		| while IFS= read -r line; do printf '  make %-10s %s\n' "$${line%%:*}" "$${line#*## }"; done

.PHONY: venv
venv: $(VENV)/.installed ## Create or refresh .venv from requirements.lock

# The copy of the lock inside .venv is written last, so an interrupted install is made again.
# A lock that only looks newer (a fresh checkout) and has the same text costs nothing.
$(VENV)/.lock: requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11))' || { \
		echo "error: '$(PYTHON)' is missing or older than Python 3.11 ($$($(PYTHON) --version 2>&1 || true))." >&2; \
		echo "fix:   name a newer one, for example: make PYTHON=python3.12" >&2; exit 1; }
	@if cmp -s requirements.lock $@ && $(BIN)/python -c ''; then touch $@; else \
		echo "Creating $(VENV) from requirements.lock (a minute or two)"; \
		rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check \
			--require-hashes --requirement requirements.lock \
		&& cp requirements.lock $@; fi

$(VENV)/.installed: $(VENV)/.lock pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-index --no-build-isolation --editable .
	@touch $@

.PHONY: prepare
prepare: venv ## Make the stand-in data set in build/
	@$(RUN) $(BIN)/sinkbook prepare --profile stand-in

.PHONY: fetch
fetch: venv ## Fetch open data into data-original/ (DATA_DIR=...), checked, and tell how to get the rest
	@$(RUN) $(BIN)/sinkbook fetch $(if $(DATA_DIR),--data-dir '$(DATA_DIR)')

.PHONY: book
book: venv ## Compute every result and write the book to build/html/index.html
	@$(RUN) $(BIN)/sinkbook build

.PHONY: test
test: prepare ## Unit tests, doctests, rendered-book checks, then every notebook as it stands
	@$(RUN) $(BIN)/pytest --numprocesses=auto --dist=loadfile
	@$(RUN) $(BIN)/pytest --nbmake --nbmake-timeout=600 --numprocesses=auto notebooks/

.PHONY: test-slow
test-slow: prepare ## Tests that take long: whole pages run with other choices and products
	@$(RUN) $(BIN)/pytest -m slow --numprocesses=auto --dist=loadfile

.PHONY: browser
browser: venv ## Open every page of the built book in Chromium: requests, axe-core, keyboard, 320 px, weight
	@$(RUN) SINKBOOK_BROWSER_MUST_RUN=1 $(BIN)/pytest tests/browser -m browser --numprocesses=auto --dist=loadgroup
	@$(RUN) SINKBOOK_BROWSER_MUST_RUN=1 $(BIN)/pytest tests/pdf -m browser

.PHONY: faults
faults: venv ## Kill the work at random moments, and compare what the next run makes
	@$(RUN) $(BIN)/pytest -m "slow or not slow" tests/faults

# Another Python for a target: OTHER is a command, a path or a version; without it the newest found.
OTHER_PYTHON = $(BIN)/python -m helpers.reproduce.interpreters
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes --requirement
OTHER_VENV := $(CACHE)/other-venv
OLDEST_VENV := $(CACHE)/oldest-venv

# The other Python gets the same lock, and makes its own stand-in and cube.
.PHONY: pythons
pythons: venv ## Compute every table with another Python too, and compare (OTHER=python3.13)
	@mkdir -p $(CACHE)
	@other=$$($(OTHER_PYTHON) $(OTHER)) && mark="$$("$$other" --version 2>&1; cat requirements.lock)" \
		&& { printf '%s\n' "$$mark" | cmp -s - $(OTHER_VENV)/.lock || { rm -rf $(OTHER_VENV) \
		&& "$$other" -m venv $(OTHER_VENV) && $(OTHER_VENV)/bin/python $(INSTALL) requirements.lock \
		&& printf '%s\n' "$$mark" > $(OTHER_VENV)/.lock; }; }
	@$(RUN) $(BIN)/python -m helpers.reproduce.elsewhere $(OTHER_VENV)/bin/python $(NOTEBOOKS)

# An old release beside newer neighbours calls what they have since renamed; that is not ours to mend.
.PHONY: oldest
oldest: prepare ## Run the unit tests, and compute tables, with the oldest packages that are allowed
	@cmp -s requirements-oldest.lock $(OLDEST_VENV)/.lock || { other=$$($(OTHER_PYTHON) $(or $(OTHER),3.11)) \
		&& rm -rf $(OLDEST_VENV) && "$$other" -m venv $(OLDEST_VENV) \
		&& $(OLDEST_VENV)/bin/python $(INSTALL) requirements-oldest.lock \
		&& cp requirements-oldest.lock $(OLDEST_VENV)/.lock; }
	@$(RUN) $(OLDEST_VENV)/bin/python -m pytest --numprocesses=auto --dist=loadfile \
		-W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning
	@$(RUN) $(BIN)/python -m helpers.reproduce.elsewhere --values $(OLDEST_VENV)/bin/python \
		$(or $(NOTEBOOKS),masks national_sink regions)

.PHONY: coverage
coverage: prepare ## Print the branches of helpers that no test takes; fail below 95 %
	@passed=0; $(RUN) $(BIN)/pytest --numprocesses=auto --dist=loadfile --quiet --cov=helpers \
		--cov-branch --cov-report=json:$(CACHE)/coverage.json --cov-report= || passed=$$?; \
		$(RUN) $(BIN)/python tests/coverage_report.py $(CACHE)/coverage.json; exit $$passed

# mutmut writes beside the sources, so it works on a copy. Compiled functions are tried as plain
# Python, and pytest loads the plug-ins it needs and no others, for it is started for every change.
# A change whose process could not be started is tried once more.
.PHONY: mutation
mutation: venv ## Change the numeric core line by line and print what the tests miss; below 85 % fails
	@rm -rf build/mutation && mkdir -p build/mutation
	@git ls-files -z | xargs -0 cp --parents --preserve=timestamps -t build/mutation
	@cd build/mutation && { ulimit -v 12000000 2> /dev/null || true; } && run() { $(RUN) \
		HYPOTHESIS_STORAGE_DIRECTORY=$(CURDIR)/build/mutation/.hypothesis NUMBA_DISABLE_JIT=1 \
		PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 PYTHONPATH=$(CURDIR)/build/mutation/tests \
		$(CURDIR)/$(BIN)/"$$@" >> mutmut.log 2>&1 || { tail -c 4000 mutmut.log; exit 1; }; } \
		&& run mutmut run \
		&& left=$$($(CURDIR)/$(BIN)/python tests/mutation_report.py --untried) \
		&& { test -z "$$left" || run mutmut run $$left; }
	@cd build/mutation && $(RUN) $(CURDIR)/$(BIN)/python tests/mutation_report.py

.PHONY: gauntlet
gauntlet: venv ## Try malformed inputs; print what became of each way in
	@$(RUN) $(BIN)/sinkbook gauntlet

.PHONY: lint
lint: venv ## Check style, types and spelling without changing a file
	@$(RUN) $(BIN)/ruff check .
	@$(RUN) $(BIN)/ruff format --check .
	@$(RUN) $(BIN)/mypy
	@$(RUN) $(BIN)/codespell
	@git ls-files -z '*.ipynb' | xargs -0 -r $(BIN)/nbstripout --keep-id --verify

.PHONY: record
record: venv ## Take moved numbers into their records (name them in CHANGELOG.md first)
	@$(RUN) $(BIN)/sinkbook record

.PHONY: report
report: venv ## Write verdicts, values, environment and checksums to build/report
	@$(RUN) $(BIN)/sinkbook report

.PHONY: pdf
pdf: book ## Print the whole book to build/pdf/book.pdf (needs Chromium or Chrome)
	@$(RUN) $(BIN)/sinkbook pdf

.PHONY: bench
bench: venv ## Measure speed and memory beside other programs (BENCH=--quick, BENCH=--book)
	@$(RUN) $(BIN)/sinkbook bench $(BENCH)

.PHONY: serve
serve: ## Show build/html at http://localhost:8000 (PORT=...)
	@test -f build/html/index.html || { echo "error: build/html is empty; run 'make book' first." >&2; exit 1; }
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/html $(PORT)

COMPILE := $(NO_PRIVATE_INDEX) $(CACHE)/lock-venv/bin/uv --no-config pip compile pyproject.toml \
	--extra dev --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-strip-extras --custom-compile-command 'make lock' --quiet

.PHONY: lock
lock: ## Refresh both locks: newest versions, and oldest allowed ones, for every platform, with hashes
	@mkdir -p $(CACHE)
	@test -x $(CACHE)/lock-venv/bin/uv || { $(PYTHON) -m venv $(CACHE)/lock-venv \
		&& $(CACHE)/lock-venv/bin/python -m pip install --quiet --disable-pip-version-check uv; }
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --upgrade --resolution lowest-direct --output-file requirements-oldest.lock

.PHONY: clean
clean: ## Remove build/ and .venv/
	@rm -rf build $(VENV)
