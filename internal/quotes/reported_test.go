package quotes

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"attache/internal/news"
)

func TestReported(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Ilena Drazh said that the pass would stay shut.":                                     {"Ilena Drazh: the pass would stay shut"},
		"Ilena Drazh said the pass would stay shut.":                                          {"Ilena Drazh: the pass would stay shut"},
		"Ilena Drazh told reporters on Friday that the pass would stay shut.":                 {"Ilena Drazh: the pass would stay shut"},
		"Ilena Drazh, the foreign minister, warned that the pass would stay shut.":            {"Ilena Drazh: the pass would stay shut"},
		"According to Ilena Drazh, an analyst in Hallen, the pass would stay shut.":           {"Ilena Drazh: the pass would stay shut"},
		"The pass would stay shut all winter, according to Ilena Drazh.":                      {"Ilena Drazh: The pass would stay shut all winter"},
		"The pass would stay shut all winter, Ilena Drazh said on Friday.":                    {"Ilena Drazh: The pass would stay shut all winter"},
		"Ilena Drazh came. She said that the pass would stay shut.":                           {"Ilena Drazh: the pass would stay shut"},
		"The Solmark Foreign Ministry said that the pass would stay shut.":                    {"Solmark Foreign Ministry: the pass would stay shut"},
		"Ilena Drazh did not say that the pass would stay shut.":                              nil,
		"Ilena Drazh may say that the pass would stay shut.":                                  nil,
		"If Ilena Drazh said that the pass would stay shut, nobody heard it.":                 nil,
		"Ilena Drazh said nothing.":                                                           nil,
		"Ilena Drazh said goodbye to the envoys of Varesh.":                                   nil,
		"The report of Ilena Drazh was long.":                                                 nil,
		"They said that the pass would stay shut.":                                            nil,
		"Ilena Drazh said that the pass, “our wound,” would stay shut.":                       nil, // a mixed quotation has it
		"Asked whether Ilena Drazh said that the pass would stay shut, Oran Lisk looked away": nil,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var got []string
			a := article(text)
			found := Extract(a)
			checkSpans(t, a, found)
			for _, q := range found {
				if q.Kind == news.Reported {
					got = append(got, q.Speaker.Name+": "+q.Words())
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
