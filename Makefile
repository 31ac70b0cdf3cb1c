# The commands of this project. `make report` and `make test` are all a user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.ready
BENCH_LOCK := tests/benchmarks/requirements.lock
SCENARIO ?= scenarios/jiaxing-2024/base.yaml
RUNS ?= reports/runs

.PHONY: setup report test check bench soak samples lock clean

setup: $(STAMP)

# An environment from a lock: $(call environment,folder,lock). uv comes from the package registry
# into the environment itself, so that a clean machine needs only Python 3.11+ with venv, and make.
define environment
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	@$(1)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(1)/bin/uv pip sync --quiet --python $(1)/bin/python --require-hashes $(2)
	@$(1)/bin/python -m pip --version >/dev/null 2>&1 || $(1)/bin/uv pip install --quiet --python $(1)/bin/python pip
	@$(1)/bin/uv pip install --quiet --python $(1)/bin/python --no-deps --editable .
	@touch $(1)/.ready
endef

$(STAMP): requirements.lock pyproject.toml
	$(call environment,$(VENV),requirements.lock)

# The peers of the benchmarks live apart: neither the product nor its tests can import them.
$(BENCH_STAMP): $(BENCH_LOCK) pyproject.toml
	$(call environment,$(BENCH_VENV),$(BENCH_LOCK))

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

# The samples of reports that lie in the repository, made anew.
samples: $(STAMP)
	@$(BIN)/python tests/report_samples.py

# Speed as a ratio against a named peer, on the same data in the same run.
bench: $(BENCH_STAMP)
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BENCH_VENV)/bin/python $$file || exit 1; done

# Writes versions and hashes, never an address. The benchmarks run the product as it is locked.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml
lock:
	@$(LOCK) --extra notebooks --extra test -o requirements.lock
	@$(LOCK) --extra bench --constraint requirements.lock -o $(BENCH_LOCK)

clean:
	@rm -rf $(VENV) $(BENCH_VENV) $(RUNS)
