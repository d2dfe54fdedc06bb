# Pulumi Self-Hosted on AWS ECS. `make` alone lists what there is; README.md says how to use it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.SILENT:

# What a user sets with `NAME=value` is data: make doesn't expand it (`value`), and no recipe line contains it, so that no shell parses
# it either. Recipes read it from the environment, and each command refuses what it doesn't allow. (`0` is a name that make never
# exports. What is set with `:=` or `!=`, make expands before it reads this file.)
$(foreach 0,$(.VARIABLES),$(if $(filter command,$(origin $0)),$(eval override $$0 := $$(value $$0))$(eval export $$0)))
export ENV IMAGE_TAG YES JSON ALLOW_DOWNGRADE
# The AWS SDK announces at each start that it will need a newer Node one day.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true
override run = node --import tsx scripts/commands/$(1).ts --env="$$ENV"
override yes := --yes="$$YES"
override json := --json="$$JSON"
override tag := --image-tag="$$IMAGE_TAG"
override packages := common infrastructure application dns scripts
# The longest first. Each file of separate/ has a sandbox of its own.
override tests := scripts/test/e2e/shared $(wildcard scripts/test/e2e/separate/*.test.ts) scripts/sandbox scripts application infrastructure dns common

##@ Install and change
deploy: install ## Install or update all layers, then verify. ENV=local is the sandbox on this machine. [ENV, YES=1]
	$(call run,deploy) $(yes)

preview: install ## Show what a deploy would change. [ENV]
	$(call run,preview)

preflight: install ## Check configuration and prerequisites; changes nothing. [ENV, JSON=1]
	$(call run,preflight) $(json)

upgrade: install ## A later release: images checked, snapshot, migration, roll, verdict. [ENV, IMAGE_TAG]
	$(call run,upgrade) $(tag)

rollback: install ## Undo the last upgrade; refuses where a migration prevents it. [ENV, IMAGE_TAG, ALLOW_DOWNGRADE=1]
	$(call run,rollback) $(tag) --allow-downgrade="$$ALLOW_DOWNGRADE"

recover: install ## After a command that was killed: lift its lock, take in what it made. [ENV, YES=1]
	$(call run,recover) $(yes)

destroy: install ## Remove dns, application and infrastructure; says what will be lost, and asks. [ENV, YES=1]
	$(call run,destroy) $(yes)

##@ Look
verify: install ## Is it healthy, from the outside in. [ENV, JSON=1]
	$(call run,verify) $(json)

status: install ## What runs where, with which image. [ENV, JSON=1]
	$(call run,status) $(json)

outputs: install ## The outputs of all layers. [ENV, JSON=1]
	$(call run,outputs) $(json)

env: install ## Variables for a shell in which plain `pulumi` works in any layer; README.md shows how. [ENV]
	$(call run,env)

##@ Sandbox
sandbox-stop: install ## Stop the emulated account of ENV=local; what was deployed there is gone.
	node --import tsx scripts/sandbox/stop.ts

pulumi: install ## Install the real Pulumi command into this folder where none is on PATH; ENV=local then uses it.
	node --import tsx scripts/commands/pulumi.ts

##@ Develop
test: install ## All tests; the last line counts them.
	node --import tsx scripts/test/run.ts $(tests)

lint: install ## Format, rules, types and dead code.
	npx eslint --config .eslint.config.mjs $(packages) & rules=$$!
	npx prettier --check . && npx tsc -p .tsconfig.json && npx knip || rest=failed
	wait $$rules && [ -z "$${rest:-}" ]

docs: install ## Write SETTINGS.md of each layer, the table in its README, and the policies of scripts/permissions/.
	node --import tsx scripts/docs/docs.ts

bench: install ## Time deploy, no-op, preview, upgrade and the tests; peak memory.
	node --import tsx scripts/bench/bench.ts

help: ## This list.
	awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

# What the repository itself needs. The stamp is npm's own record of what it installed.
install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	command -v node >/dev/null || { echo "error: Node.js 20 or newer is needed and there is no node on PATH: https://nodejs.org" >&2; exit 1; }
	node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || { echo "error: Node.js 20 or newer is needed; found $$(node --version)." >&2; exit 1; }
	echo "installing packages (once) …" >&2
	npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >&2 || { echo "error: npm could not install the packages. It needs a package registry: see \`npm config get registry\`." >&2; exit 1; }
	touch $@

.PHONY: deploy preview preflight upgrade rollback recover destroy verify status outputs env sandbox-stop pulumi test lint docs bench help install
