# Exhaust. `make demo` shows the loop, `make test` proves it; both install the Debian packages that they miss.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build debug test demo lint format bench faults sigma-oracle fuzz install clean

PREFIX ?= /usr/local
TIME ?= 600
ROLES := exhaust-emitter-syslog exhaust-emitter-cli-logging exhaust-emitter-acct exhaust-emitter-perf \
    exhaust-emitter-net exhaust-analyzer exhaust-activator exhaust-orchestrator exhaust-agent exhaustctl
RELEASE := .build/release
# The hooks' helper, without the Swift runtime that SwiftPM links into C programs too: docs/decisions/0009-helper-in-c.md.
BARE := $(if $(filter x86_64,$(shell uname -m)),-nostdlib -ffreestanding -fno-stack-protector \
    -fno-tree-loop-distribute-patterns Sources/exhaust-cli-report/bare/bare.c)
HOOK_HELPER = cc -O2 -static -s -o $(RELEASE)/exhaust-cli-report Sources/exhaust-cli-report/main.c $(BARE)

# What the build links, what the roles run beside, and what the tests compare with.
PACKAGES := librabbitmq-dev libssl-dev libyaml-dev libre2-dev libcurl4-openssl-dev zlib1g-dev rabbitmq-server \
    nginx-light acct openssl procps iproute2 python3-jsonschema jq time zsh fish sudo gcc libc6-dev

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing
	@deploy/make/setup $(PACKAGES)

build: setup ## Build the release programs, with the Swift runtime linked statically
	swift build -c release --static-swift-stdlib
	$(HOOK_HELPER)

debug: setup
	swift build --build-tests

# One after the other: some start brokers, some fill a core, and some watch how long things take.
test: debug ## Run every test
	swift test --skip-build --no-parallel

demo: build ## Watch a service die and come back; KEEP=1 leaves the demo running
	@BIN=$(RELEASE) KEEP=$(KEEP) deploy/demo/run

lint: build ## Check format, and that no release program links full Foundation
	swift format lint --strict --recursive Package.swift Sources Tests
	@deploy/make/check-foundation $(addprefix $(RELEASE)/,$(ROLES))

format: ## Format the sources
	swift format --in-place --recursive Package.swift Sources Tests

bench: build ## Measure the hot paths
	@deploy/make/bench $(RELEASE)
	@deploy/make/bench-hooks $(RELEASE)/exhaust-cli-report
	@deploy/make/bench-rules $(RELEASE)
	@deploy/make/bench-detectors $(RELEASE)

faults: build ## Break a running Exhaust in every way, and count what was lost; ONLY=name for one
	@deploy/make/setup iproute2 gcc libc6-dev
	@$(RELEASE)/exhaust-faults run --only "$(ONLY)"

sigma-oracle: debug ## Ask pySigma anew what it says of the Sigma rules, and compare
	@deploy/make/sigma-oracle

fuzz: setup ## Feed the parsers what nobody sends, guided by coverage, for TIME seconds each; ONLY=name for one
	@deploy/make/fuzz $(TIME) $(ONLY)

install: ## Install programs and examples: DESTDIR= PREFIX=/usr/local
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/exhaust"
	install -m 755 -s $(addprefix $(RELEASE)/,$(ROLES) exhaust-cli-report) "$(DESTDIR)$(PREFIX)/bin"
	cp -r deploy/config deploy/rules deploy/policies deploy/workflows deploy/rabbitmq deploy/tls deploy/hooks \
	    "$(DESTDIR)$(PREFIX)/share/exhaust"

clean: ## Remove everything that was built
	rm -rf .build
