# The commands of this project. `make report` and `make test` are all a user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
SCENARIO ?= scenarios/jiaxing-2024/base.yaml
RUNS ?= reports/runs

.PHONY: setup report test check bench soak lock clean

setup: $(STAMP)

# uv comes from the package registry into the environment itself, so that a clean
# machine needs only Python 3.11+ with venv, and make.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/uv pip install --quiet --python $(BIN)/python pip
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(STAMP)

report: $(STAMP)
	@$(BIN)/budget run $(SCENARIO) --out $(RUNS)

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2

check: $(STAMP)
	@$(BIN)/ruff check model tests
	@$(BIN)/ruff format --check model tests
	@$(BIN)/mypy model

# Large quantities: the same laws, held over many more draws.
soak: $(STAMP)
	@$(BIN)/python -m pytest -m soak

# Speed as a ratio against a named peer, on the same data in the same run.
bench: $(STAMP)
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Writes versions and hashes, never an address.
lock:
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header \
		--extra notebooks --extra test pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV) $(RUNS)
