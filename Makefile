# Needs Python 3.11 or later, make and a shell. Everything is put in .venv; nothing outside this folder is changed.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup run test lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Lotsen needs Python 3.11 or later; install it, or name it with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	@touch $(STAMP)

run: setup
	$(BIN)/lotsen index
	LOTSEN_DEV=1 exec $(BIN)/lotsen serve

test: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lotsen check
	$(BIN)/pytest

# For whoever changes the dependencies: needs uv.
lock:
	uv pip compile pyproject.toml --extra test --extra build --extra postgres --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

clean:
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
