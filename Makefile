# `make run` and `make test` do all the set-up themselves: Python 3.11 or newer, pip and a C compiler are enough.

PYTHON ?= python3
VENV ?= .venv
CAPTURE ?= captures/three-way-close.pcap

BIN := $(VENV)/bin
# Where Python is told to write no bytecode (PYTHONDONTWRITEBYTECODE) every start would compile all modules anew: 0.1 s.
COMPILE = $(BIN)/python -m compileall -q tui
# What the installation depends on. It is editable: changes of other files count at once.
BUILT_FROM := pyproject.toml tui/build.py $(shell find tui -name '*.pyx' -o -name '*.pxd')

# Bytecode, even where Python is told to write none: every worker imports all tests, in half the time with it.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest
# On all cores; a worker that has done its part takes over from another's.
TOGETHER = $(PYTEST) --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run test check lint bench screenshots captures clean

help:  ## show this list
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## build into .venv and open captures/three-way-close.pcap (CAPTURE=FILE: another one)
	@$(BIN)/tcpscope $(CAPTURE)

test: $(VENV)/.test  ## all tests
	$(TOGETHER) -m 'not alone'; status=$$?; $(PYTEST) -m alone && exit $$status

check: lint  ## the fast part: format, lint, types, layers, unit tests
	$(TOGETHER) -m 'not slow' --hypothesis-profile quick

lint: $(VENV)/.test  ## what check does before the tests
	$(BIN)/ruff format --check tui tests captures screenshots
	$(BIN)/ruff check tui tests captures screenshots
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test  ## measure speed and memory beside tshark, tcptrace and termshark, where installed
	@$(COMPILE)
	$(BIN)/python tests/bench

screenshots: $(VENV)/.test  ## make the pictures in screenshots/ anew
	$(BIN)/pip install --quiet --editable '.[test,screenshots]'
	$(BIN)/python screenshots/pictures.py
	$(BIN)/python screenshots/states.py

captures: $(VENV)/.test  ## make the captures in captures/ anew
	$(BIN)/python captures/make.py

clean:  ## remove everything that was made here, .venv too
	rm -rf $(VENV) build dist *.egg-info bench.json snapshot_report.html
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find tui tests captures screenshots -name __pycache__ -prune -exec rm -rf {} +
	rm -f tui/*.so tui/*.c tui/index/*.so tui/index/*.c tui/tcp/*.so tui/tcp/*.c

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
	    { echo "tcpscope: $(PYTHON) is not installed; name another one: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "tcpscope: needs Python 3.11 or newer; name it: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	    { echo "tcpscope: $(PYTHON) cannot make a virtual environment (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BUILT_FROM) | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[compressed]'
	@$(COMPILE)
	@touch $@

$(VENV)/.test: $(BUILT_FROM) | $(BIN)/python
	$(BIN)/pip install --quiet --editable '.[test]'
	@$(COMPILE)
	@touch $@ $(VENV)/.run
