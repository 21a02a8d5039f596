package retrieval

import (
	"math"
	"regexp"
	"slices"
)

// How surely a question's wording expects something that was new on the day of asking. Nobody can learn "this week" from articles that end before it; a
// tense of the present says less, and a simple past nothing: a collection of old reports goes on answering what its own time brought.
const (
	ofTheTime    = 1.0 // names the time: "this week", "recently"
	ofThePresent = 0.5 // "has left", "is building", "will host", "a new poll", a day without its year
)

// newsFades is the number of days that the collection may lie behind the day of asking before half of what a question expects is taken for missing,
// where the question names no time of its own.
const newsFades = 60

var (
	namedYear = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
	// present finds tenses and words of the present. What somebody has said, and what has ever been, may be long ago.
	present = regexp.MustCompile(`(?i)\b(?:(?:has|have) (?:been |also |now )?(?:[a-z]{2,}ed|become|begun|been|taken|won|lost|sent|made|gone|come|seen|broken|left|put|set|hit|met|paid|held|found|given|got|spent|built|cut|run|shut|sold|led|kept)` +
		`|(?:is|are) (?:now |set |expected |being )?(?:to\b|[a-z]{2,}ing)|(?:is|are) (?:said|rumou?red|reported) to` +
		`|new (?:poll|report|study|survey|ranking|law)|will|next|may|set to)\b`)
)

// readNews finds how surely the wording expects something new.
func (r *Reading) readNews(q Query) {
	years := namedYear.FindAllString(r.Content, -1)
	switch {
	case q.Now.IsZero() || q.Literal || !r.Until.IsZero() || len(years) > 0 && slices.Max(years) < q.Now.Format("2006"):
		r.News = 0 // not asked at any time, or about a time that is over
	case !r.Around.IsZero() && !r.AnyYear && len(years) == 0:
		r.News = ofTheTime
	case r.AnyYear || present.MatchString(r.Content):
		r.News = ofThePresent
	}
}

// stale is how far the newest of the searched articles lies behind what the question expects, 0 to 1: 0 where nothing searched is dated.
func (s *search) stale() float64 {
	read, newest := s.result.Read, s.result.Searched.To
	if newest.IsZero() || read.News == 0 {
		return 0
	}
	expected, fades := s.query.Now, float64(newsFades)
	if read.News == ofTheTime {
		expected, fades = read.Around, read.Within
	}
	days := math.Max(0, expected.Sub(newest).Hours()/24)
	return read.News * (1 - math.Exp2(-days/fades))
}
