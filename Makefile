.PHONY: build run test lint eval fuzz soak bench cover ci

build: ## the program, as bin/bot
	go build -trimpath -o bin/bot ./cmd/bot

run: ## on Discord with DISCORD_TOKEN, else in this terminal
	go run ./cmd/bot

test:
	go test ./...

lint: ## at the version that .ci/run pins
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(shell sed -n 's/^GOLANGCI_LINT=//p' .ci/run) run ./...

eval: ## how well passages are found: our own questions over the starter articles
	go run ./cmd/bot eval internal/retrieval/testdata/searches/starter.json --corpus corpus

fuzz: ## every fuzz target for 30 seconds: make fuzz FUZZ_SECONDS=300
	@for p in $$(go list ./...); do \
		for t in $$(go test -list='^Fuzz' $$p | grep '^Fuzz'); do \
			go test -run='^$$' -fuzz="^$$t$$" -fuzztime=$(or $(FUZZ_SECONDS),30)s -fuzzminimizetime=1x $$p || exit 1; \
		done; \
	done

soak: ## the Discord front end under random faults: make soak SOAK=10m
	go test -count=1 -timeout=0 -v -run='^TestSoak$$' ./internal/discord -args -soak=$(or $(SOAK),1h)

bench:
	go test -run='^$$' -bench=. -benchmem ./...

cover: ## coverage.out, and its total
	go test -coverpkg=./... -coverprofile=coverage.out ./...
	go tool cover -func=coverage.out | tail -1

ci: ## what a change must pass
	.ci/run
