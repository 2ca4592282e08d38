# Aliases only; everything works without make.
PYTHON ?= python3
VENV = .venv/bin/python

.PHONY: run test check bench siege

run:
	$(PYTHON) start.py
test:
	$(PYTHON) start.py test
check:
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	$(VENV) -m pytest -q tests/house/test_layers.py
bench:
	$(VENV) -m benchmarks
siege:
	$(VENV) -m benchmarks.siege

