package main

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
	if spent := numberIn(t, bot(t, "", env, "status").out, `all servers: [\d,]+ requests?, ([\d,]+) of 10,000 tokens`); spent == 0 || spent > 10000 {
		t.Errorf("%d tokens are spent under a limit of 10000", spent)
	}
}

// TestBudgetIsSharedByProcesses: several that share a library and ask at once keep one budget.
func TestBudgetIsSharedByProcesses(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(convoy)
	env := append(withModel(t, model.URL()), "ATTACHE_BUDGET_QUESTION_TOKENS=8000", "ATTACHE_BUDGET_GUILD_TOKENS=8000", "ATTACHE_BUDGET_ALL_TOKENS=8000")
	bot(t, "", env, "status").want(t, 0, "0 of 8,000 tokens") // makes the library
	var all sync.WaitGroup
	var answered atomic.Int32
	for range 5 {
		all.Go(func() {
			if o := bot(t, "", env, "ask", trucks); strings.Contains(o.out, "loopback-1") {
				answered.Add(1)
			} else if !strings.Contains(oneLine(o.out), "budget is spent until 00:00 UTC") && !strings.Contains(oneLine(o.out), "The model's budget is spent") {
				t.Errorf("a question without the model does not say why:\n%s\n%s", o.out, o.err)
			}
		})
	}
	all.Wait()
	if spent := numberIn(t, bot(t, "", env, "status").out, `all servers: [\d,]+ requests?, ([\d,]+) of 8,000 tokens`); spent > 8000 || spent == 0 || answered.Load() == 0 {
		t.Errorf("%d tokens are spent on %d answers under a limit of 8000", spent, answered.Load())
	}
}

// numberIn finds the number that the pattern captures.
func numberIn(t *testing.T, s, pattern string) int {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(strings.Join(strings.Fields(s), " "))
	if m == nil {
		t.Fatalf("no %s in:\n%s", pattern, s)
	}
	n, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
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

// TestModelInTroubleGivesWayToRetrieval: whatever befalls the model, the answer comes from the articles' own sentences, with one line that says why.
func TestModelInTroubleGivesWayToRetrieval(t *testing.T) {
	t.Parallel()
	const liar = "Everybody in Varesh was evacuated to the moon in 2040 [1]."
	for name, c := range map[string]struct {
		reply    openaitest.Reply
		why      string
		requests int
	}{
		"down":                           {openaitest.Reply{Status: 503, Message: "overloaded"}, "The model reported an error of its own", 3},
		"slow":                           {openaitest.Reply{Fault: openaitest.Slow}, "The model did not answer within 2 s", 1},
		"stalls in its first sentence":   {openaitest.Reply{Text: "About 40 trucks", Fault: openaitest.Stall}, "The model did not finish within 4 s", 1},
		"nonsense":                       {openaitest.Reply{Fault: openaitest.Nonsense}, "The model's reply could not be read", 1},
		"over its rate, for long":        {openaitest.Reply{Status: 429, RetryAfter: "3600"}, "The model is over its rate limit", 1},
		"over its rate, again and again": {openaitest.Reply{Status: 429, RetryAfter: "0.1"}, "The model is over its rate limit", 3},
		"without credit":                 {openaitest.Reply{Status: 429, Body: `{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}`}, "The model account has no credit left", 1},
		"cut off in its first sentence":  {openaitest.Reply{Text: "About 40 trucks took part in", Fault: openaitest.Cut}, "The model broke off", 1},
		"an error under status 200":      {openaitest.Reply{Fault: openaitest.ErrorBody, Message: "overloaded"}, "The model reported an error of its own", 3},
		"a wrong key":                    {openaitest.Reply{Status: 401, Message: "Incorrect API key provided: key-of-the-test"}, "The model endpoint refused the key", 1},
		"filtered":                       {openaitest.Reply{Text: "No", Finish: "content_filter"}, "The model declined to answer", 1},
		"silent":                         {openaitest.Reply{}, "The model said nothing", 1},
		"a liar":                         {openaitest.Reply{Text: liar}, "Nothing that the model wrote passed the check against its sources", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := openaitest.New(t)
			model.Respond(func(openaitest.Request) openaitest.Reply { return c.reply })
			env := withModel(t, model.URL())
			if c.reply.Fault != openaitest.Slow && c.reply.Fault != openaitest.Stall { // a busy machine is slow enough to be taken for a slow model
				env = append(env, "ATTACHE_MODEL_FIRST_TOKEN=5m", "ATTACHE_MODEL_TOTAL=5m", "ATTACHE_LIMITS_REQUEST=6m")
			}
			o := bot(t, "", env, "ask", trucks)
			o.want(t, 0, c.why+", so this reply comes from retrieval alone.", "extractive", "trucks", "[1]")
			if n := strings.Count(o.out, "retrieval"); n != 1 {
				t.Errorf("it is said %d times that the model gave way", n)
			}
			if n := len(model.Requests()); n != c.requests {
				t.Errorf("the model was asked %d times, want %d", n, c.requests)
			}
			if strings.Contains(o.out, "moon") || strings.Contains(o.out+o.err, "key-of-the-test") {
				t.Errorf("what must not be shown is shown:\n%s%s", o.out, o.err)
			}
		})
	}
}

