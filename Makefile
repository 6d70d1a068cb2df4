# demo · test · check · docs · golden · benchmark · clean

PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
PIP = .venv/bin/python -m pip install -qq --disable-pip-version-check

.PHONY: demo test check docs golden benchmark clean

demo: .venv/ready  ## the example catalogue, from files to report
	.venv/bin/monazite demo

test: .venv/tested  ## every test, the worked cases of the law and the examples in docstrings
	.venv/bin/python -m pytest -n auto

check: .venv/checked  ## style, types, directions of import, the shape of the tree
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m pytest --quiet tests/test_tree.py

docs: .venv/tested  ## rewrite the pages and tables of docs/ that are made from code
	.venv/bin/python tools/docs.py

golden: .venv/tested  ## rewrite the golden files; read the difference before it is committed
	.venv/bin/python -m pytest -n auto --quiet --golden

benchmark: .venv/tested  ## what is claimed about speed
	for script in benchmarks/*.py; do .venv/bin/python "$$script" || exit 1; done

clean:  ## everything made except .venv
	rm -rf out dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +

# The environment, in three steps: what a user needs, what the tests need, what the checks need.

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Monazite needs Python 3.11 or newer: install it, or say where it is with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing here: apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	@touch $@

.venv/tested: .venv/ready
	$(PIP) --editable '.[test]'
	@touch $@

.venv/checked: .venv/tested
	$(PIP) --editable '.[test,check]'
	@touch $@
