# A menu over the CMake presets (CMakePresets.json); `make` prints it.
# Variables: PREFIX and DESTDIR for install, ARGS for tests (e.g. ARGS='-L cli -R promise'), FUZZ_SECONDS per fuzz target.
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=
FUZZ_SECONDS ?= 60
PACKAGES = ./scripts/install-packages.sh

.DEFAULT_GOAL := help
.PHONY: help build demo test long check browser asan tsan fuzz coverage lint format bench bench-build install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

build: ## a release build: build/release/handoff
	@$(PACKAGES) build
	@[ -x build/release/handoff ] || echo "Building; the first time takes some minutes."
	@cmake --preset release --log-level=NOTICE >/dev/null
	@cmake --build --preset release -- --quiet
	@echo "The program is build/release/handoff."

demo: ## the main job on real mail, every command shown
	@./scripts/demo.sh

test: ## all tests but those in a browser and the slow simulations, five minutes after the build
	@$(PACKAGES) build
	@./scripts/run-tests.sh dev $(or $(ARGS),-LE 'web|slow')

long: ## what takes too long for every day: 200 re-splits of real texts, 300 kills, all simulations in full, all planted faults
	@$(PACKAGES) build
	@HO_LONG=1 ./scripts/run-tests.sh dev -L 'sim|service' $(ARGS)

check: ## the quick tests: units only
	@$(PACKAGES) build
	@./scripts/run-tests.sh dev -L unit $(ARGS)

browser: ## the pages in Chromium: labelling by keyboard, offline, two people, accessibility
	@$(PACKAGES) build web
	@./scripts/run-tests.sh dev -L web $(ARGS)

asan: ## unit, command-line and fuzz-corpus tests under address and undefined-behaviour sanitizers
	@$(PACKAGES) build
	@./scripts/run-tests.sh asan $(or $(ARGS),-LE 'sim|web')

tsan: ## unit tests under the thread sanitizer
	@$(PACKAGES) build
	@./scripts/run-tests.sh tsan -L unit $(ARGS)

fuzz: ## every libFuzzer target for FUZZ_SECONDS (60)
	@$(PACKAGES) build fuzz
	@./scripts/fuzz.sh $(FUZZ_SECONDS)

coverage: ## line coverage of the unit and command-line tests: build/coverage/coverage.html
	@$(PACKAGES) build coverage
	@./scripts/run-tests.sh coverage $(or $(ARGS),-LE 'sim|web')
	@gcovr --root . --filter src/ --html-details build/coverage/coverage.html --print-summary build/coverage

lint: ## clang-format, clang-tidy, cppcheck, header comments, banned paths
	@$(PACKAGES) build lint
	@./scripts/lint.sh

format: ## rewrite the sources by .clang-format
	@$(PACKAGES) lint
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i

bench: ## handoff beside its peers; needs DATA and PEERS, see docs/how-to/run-benchmarks.md
	@$(PACKAGES) build bench
	@./bench/run.sh

bench-build: ## the benchmark programs, with warnings as errors: build/release/bench/
	@$(PACKAGES) build
	@cmake --preset release --log-level=NOTICE -DHO_BENCH=ON >/dev/null
	@cmake --build --preset release

install: build ## program, library, header, pkg-config file: PREFIX=/usr/local, DESTDIR
	@# The pkg-config file carries the prefix, so it is set before installing; nothing is compiled again.
	@cmake --preset release --log-level=NOTICE -DCMAKE_INSTALL_PREFIX="$(PREFIX)" >/dev/null
	@DESTDIR="$(DESTDIR)" cmake --install build/release

clean: ## remove build/ (the demo's download stays in .cache/)
	@rm -rf build