// TestModelComesBack: a short wait that the endpoint asks for is kept, and what it had begun to write before it was cut off is used.
func TestModelComesBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first openaitest.Reply
		want  []string
	}{
		"after a wait":      {openaitest.Reply{Status: 429, RetryAfter: "0.2"}, []string{"loopback-1, 1/1 sentences supported"}},
		"after an error":    {openaitest.Reply{Status: 500}, []string{"loopback-1, 1/1 sentences supported"}},
		"without the form":  {openaitest.Reply{Status: 400, Message: "response_format is not supported"}, []string{"loopback-1, 1/1 sentences supported"}},
		"a whole sentence":  {openaitest.Reply{Pieces: []string{"About 40 trucks took part in the convoy, according to Solmark's general staff [1]. ", "And", " then", " the", " presi"}, Fault: openaitest.Cut}, []string{"About 40 trucks took part", "The model broke off, so this answer may be incomplete.", "loopback-1"}},
		"in the form asked": {openaitest.Reply{Text: `{"sentences": [{"text": "About 40 trucks took part in the convoy, according to Solmark's general staff.", "cites": [1]}]}`}, []string{"About 40 trucks took part", "loopback-1, 1/1 sentences supported"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := openaitest.New(t)
			asked := false
			model.Respond(func(r openaitest.Request) openaitest.Reply {
				if asked {
					return convoy(r)
				}
				asked = true
				number := numberOf(r, "About 40 trucks took part")
				c.first.Text = strings.ReplaceAll(c.first.Text, "[1]", "["+number+"]")
				for i := range c.first.Pieces {
					c.first.Pieces[i] = strings.ReplaceAll(c.first.Pieces[i], "[1]", "["+number+"]")
				}
				return c.first
			})
			bot(t, "", withModel(t, model.URL()), "ask", trucks).want(t, 0, c.want...)
		})
	}
}

// TestModelIsLeftAlone: an endpoint that fails again and again is not asked for a while.
func TestModelIsLeftAlone(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Status: 502} })
	o := bot(t, strings.Repeat(trucks+"\n", 3), withModel(t, model.URL()))
	o.want(t, 0, "The model reported an error of its own, so this reply comes from retrieval alone.", "The model failed several times in a row and is left alone for")
	if n := len(model.Requests()); n != 5 || strings.Count(o.out, "retrieval") != 3 {
		t.Errorf("three questions asked the model %d times, want 5:\n%s", n, o.out)
	}
}

// TestDeletedQuestionStopsTheModel: who deletes a question does not pay for its answer, and nobody sees one.
func TestDeletedQuestionStopsTheModel(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	model.Respond(func(openaitest.Request) openaitest.Reply { return openaitest.Reply{Fault: openaitest.Slow} })
	s := newTeam(t, discordtest.Options{}, append(withModel(t, model.URL()), "ATTACHE_MODEL_FIRST_TOKEN=5m", "ATTACHE_MODEL_TOTAL=5m", "ATTACHE_LIMITS_REQUEST=6m")...)
	question := s.Say(s.chatter, s.ana, "<@"+s.Bot().ID+"> "+trucks)
	soon(t, "the model to be asked", func() bool { return len(model.Requests()) == 1 })
	s.DeleteMessage(question.ID)
	soon(t, "the model to be left", func() bool { return model.Left() == 1 })
	s.WaitFor(t, "the reply to be withdrawn", func() bool { return len(s.BotMessages(s.chatter)) == 0 })
}

// TestFollowUpsAreRewritten: the model completes a question from the last one; what it would bring in is refused, and then the rule does it.
func TestFollowUpsAreRewritten(t *testing.T) {
	t.Parallel()
	model := openaitest.New(t)
	rewritten := "Did anybody contradict Kvell about the pass?"
	model.Respond(func(r openaitest.Request) openaitest.Reply {
		switch {
		case !strings.Contains(r.System, "follow-up question"):
			return convoy(r)
		case strings.Contains(r.User, "and Drazh?"):
			return openaitest.Reply{Text: "What did President Voss say about the 500 trucks?"}
		}
		return openaitest.Reply{Text: rewritten}
	})
	const first = "What did Kvell say about the pass?"
	o := bot(t, first+"\nand did anybody contradict her there?\n"+first+"\nand Drazh?\n", withModel(t, model.URL()))
	o.want(t, 0, "Read as: "+rewritten, "Read as: What did Drazh say about the pass?")
	if said := oneLine(o.out); strings.Contains(said, "Voss") || strings.Count(said, "Read as:") != 2 {
		t.Errorf("the follow-ups were read in another way:\n%s", o.out)
	}
	bot(t, first+"\nand Drazh?\n", append(withModel(t, model.URL()), "ATTACHE_BUDGET_QUESTION_TOKENS=10")).want(t, 0, "Read as: What did Drazh say about the pass?")
}
