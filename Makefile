# `make run` serves the portal, `make test` tests all of it. What they write stays in PORTAL_VAR.
override PORTAL_VAR := $(shell realpath -m -- "$(or $(PORTAL_VAR),var)")
export PORTAL_VAR
export PYTHONPYCACHEPREFIX := $(PORTAL_VAR)/cache/python
export MYPY_CACHE_DIR := $(PORTAL_VAR)/cache/mypy
export RUFF_CACHE_DIR := $(PORTAL_VAR)/cache/ruff
export UV_CACHE_DIR := $(PORTAL_VAR)/cache/uv

VENV := $(PORTAL_VAR)/venv
DEV := $(PORTAL_VAR)/venv-dev
PYTHON := "$(DEV)/bin/python"
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" pyproject.toml

.PHONY: run test check lock bench accessibility soak dev

run:
	@.ci/environment requirements.txt "$(VENV)"
	@exec "$(VENV)/bin/python" manage.py serve

test: dev
	@.ci/test

check: dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy .
	$(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy"
	@PORTAL_ENV=production ALLOWED_HOSTS=portaal.example \
		SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(PYTHON) manage.py check --deploy --fail-level WARNING
	@.ci/audit

# Keeps the versions that the locks already name; remove a lock first to take the newest of everything.
lock: dev
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

bench: dev
	@$(PYTHON) -m bench.http

# Every public page, and not only one of each type as the tests do; only this writes optil_portal/accessibility.json.
accessibility: dev
	@$(PYTHON) -m tests.accessibility

# The long versions of what the tests do in short: hours of it, each part with its figures at the end.
soak: dev
	@missing=$$(.ci/tools); [ -z "$$missing" ] || { echo "Niet geïnstalleerd:" $$missing >&2; exit 1; }
	@failed=; for part in requests passwords cluster faults load; do \
		printf '\n== %s ==\n' "$$part"; $(PYTHON) -m tests.soak.$$part || failed="$$failed $$part"; \
	done; [ -z "$$failed" ] || { echo "Mislukt:$$failed" >&2; exit 1; }

dev:
	@.ci/environment requirements-dev.txt "$(DEV)"
