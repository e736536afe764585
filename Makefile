# Everything runs in .venv, made from requirements.lock; nothing but Python (3.11 or later, with venv) and make is needed.
PYTHON ?= python3
BIN := .venv/bin
CUT := data/synthetic/2015-10-01

.PHONY: setup report notebooks test lint types lab check bench bench-scale fuzz lock clean

setup: .venv/.made

.venv/.made: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or later) is needed"; exit 1; }
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/^ *# via/p' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	$(BIN)/uv pip uninstall --quiet --python $(BIN)/python pip setuptools
	@touch $@

report: setup
	@$(BIN)/sap run $(CUT)

notebooks: setup
	$(BIN)/pytest --nbval-lax notebooks

# a worker for each processor, at most four, each with one thread for algebra; a file's tests stay together, long files first
test: setup
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

lab: setup
	$(BIN)/jupyter lab notebooks

check: lint types test

bench: setup
	$(BIN)/python benchmarks/mmrm.py
	$(BIN)/python benchmarks/run.py

bench-scale: setup
	$(BIN)/python benchmarks/scale.py

# ten thousand damaged cuts: which damages are noticed; writes benchmarks/damage.md
fuzz: setup
	cd benchmarks && ../$(BIN)/python -W error -m damage

# environment.yml: its head, the project, and every version of the lock
lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  --group pyproject.toml:build --group pyproject.toml:dev pyproject.toml -o requirements.lock > /dev/null
	$(MAKE) --no-print-directory environment.yml

environment.yml: requirements.lock
	sed '/- -e \.$$/q' $@ > $@.new
	sed -n 's/^\([A-Za-z0-9].*[^ ]\) *\\$$/      - \1/p' requirements.lock >> $@.new
	mv $@.new $@

clean:
	rm -rf .venv
