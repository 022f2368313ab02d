# `make` alone shows this menu.
PYTHON ?= python3
VENV := .venv/bin
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help demo formats test check lint bench gallery generate golden layers package deploy remove lock clean

help: ## Show this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

SOURCE ?= examples/handbook.md
FORMATS ?= pdf,docx,epub,pptx,html,markdown

demo: .venv/ready build/fonts/ready ## Export a real document through the whole pipeline, here (SOURCE=my.md FORMATS=pdf,html)
	@$(VENV)/python -m pipeline demo "$(SOURCE)" --to "$(FORMATS)"

formats: .venv/ready ## List the formats; the options of one with TO=pdf
	@$(VENV)/python -m exporters --list $(if $(TO),--to $(TO))

test: .venv/ready node_modules/ready build/fonts/ready build/layers/ready ## Prove it: every test, in parallel
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

ARCHITECTURE ?= arm64

layers: .venv/ready build/fonts/ready ## Build the Lambda layers, and run what is in them (ARCHITECTURE=x86_64)
	@$(VENV)/python -m pipeline.deployment.layers --check --architecture "$(ARCHITECTURE)"

STAGE ?= dev

package: .venv/ready node_modules/ready ## Make what a deployment uploads, in build/ and .serverless/ (STAGE=dev)
	@$(VENV)/python -m pipeline package --stage "$(STAGE)"

deploy: .venv/ready node_modules/ready ## Deploy to your AWS account; STAGE=try-fonts makes a second copy (STAGE=prod)
	@$(VENV)/python -m pipeline deploy --stage "$(STAGE)"

remove: .venv/ready node_modules/ready ## Remove a stage from your AWS account, and all that it holds (STAGE=try-fonts)
	@$(VENV)/python -m pipeline remove --stage "$(STAGE)"

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

# What functions run on in AWS beside Python. Built again where the recipe of one has changed, and no other. It fetches
# the libraries for Lambda's machines too: packages are built without a network then.
build/layers/ready: .venv/ready $(wildcard pipeline/deployment/layer*.py pipeline/deployment/package*.py layers/*.py layers/*/build.py layers/*/*.txt layers/*/*lock.json)
	@$(VENV)/python -m pipeline.deployment.layers
	@touch $@

# The layers of fonts are what exporters draw and measure with here, too.
build/fonts/ready: .venv/ready $(wildcard layers/*.py layers/fonts*/build.py layers/fonts*/*lock.json)
	@rm -rf build/layers/opt
	@$(VENV)/python -m pipeline.deployment.layers fonts fonts_cjk --unpack build/layers/opt
	@rm -rf build/fonts && mv build/layers/opt/fonts build/fonts
	@touch $@
