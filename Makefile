# make run   sets everything up and serves the dashboard with the sample portfolio on http://localhost:8501
# make test  sets everything up and runs every check
PORT ?= 8501
ADDRESS ?= localhost
RECORDS ?= 1000000
# Two halve the time; each loads the sample for itself, so more are worth it on larger machines only.
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
NEEDED := 3.11
# The first Python that is new enough, unless one is named: make run PYTHON=/opt/python/bin/python3
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

.PHONY: run test demo bench docs audit clean help
.DEFAULT_GOAL := help

help:
	@echo "make run     the dashboard with the sample portfolio, on http://localhost:$(PORT) (PORT=8600 for another port)"
	@echo "make test    every check: ruff, mypy, pytest"
	@echo "make demo    the sample portfolio into an empty store"
	@echo "make bench   the benchmark table (RECORDS=100000 for a smaller one)"
	@echo "make docs    the generated pages of docs/ again"
	@echo "make audit   known vulnerabilities of the pinned packages (asks the package index)"
	@echo "make clean   remove the virtual environment and caches; the local store stays"

run: $(VENV)/.ready
	@$(BIN)/python -m pages.shared.loopback $(ADDRESS)
	@$(BIN)/python -m kpi demo --if-empty
	@echo "The dashboard is on http://localhost:$(PORT) (stop it with Ctrl-C)."
	@$(BIN)/python -m pages.shared.viewer $(PORT) >/dev/null 2>&1 & \
	exec $(BIN)/python -m streamlit run dashboard.py --server.headless true \
		--server.address $(ADDRESS) --server.port $(PORT)

test: $(VENV)/.ready-for-tests
	@for name in chromium chromium-browser google-chrome; do $$name --version >/dev/null 2>&1 && exit; done; \
	echo "No Chromium is installed: the tests in a real browser are left out." >&2; \
	[ "$$CDMO_REQUIRE_BROWSER" != 1 ]
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

demo: $(VENV)/.ready
	$(BIN)/python -m kpi demo

bench: $(VENV)/.ready-for-tests
	$(BIN)/python -m kpi bench --records $(RECORDS)

docs: $(VENV)/.ready
	$(BIN)/python -m kpi.cli.manual docs

audit: $(VENV)/.ready-for-tests
	@$(BIN)/python .ci/audit.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp is newer than the requirements it stands for, so a second run installs nothing.
$(VENV)/.created:
	@[ -n "$(PYTHON)" ] || { echo "Python $(NEEDED) or newer is needed and was not found. \
	Debian, Ubuntu: sudo apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. \
	Debian, Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: requirements.txt | $(VENV)/.created
	@echo "Installing requirements.txt (a minute or two the first time) ..."
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.ready-for-tests: requirements.txt requirements-dev.txt | $(VENV)/.created
	@echo "Installing requirements-dev.txt (a minute or two the first time) ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $(VENV)/.ready $@
