package retrieval

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the committed ranks of the golden questions")

// golden is a question of testdata/searches with the articles that answer it, by title: any of them is right. A question without titles has no
// answer in the articles.
type golden struct {
	Question string   `json:"question"`
	Titles   []string `json:"titles"`
	Comment  string   `json:"comment"` // what makes it hard
}

func readGolden(t *testing.T) []golden {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "searches", "starter.json"))
	if err != nil {
		t.Fatal(err)
	}
	var questions []golden
	if err := json.Unmarshal(data, &questions); err != nil {
		t.Fatal(err)
	}
	return questions
}

// The golden questions must name articles that exist, each with its comment, and some must have no answer.
func TestGoldenQuestions(t *testing.T) {
	t.Parallel()
	titles, asked, nulls := map[string]bool{}, map[string]bool{}, 0
	for _, a := range starter(t) {
		titles[a.Title] = true
	}
	for _, g := range readGolden(t) {
		if g.Comment == "" || asked[g.Question] {
			t.Errorf("%q lacks a comment or is asked twice", g.Question)
		}
		asked[g.Question] = true
		nulls += int(indicator(len(g.Titles) == 0))
		for _, title := range g.Titles {
			if !titles[title] {
				t.Errorf("%q expects the article %q, which does not exist", g.Question, title)
			}
		}
	}
	if len(asked)-nulls < 40 || nulls < 10 {
		t.Errorf("%d questions with an answer and %d without, want 40 and 10", len(asked)-nulls, nulls)
	}
}

// The ranks of the golden questions over the starter articles are committed, so that a change of ranking shows in its diff. After a change that is
// meant: go test ./internal/retrieval -run TestRanks -update
func TestRanks(t *testing.T) {
	t.Parallel()
	ix, questions := starterIndex()(t), readGolden(t)
	modes := []Mode{Lexical, Vector, Hybrid}
	tallies := make([]tally, len(modes))
	answerable := tally{}
	var b strings.Builder
	fmt.Fprintf(&b, "Rank of the first right article, by words, by vectors and both, among 28 articles; '-' when it was not found; then whether\nthe question counts as answerable. Questions marked * have no answer.\n\n%7s %7s %7s  %s\n", "lexical", "vector", "hybrid", "answerable")
	for _, g := range questions {
		mark := " "
		if len(g.Titles) == 0 {
			mark = "*"
		}
		for i, mode := range modes {
			r := find(t, ix, Query{Text: g.Question, Mode: mode, Limit: 50, PerSource: 50})
			rank := firstRank(r, g.Titles)
			fmt.Fprintf(&b, "%7s ", shownRank(rank))
			if mark == " " {
				tallies[i].add(rank)
			}
			if mode == Hybrid {
				answer := map[bool]string{true: "yes", false: "no"}[r.Answerable]
				fmt.Fprintf(&b, " %-3s %s %s\n", answer, mark, g.Question)
				answerable.judge(mark == "*", r.Answerable)
			}
		}
	}
	fmt.Fprintln(&b)
	for i, name := range []string{"lexical", "vector", "hybrid"} {
		fmt.Fprintf(&b, "%-8s %s\n", name, tallies[i])
	}
	fmt.Fprintf(&b, "refused  %d of %d questions without an answer, %d of %d with one\n", answerable.refusedNulls, answerable.nulls, answerable.refused, answerable.n)
	compareGolden(t, filepath.Join("testdata", "searches", "ranks.txt"), b.String())
}

// tally sums up ranks and refusals.
type tally struct {
	n, first, firstFive          int
	reciprocal                   float64
	nulls, refusedNulls, refused int
}

func (s *tally) add(rank int) {
	s.n++
	if rank == 0 {
		return
	}
	s.first += int(indicator(rank == 1))
	s.firstFive += int(indicator(rank <= 5))
	s.reciprocal += 1 / float64(rank)
}

func (s *tally) judge(null, answerable bool) {
	if null {
		s.nulls++
		s.refusedNulls += int(indicator(!answerable))
		return
	}
	s.n++
	s.refused += int(indicator(!answerable))
}

func (s tally) String() string {
	n := math.Max(1, float64(s.n))
	return fmt.Sprintf("recall@1 %.3f (%d/%d)  recall@5 %.3f (%d/%d)  MRR %.3f", float64(s.first)/n, s.first, s.n, float64(s.firstFive)/n, s.firstFive, s.n, s.reciprocal/n)
}

// firstRank is the rank, counted in articles, of the first hit whose title is among titles; 0 for none.
func firstRank(r Result, titles []string) int {
	seen := map[string]bool{}
	for _, h := range r.Hits {
		seen[h.Source.ArticleID] = true
		if slices.Contains(titles, h.Source.Title) {
			return len(seen)
		}
	}
	return 0
}

func shownRank(rank int) string {
	if rank == 0 {
		return "-"
	}
	return fmt.Sprint(rank)
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the ranks have changed; look at the difference, then run with -update (-committed +now):\n%s", diff)
	}
}
