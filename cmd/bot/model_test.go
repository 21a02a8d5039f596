package main

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"attache/internal/discordtest"
	"attache/internal/library"
	"attache/internal/openaitest"
)

const trucks = "How many trucks were in Solmark's convoy through the Kareth pass?"

// convoy is what a model that keeps to its passages says to trucks.
func convoy(r openaitest.Request) openaitest.Reply {
	return openaitest.Reply{Usage: true, Text: "About 40 trucks took part in the convoy, according to Solmark's general staff [" + numberOf(r, "About 40 trucks took part") + "]."}
}

// TestBudgetIsKeptAcrossRuns: each run is a process of its own, and what the ones before spent counts.
func TestBudgetIsKeptAcrossRuns(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(convoy)
	env := append(withModel(t, model.URL()), "ATTACHE_BUDGET_QUESTION_TOKENS=9000", "ATTACHE_BUDGET_GUILD_TOKENS=9000", "ATTACHE_BUDGET_ALL_TOKENS=10000",
		"ATTACHE_MODEL_PRICE_PROMPT=1", "ATTACHE_MODEL_PRICE_COMPLETION=2", "ATTACHE_BUDGET_ALL_MONEY=5")
	ask := func(guild string) string {
		o := bot(t, "", env, "ask", trucks, "--guild", guild)
		o.want(t, 0, "bout 40", "[1]")
		return strings.Join(strings.Fields(o.out), " ")
	}
	asked := func(guild string) int {
		n := 0
		for ; n < 10; n++ {
			before := len(model.Requests())
			if said := ask(guild); !strings.Contains(said, "loopback-1, 1/1 sentences supported") {
				if !regexp.MustCompile(`budget[a-z ]* is spent until 00:00 UTC, in (\d+ h )?\d+ min, so this reply comes from retrieval alone`).MatchString(said) || len(model.Requests()) != before {
					t.Errorf("the model gave way, without saying why:\n%s", said)
				}
				break
			}
		}
		return n
	}
	first, second := asked("1100000000000000001"), asked("1100000000000000002")
	if first == 0 || first == 10 || second >= first {
		t.Errorf("the first server asked the model %d times, the second %d times", first, second)
	}
	bot(t, "", env, "status").want(t, 0, "Model today, all servers", "of 10,000 tokens", "of 5.00 USD", "server 1100000000000000001", "of 9,000 tokens")
	here := bot(t, "", env, "status", "--guild", "1100000000000000002")
	here.want(t, 0, "Model today", "of 9,000 tokens", "00:00 UTC")
	if strings.Contains(here.out, "1100000000000000001") || strings.Contains(here.out, "10,000") {
		t.Errorf("a server is shown what others spent:\n%s", here.out)
	}
	if spent := numberIn(t, bot(t, "", env, "status").out, `all servers ([\d,]+) of|, ([\d,]+) of 10,000 tokens`); spent == 0 || spent > 10000 {
		t.Errorf("%d tokens are spent under a limit of 10000", spent)
	}
}

// numberIn finds the first number that the pattern captures.
func numberIn(t *testing.T, s, pattern string) int {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(strings.Join(strings.Fields(s), " "))
	if m == nil {
		t.Fatalf("no %s in:\n%s", pattern, s)
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1]+m[len(m)-1], ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestQuestionKeepsWithinItsBudget: a question that would need more than one may use never reaches the model.
func TestQuestionKeepsWithinItsBudget(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	env := append(withModel(t, model.URL()), "ATTACHE_BUDGET_QUESTION_TOKENS=500")
	bot(t, "", env, "ask", trucks).want(t, 0, "The question needs more of the model than one question may use, so this reply comes from retrieval alone.", "extractive")
	if n := len(model.Requests()); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
	bot(t, "", env, "status").want(t, 0, "Model today", "0 requests", "0 of 10,000,000 tokens")
}

func TestNoModelHasNoBudget(t *testing.T) {
	t.Parallel()
	if o := bot(t, "", home(t), "status"); strings.Contains(o.out, "Model today") {
		t.Errorf("without a model its budget is shown:\n%s", o.out)
	}
}

// TestGuildsSetLessForThemselves: with /setup a server may have less of the model than its operator allows, and not more.
func TestGuildsSetLessForThemselves(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(convoy)
	s := newTeam(t, discordtest.Options{}, append(withModel(t, model.URL()), "ATTACHE_BUDGET_GUILD_TOKENS=70000")...)
	s.setupAs(t, s.boss(t), "use here in a day must be a number from 1 to 70000", discordtest.Opt("model_tokens", 70001))
	s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", trucks)).WaitReplyLike(t, holds("loopback-1"))
	s.setup(t, "The language model, a day: 1,000 tokens", discordtest.Opt("model_tokens", 1000))
	s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", trucks)).WaitReplyLike(t, holds("This server's budget for the model is spent until 00:00 UTC", "extractive"))
	s.Command(s.chatter, s.ana, "status").WaitReplyLike(t, holds("of 1,000 tokens"))
	s.setup(t, "The language model, a day: 70,000 tokens", discordtest.Opt("reset", "model_tokens"))
	s.Command(s.chatter, s.ana, "ask", discordtest.Opt("question", trucks)).WaitReplyLike(t, holds("loopback-1"))
}

// TestReceiptOfAModelsAnswer: what wrote it, how, how long that took and what it cost; and a replay tells when it is made otherwise.
func TestReceiptOfAModelsAnswer(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(convoy)
	env := append(withModel(t, model.URL()), "ATTACHE_MODEL_PRICE_PROMPT=1", "ATTACHE_MODEL_PRICE_COMPLETION=1")
	id := bot(t, "", env, "ask", trucks).id()
	receipt := bot(t, "", env, "receipt", id)
	receipt.want(t, 0, "Made: loopback-1, prompt ", "1/1 sentences supported", "Time: search ", ", compose ", ", check ", "Model used: 1 request, ", " tokens, 0.0", " USD")
	bot(t, "", env, "replay", id).want(t, 0, "Nothing changed")
	another := append(env, "ATTACHE_MODEL_NAME=loopback-2")
	bot(t, "", another, "replay", id).want(t, 0, "Made otherwise", "Model: loopback-1 → loopback-2")

	// A prompt of another version, as an older program had it.
	lib, err := library.Open(filepath.Join(strings.TrimPrefix(env[0], "ATTACHE_DATA_DIR="), "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	given, err := lib.Answer(t.Context(), "", id[1:])
	if err != nil {
		t.Fatal(err)
	}
	given.Data = regexp.MustCompile(`"Prompt":"[0-9a-f]{8}"`).ReplaceAllString(given.Data, `"Prompt":"0ld"`)
	if err := errors.Join(lib.AddAnswer(t.Context(), given), lib.Close()); err != nil {
		t.Fatal(err)
	}
	bot(t, "", env, "replay", id).want(t, 0, "Made otherwise", "Prompt: 0ld → ")
	bot(t, "", env, "receipt", bot(t, "", append(env, "ATTACHE_BUDGET_QUESTION_TOKENS=1"), "ask", trucks).id()).want(t, 0, "Made: extractive", "Notice: The question needs more of the model")
}

// id is the id in the last line of an answer.
func (o outcome) id() string { return regexp.MustCompile(`#[0-9a-f]{8}`).FindString(o.out) }
