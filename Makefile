# Sonha. `make help` lists what can be done; `make run` needs Go, Node and npm, `make test` also what `make tools` installs.

GOLANGCI_VERSION := v2.15.0
TEMPL_VERSION    := v0.3.977
VULN_VERSION     := v1.9.0

ADDR     ?= 127.0.0.1:8080
HOUSES   ?= 1586
DATA     ?= demo-data
FUZZTIME ?= 60s
KILLS    ?= 300

GOLANGCI := .tools/bin/golangci-lint-$(GOLANGCI_VERSION)
TEMPL    := .tools/bin/templ-$(TEMPL_VERSION)
VULN     := .tools/bin/govulncheck-$(VULN_VERSION)
NPM      := node_modules/.package-lock.json
WEB      := engine/page/asset/dist/manifest.json
FONTS    := engine/paper/fonts/regular.ttf
TALLY    := go run ./scripts/tally
TOUCHED  := go run ./scripts/touched
WITHPG   := go run ./engine/db/dbtest/cluster/withpg --

# Everything that goes into the program: its own Go files and what they embed.
SOURCES := main.go go.mod go.sum $(shell find app ward engine ground -type f ! -name '*_test.go' ! -path '*/testdata/*' ! -path 'engine/page/asset/dist/*' ! -path 'engine/paper/fonts/*' 2>/dev/null)
# The program and its tests are compiled alike, so that what one has compiled serves the other.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath

section = @printf '\n── %s\n' '$(1)'

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check golden fuzz audit bench crash pages screens lighthouse tools generate format clean \
	suite web format-check vet generated lint full browser

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Running

run: bin/sonha ## Install, build, and start a demo ward on http://127.0.0.1:8080 (ADDR=, HOUSES=, DATA=)
	@exec bin/sonha demo --addr $(ADDR) --houses $(HOUSES) --data $(DATA)

bin/sonha: $(SOURCES) $(WEB) $(FONTS)
	$(call section,build bin/sonha)
	@go build -ldflags '-s -w' -o $@ .

$(NPM): package.json package-lock.json
	$(call section,npm ci)
	@PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB): $(NPM) web/build.mjs web/plate.mjs $(shell find web/src web/worker web/style web/static -type f)
	$(call section,web assets)
	@node web/build.mjs

$(FONTS): $(NPM) web/paper-fonts.mjs
	$(call section,paper fonts)
	@node web/paper-fonts.mjs

web: $(WEB) $(FONTS)
	$(call section,TypeScript)
	@npx --no-install tsc --noEmit --project web && npx --no-install tsc --noEmit --project web/worker

## Testing

test: ## Everything that CI runs: format, vet, lint, both databases, a browser
	@rm -rf .tools/tally && mkdir -p .tools/tally
	@status=0; $(MAKE) --no-print-directory suite || status=$$?; $(TALLY) total || status=1; exit $$status

suite: tools web format-check vet generated lint full browser

