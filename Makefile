# Three Pillars. `make help` lists what can be made. Nothing but Python 3.11 or newer and make is needed.

PYTHON  = python3
VENV    = .venv
WORKERS = 2
REPLICATES = 40
OUT     = runs/ha_tinh
COVERED = 95

BIN       = $(VENV)/bin
LOCKED    = $(VENV)/.locked
INSTALLED = $(VENV)/.installed
PIP       = $(BIN)/python -m pip --disable-pip-version-check --no-input

.POSIX:
.PHONY: help run test types tests verification coverage schema install lock clean

help:  ## List the targets
	@echo "make run            install if need be, then run Ha Tinh: baseline against programme, into $(OUT)"
	@echo "make test           check style, types and tests (make types, make tests: one of them alone)"
	@echo "make verification   run the verification battery, into runs/verification"
	@echo "make coverage       run the tests and show which lines they do not reach; model/ must be reached to $(COVERED) %"
	@echo "make schema         write the schemas that editors read, scenarios/*.schema.json"
	@echo "make install        only make $(VENV), from the exact versions in requirements.lock"
	@echo "make lock           bring requirements.lock in line with pyproject.toml (LOCKFLAGS=--upgrade: newest versions)"
	@echo "make clean          remove caches and builds; keeps $(VENV) and runs"
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter, WORKERS=4 the number of test processes."

# A complete earlier run is kept beside the new one as $(OUT).previous; an incomplete one is dropped.
run: $(INSTALLED)
	@if [ -f "$(OUT)/manifest.json" ]; then rm -rf "$(OUT).previous" && mv "$(OUT)" "$(OUT).previous"; \
	else rm -rf "$(OUT)"; fi
	$(BIN)/pillars run scenarios/ha_tinh/baseline.yaml scenarios/ha_tinh/programme.yaml --replicates $(REPLICATES) --out "$(OUT)"

test: $(INSTALLED)
	$(BIN)/ruff check model experiments tests
	@$(MAKE) --jobs=2 types tests

types: $(INSTALLED)
	$(BIN)/mypy model experiments

tests: $(INSTALLED)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

verification: $(INSTALLED)
	$(BIN)/python -m experiments.verification --out runs/verification

coverage: $(INSTALLED)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --cov --cov-report=term-missing:skip-covered
	@rm -f .coverage.*  # what processes killed by tests left half-written
	$(BIN)/python -m coverage report --include='model/*' --fail-under=$(COVERED)

schema: $(INSTALLED)
	$(BIN)/pillars schema --write

install: $(INSTALLED)

# The lock is whole, so nothing is resolved (--no-deps; older versions of pip stumble over extras among hashes); pip check proves it.
# Two stamps: editing pyproject.toml renews only the project's own entry, a new lock renews everything.
$(LOCKED): requirements.lock
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	echo "Three Pillars needs Python 3.11 or newer, and there is no '$(PYTHON)' here: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Three Pillars needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) --version 2>&1`: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing the exact versions in requirements.lock into $(VENV): one or two minutes, once."
	"$(PYTHON)" -m venv --clear $(VENV)
	$(PIP) install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	$(PIP) check
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

lock:
	"$(PYTHON)" -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --quiet $(LOCKFLAGS) --output-file requirements.lock

clean:
	rm -rf build dist *.egg-info .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find model experiments tests -name __pycache__ -type d -prune -exec rm -rf {} +
