package answer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// plainMarked is what a test writes down of a marked sentence.
type plainMarked struct {
	Text  string
	Cites []int
}

func plain(s string) []plainMarked {
	var out []plainMarked
	for _, m := range splitMarked(s) {
		out = append(out, plainMarked{m.text, m.cites})
	}
	return out
}

func one(text string, cites ...int) []plainMarked { return []plainMarked{{text, cites}} }

func TestSplitMarked(t *testing.T) {
	t.Parallel()
	const shut = "The pass is shut."
	for name, c := range map[string]struct {
		in   string
		want []plainMarked
	}{
		"before the full stop":               {"The pass is shut [1].", one(shut, 1)},
		"after the full stop":                {"The pass is shut. [1]", one(shut, 1)},
		"after the full stop, no blank":      {"The pass is shut.[1]", one(shut, 1)},
		"list":                               {"The pass is shut [1, 3].", one(shut, 1, 3)},
		"list with semicolon":                {"The pass is shut [3; 1].", one(shut, 1, 3)},
		"list with and":                      {"The pass is shut [1 and 2].", one(shut, 1, 2)},
		"side by side":                       {"The pass is shut [1][2].", one(shut, 1, 2)},
		"side by side with a comma":          {"The pass is shut [1], [2].", one(shut, 1, 2)},
		"joined by and":                      {"The pass is shut [1] and [2].", one(shut, 1, 2)},
		"doubled brackets":                   {"The pass is shut [[1]].", one(shut, 1)},
		"linked":                             {"The pass is shut [1](https://example.org/a).", one(shut, 1)},
		"doubled and linked":                 {"The pass is shut [[1]](https://example.org/a).", one(shut, 1)},
		"lenticular":                         {"The pass is shut 【1】.", one(shut, 1)},
		"lenticular with source":             {"The pass is shut【1†source】.", one(shut, 1)},
		"lenticular with lines":              {"The pass is shut【1†L5-L9】.", one(shut, 1)},
		"lenticular with colon":              {"The pass is shut【4:0†source】.", one(shut, 4)},
		"full width":                         {"The pass is shut［2］.", one(shut, 2)},
		"range":                              {"The pass is shut [1-3].", one(shut, 1, 2, 3)},
		"range with a dash":                  {"The pass is shut [1–3].", one(shut, 1, 2, 3)},
		"range and list":                     {"The pass is shut [1–3, 5].", one(shut, 1, 2, 3, 5)},
		"range with to":                      {"The pass is shut [1 to 3].", one(shut, 1, 2, 3)},
		"absurd range keeps its ends":        {"The pass is shut [1-99].", one(shut, 1, 99)},
		"footnote sign":                      {"The pass is shut [^1].", one(shut, 1)},
		"raised":                             {"The pass is shut.¹", one(shut, 1)},
		"raised, two of them":                {"The pass is shut¹².", one(shut, 12)},
		"with the word source":               {"The pass is shut [source 2].", one(shut, 2)},
		"round, with the word":               {"The pass is shut (passage 2).", one(shut, 2)},
		"round before the full stop":         {"The pass is shut (1).", one(shut, 1)},
		"round after the full stop":          {"The pass is shut. (1)", one(shut, 1)},
		"round numbers of a list stay":       {"They want (1) the pass and (2) the road.", one("They want (1) the pass and (2) the road.")},
		"squares stay":                       {"The camp covers 40 km² of land [1].", one("The camp covers 40 km² of land.", 1)},
		"inside code":                        {"The pass is shut `[1]`.", one(shut, 1)},
		"the whole inside code":              {"`The pass is shut [1].`", one(shut, 1)},
		"inside a code block":                {"```\nThe pass is shut [1].\n```", one(shut, 1)},
		"bold":                               {"**The pass is shut** [1].", one(shut, 1)},
		"in mid-sentence":                    {"The pass [1] is shut [2].", one(shut, 1, 2)},
		"repeated":                           {"The pass [1] is shut [1].", one(shut, 1)},
		"none":                               {shut, one(shut)},
		"out of range is kept for the check": {"The pass is shut [9].", one(shut, 9)},
		"zero is kept for the check":         {"The pass is shut [0].", one(shut, 0)},
		"a year in brackets is none":         {"The pass is shut [2031].", one("The pass is shut [2031].")},
		"a word in brackets is none":         {"“[The pass] is shut,” she said [1].", one("“[The pass] is shut,” she said.", 1)},
		"each sentence has its own": {"The pass is shut. [1] Nobody crossed it. [2]", []plainMarked{
			{shut, []int{1}}, {"Nobody crossed it.", []int{2}}}},
		"after the full stop, next without": {"The pass is shut.[1][2] Nobody crossed it.", []plainMarked{
			{shut, []int{1, 2}}, {"Nobody crossed it.", nil}}},
		"after a closing mark": {"“The pass is shut.” [1] Nobody crossed it [2].", []plainMarked{
			{"“The pass is shut.”", []int{1}}, {"Nobody crossed it.", []int{2}}}},
		"a quotation of two sentences stays whole": {"“The pass is shut. Nobody may cross,” she said [1]. He left [2].", []plainMarked{
			{"“The pass is shut. Nobody may cross,” she said.", []int{1}}, {"He left.", []int{2}}}},
		"bullets":                     {"- The pass is shut [1].\n- Nobody crossed it [2].", []plainMarked{{shut, []int{1}}, {"Nobody crossed it.", []int{2}}}},
		"numbered list":               {"1. The pass is shut [1].\n2) Nobody crossed it [2].", []plainMarked{{shut, []int{1}}, {"Nobody crossed it.", []int{2}}}},
		"marker opens the line":       {"[1] The pass is shut.\n[2] Nobody crossed it.", []plainMarked{{shut, []int{1}}, {"Nobody crossed it.", []int{2}}}},
		"heading is left out":         {"## Answer\n\nThe pass is shut [1].", one(shut, 1)},
		"list of sources is left out": {"The pass is shut [1].\n\nSources:\n[1] Solmark convoys move, Northern Wire", one(shut, 1)},
		"according to a number":       {"According to [1], the pass is shut.", one(shut, 1)},
		"according to passages":       {"According to passages [1] and [2], the pass is shut.", one(shut, 1, 2)},
		"abbreviations hold":          {"Gen. Orlo met Mr. Olek at 9 a.m. on Friday [1].", one("Gen. Orlo met Mr. Olek at 9 a.m. on Friday.", 1)},
		"nothing":                     {" \n ", nil},
		"only a marker":               {"[1]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, plain(c.in)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestQuotedSpans(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		`She said: “We will not.”`:                          {"We will not."},
		`"We will not," she said. "Never."`:                 {"We will not,", "Never."},
		`«Nous ne viendrons pas» und „wir auch nicht“`:      {"Nous ne viendrons pas", "wir auch nicht"},
		`He called it ‘a matter of trade’ on Friday.`:       {"a matter of trade"},
		`He called it 'a matter that isn't ours', I think.`: {"a matter that isn't ours"},
		`Varesh's army and Solmark's road`:                  nil,
		`the governments' plan and the ministers' reply`:    nil,
		`“They called it ‘a closed road’ then,” she said.`:  {"They called it ‘a closed road’ then,"},
		`a 12" gun and a 9" one`:                            nil,
	} {
		spans, open := quotedSpans(in)
		var got []string
		for _, span := range spans {
			got = append(got, span.In(in))
		}
		if diff := cmp.Diff(want, got); diff != "" || open {
			t.Errorf("%s: open %v (-want +got):\n%s", in, open, diff)
		}
	}
	if _, open := quotedSpans("“We will not"); !open {
		t.Error("an open quotation was not noticed")
	}
}

// FuzzMarkers: no panic, the ends lie in order inside the text, no marker is left, and no letter is lost or made up in a plain line.
func FuzzMarkers(f *testing.F) {
	for _, s := range []string{"The pass is shut [1, 2].", "A 【1†source】 B. [1-3] C (1).", "- “a [1]” `b`\n\nSources:\n[1] x", "¹ [[9]](http://x) [1–", "According to [1], x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\uFFFD")
		last := 0
		for _, m := range findMarkers(s) {
			if m.Start < last || m.Len() <= 0 || m.In(s) == "" || len(m.numbers) == 0 {
				t.Fatalf("bad marker %+v in %q", m, s)
			}
			last = m.End
		}
		for _, m := range splitMarked(s) {
			if m.end < 0 || m.end > len(s) || !utf8.ValidString(m.text) || strings.Contains(m.text, "\n") {
				t.Fatalf("bad sentence %+v of %q", m, s)
			}
			for i, n := range m.cites {
				if n < 0 || i > 0 && n <= m.cites[i-1] {
					t.Fatalf("bad cites %v in %q", m.cites, s)
				}
			}
		}
		for line := range strings.SplitSeq(s, "\n") {
			bare := strip(line)
			if len(bare.back) != len(bare.text)+1 || len(bare.text) > len(line) {
				t.Fatalf("bad bare line %+v of %q", bare, line)
			}
		}
	})
}
