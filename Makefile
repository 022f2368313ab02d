# `make` alone shows this menu.
PYTHON ?= python3
VENV := .venv/bin
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help demo formats test check lint bench gallery generate golden package lock clean

help: ## Show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

SOURCE ?= examples/handbook.md
FORMATS ?= pdf,docx,epub,pptx,html,markdown

demo: .venv/ready build/fonts/ready ## Export a real document through the whole pipeline, here (SOURCE=my.md FORMATS=pdf,html)
	@$(VENV)/python -m pipeline demo "$(SOURCE)" --to "$(FORMATS)"

formats: .venv/ready ## List the formats; the options of one with TO=pdf
	@$(VENV)/python -m exporters --list $(if $(TO),--to $(TO))

test: .venv/ready node_modules/ready build/fonts/ready ## Prove it: every test, in parallel
	@$(VENV)/python -m pytest -n 4 --dist loadgroup

check: lint test ## The whole gate: style, types, generated files, tests

lint: .venv/ready
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy

bench: .venv/ready build/fonts/ready ## Measure, and print the figures beside what others take
	@$(VENV)/python -m bench

gallery: .venv/ready build/fonts/ready ## Draw real documents in each theme and script, to be looked at, in build/gallery
	@$(VENV)/python -m bench.gallery

generate: .venv/ready build/fonts/ready ## Rewrite what follows from the declarations and the nodes: generated/, schemas, tables
	@$(VENV)/python -m pipeline.deployment
	@$(VENV)/python -m exporters.document.schema
	@$(VENV)/python -m pytest tests/exporters/test_capabilities.py --accept

golden: .venv/ready build/fonts/ready ## Accept what the exporters make now as golden (FORMAT=html for one); then look at it
	@$(VENV)/python -m pytest tests/exporters/test_golden.py --accept $(if $(FORMAT),-k "[$(FORMAT)-",tests/exporters/test_reader_goldens.py tests/exporters/test_pages_look.py)

build/ghostscript/ready: .venv/ready layers/ghostscript/requirements.txt layers/ghostscript/build.py
	@.tools/bin/pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
	  --platform manylinux2014_aarch64 --python-version 3.13 --dest layers/ghostscript/wheels -r layers/ghostscript/requirements.txt
	@$(VENV)/python layers/ghostscript/build.py build/ghostscript
	@rm -rf layers/ghostscript/wheels
	@touch $@

build/pandoc/ready: .venv/ready layers/pandoc/requirements.txt layers/pandoc/build.py
	@.tools/bin/pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
	  --platform manylinux2014_aarch64 --python-version 3.13 --dest layers/pandoc/wheels -r layers/pandoc/requirements.txt
	@$(VENV)/python layers/pandoc/build.py build/pandoc
	@rm -rf layers/pandoc/wheels
	@touch $@

STAGE ?= dev

package: .venv/ready node_modules/ready ## Make what a deployment uploads, in build/ and .serverless/ (STAGE=dev)
	@$(VENV)/python -m pipeline.deployment --check
	@$(VENV)/python -m pipeline.package
	@PATH="$(CURDIR)/$(VENV):$$PATH" node_modules/.bin/osls package --stage "$(STAGE)"

lock: .tools/bin/uv ## Choose versions anew, within pyproject.toml
	@.tools/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet -o requirements.lock --upgrade

clean: ## Remove everything that make has made
	rm -rf .venv .tools node_modules build .serverless

# uv alone is fetched with pip; everything else comes from the lock files.
.tools/bin/uv:
	@echo "Setting up (once) …"
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/ready: .tools/bin/uv requirements.lock .python-version
	@test -x $(VENV)/python || .tools/bin/uv venv --quiet .venv
	@.tools/bin/uv pip sync --quiet --compile-bytecode requirements.lock
	@touch $@

node_modules/ready: .venv/ready package-lock.json
	@PATH="$(CURDIR)/$(VENV):$$PATH" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

# Fonts are packages too. What is not needed of them (most weights) is thrown away again.
build/fonts/ready: .venv/ready layers/fonts/package-lock.json layers/fonts/build.py
	@PATH="$(CURDIR)/$(VENV):$$PATH" npm ci --prefix layers/fonts --ignore-scripts --no-fund --no-audit --loglevel=error
	@$(VENV)/python layers/fonts/build.py build/fonts
	@rm -rf layers/fonts/node_modules
	@touch $@