check: web format-check ## The same in less than a minute: format, and lint and SQLite for what changed since it passed (scripts/touched)
	$(call section,golangci-lint and go test (SQLite) of what changed)
	@packages=$$($(TOUCHED)); \
	if [ -z "$$packages" ]; then echo 'nothing changed since it passed, here or in CI'; exit; fi; \
	own=$$($(TOUCHED) own); : >.tools/lint.txt; \
	if [ -n "$$own" ]; then $(MAKE) --no-print-directory $(GOLANGCI); fi; \
	if [ -n "$$own" ]; then $(GOLANGCI) run $${own//sonha/.} >.tools/lint.txt 2>&1; fi & lint=$$!; status=0; \
	env -u CI -u SONHA_ALL -u SONHA_TEST_POSTGRES go test -short $$packages || status=1; \
	wait $$lint || status=1; cat .tools/lint.txt; [ $$status = 0 ] && $(TOUCHED) passed

format-check:
	$(call section,gofmt)
	@bad=$$(find . \( -name node_modules -o -name .tools -o -name .git \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l); \
	if [ -n "$$bad" ]; then printf 'not formatted, run make format:\n%s\n' "$$bad"; exit 1; fi

vet:
	$(call section,go vet)
	@go vet ./...

generated:
	$(call section,make generate changes nothing)
	@sums() { find app ward engine \( -name '*_templ.go' -o -name '*_gen.go' \) -print0 | sort -z | xargs -0r sha256sum; }; \
	before=$$(sums); $(MAKE) --no-print-directory generate; \
	if [ "$$before" != "$$(sums)" ]; then echo 'generated files were stale; they are fresh now, commit them'; exit 1; fi

lint: $(GOLANGCI)
	$(call section,golangci-lint)
	@$(GOLANGCI) run ./...

full:
	$(call section,go test (SQLite and PostgreSQL))
	@$(TOUCHED) >/dev/null
	@SONHA_ALL=1 $(WITHPG) $(TALLY) go -timeout 40m ./...
	@$(TOUCHED) passed

browser: bin/sonha
	$(call section,browser)
	@SONHA_ALL=1 $(WITHPG) $(TALLY) browser

golden: ## Rewrite the golden files from what the program does now; read the diff before committing
	@UPDATE_GOLDEN=1 $(WITHPG) go test -count=1 ./...
	@git --no-pager diff --stat

fuzz: ## Feed each parser with invented input for FUZZTIME (60s), and keep what led somewhere new in testdata/fuzz
	@scripts/fuzz $(FUZZTIME)

audit: $(VULN) ## Ask the databases of known vulnerabilities about everything we are built from (needs the network, or VULN_DB=file:///copy); docs/audit.md
	@go run ./scripts/audit $(VULN) $(VULN_DB)

bench: bin/sonha ## Measure the pages, answers and imports against bare net/http, SQLite and excelize
	@bin/sonha bench

crash: bin/sonha ## Kill the server again and again while people write, on both databases (KILLS=300); docs/reliability.md
	@bin/sonha bench crash --kills $(KILLS)
	@$(WITHPG) sh -c 'bin/sonha bench crash --kills $(KILLS) --db "$$SONHA_TEST_POSTGRES"'

screens: bin/sonha tools ## Take the pictures in docs/screens
	@npx playwright test --config e2e/screens.config.ts

pages: bin/sonha ## Look at every kind of page as each role, with axe, on a phone and a desk, in light and dark (a quarter of an hour)
	@SONHA_PAGES=1 npx playwright test --config e2e/playwright.config.ts e2e/pages.spec.ts --project "phone js sqlite"

lighthouse: bin/sonha ## Score the pages of the phone with Lighthouse (installs it into e2e/lighthouse)
	@cd e2e/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node run.mjs

## Keeping

generate: $(TEMPL) $(NPM) ## Write the Go files of the templates and icons
	@$(TEMPL) generate -log-level error
	@node web/icons.mjs && gofmt -w engine/page/ui/icons_gen.go

format: $(GOLANGCI) ## Format every Go file
	@$(GOLANGCI) fmt

tools: $(GOLANGCI) $(TEMPL) $(NPM) ## Install what the tests need (system packages only as root on Debian)
	@scripts/packages

$(GOLANGCI):
	$(call section,build golangci-lint $(GOLANGCI_VERSION) (once))
	@GOBIN=$(CURDIR)/.tools/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv .tools/bin/golangci-lint $@

$(TEMPL):
	$(call section,build templ $(TEMPL_VERSION) (once))
	@GOBIN=$(CURDIR)/.tools/bin go install github.com/a-h/templ/cmd/templ@$(TEMPL_VERSION)
	@mv .tools/bin/templ $@

$(VULN):
	$(call section,build govulncheck $(VULN_VERSION) (once))
	@GOBIN=$(CURDIR)/.tools/bin go install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION)
	@mv .tools/bin/govulncheck $@

clean: ## Remove what was built; installed packages and demo data stay
	@find engine/page/asset/dist engine/paper/fonts -mindepth 1 ! -name .keep -delete
	@rm -rf bin e2e/test-results e2e/report .tools/tally
