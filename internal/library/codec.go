package library

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"attache/internal/news"
)

// What is derived from a text is stored as one blob for each kind: a start then reads 100,000 quotations some ten times as fast as from JSON.
// Texts of passages and quotations are not in it, since they are spans of the article's. Numbers are varints, strings have their length in front.
// Whoever changes the encoding raises codecVersion: blobs of another version read as empty, and are made anew from the text.
const codecVersion = 1

var errDamaged = errors.New("what was derived from the text is damaged")

// encoder appends values to a blob.
type encoder struct{ data []byte }

func newEncoder() *encoder { return &encoder{data: []byte{codecVersion}} }

func (e *encoder) int(n int) { e.data = binary.AppendVarint(e.data, int64(n)) }

func (e *encoder) string(s string) {
	e.int(len(s))
	e.data = append(e.data, s...)
}

func (e *encoder) span(s news.Span) {
	e.int(s.Start)
	e.int(s.End)
}

func (e *encoder) date(d news.Date) {
	e.string(string(d.Precision))
	e.string(d.Text)
	if d.Precision != news.Unknown {
		e.data = binary.AppendVarint(e.data, d.Time.Unix())
	}
}

// decoder takes values from a blob. After the first that is not there, all are zero and bad is true. Strings share the blob.
type decoder struct {
	data string
	bad  bool
}

// newDecoder returns false for an empty blob and one of another version.
func newDecoder(data string) (*decoder, bool) {
	if data == "" || data[0] != codecVersion {
		return nil, false
	}
	return &decoder{data: data[1:]}, true
}

func (d *decoder) fail() { d.data, d.bad = "", true }

// varint is binary.Varint over a string.
func (d *decoder) varint() int64 {
	var u uint64
	for i := 0; i < len(d.data) && i < binary.MaxVarintLen64; i++ {
		b := d.data[i]
		u |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.data = d.data[i+1:]
			return int64(u>>1) ^ -int64(u&1)
		}
	}
	d.fail()
	return 0
}

func (d *decoder) int() int { return int(d.varint()) }

// count reads how many things follow, of which each takes a byte or more.
func (d *decoder) count() int {
	n := d.int()
	if n < 0 || n > len(d.data) {
		d.fail()
		return 0
	}
	return n
}

func (d *decoder) string() string {
	n := d.count()
	s := d.data[:n]
	d.data = d.data[n:]
	return s
}

func (d *decoder) span() news.Span { return news.Span{Start: d.int(), End: d.int()} }

func (d *decoder) date() news.Date {
	date := news.Date{Precision: news.Precision(d.string()), Text: d.string()}
	if date.Precision != news.Unknown {
		date.Time = time.Unix(d.varint(), 0).UTC()
	}
	return date
}

func (d *decoder) err() error {
	if d.bad || d.data != "" {
		return errDamaged
	}
	return nil
}

func encodeSpans(spans []news.Span) []byte {
	e := newEncoder()
	e.int(len(spans))
	for _, s := range spans {
		e.span(s)
	}
	return e.data
}

func decodeSpans(data string) ([]news.Span, error) {
	d, ok := newDecoder(data)
	if !ok {
		return nil, nil
	}
	var spans []news.Span
	for range d.count() {
		spans = append(spans, d.span())
	}
	return spans, d.err()
}

// encodePassages checks every passage before it is stored.
func encodePassages(a news.Article, passages []news.Passage) ([]byte, error) {
	e := newEncoder()
	e.int(len(passages))
	for i, p := range passages {
		if p.Text == "" || p.Span.In(a.Text) != p.Text || p.Ordinal != i || p.ArticleID != a.ID || p.ID != news.PassageID(a.ID, i) {
			return nil, fmt.Errorf("passage %q is not part %d of article %s at %d to %d", p.ID, i, a.ID, p.Span.Start, p.Span.End)
		}
		e.span(p.Span)
		e.string(p.Heading)
	}
	return e.data, nil
}

func decodePassages(a news.Article, data string) ([]news.Passage, error) {
	d, ok := newDecoder(data)
	if !ok {
		return nil, nil
	}
	passages := make([]news.Passage, d.count())
	for i := range passages {
		p := news.Passage{ID: news.PassageID(a.ID, i), ArticleID: a.ID, Ordinal: i, Span: d.span(), Heading: d.string()}
		p.Text = p.Span.In(a.Text)
		if p.Text == "" {
			d.fail()
		}
		passages[i] = p
	}
	return passages, d.err()
}

// encodeQuotes checks every quotation before it is stored.
func encodeQuotes(a news.Article, quotes []news.Quote) ([]byte, error) {
	e := newEncoder()
	e.int(len(quotes))
	for _, q := range quotes {
		if len(q.Fragments) == 0 || q.ArticleID != a.ID || q.ID != news.QuoteID(a.ID, q.Fragments[0].Span.Start) {
			return nil, fmt.Errorf("quotation %q is none of article %s", q.ID, a.ID)
		}
		e.string(string(q.Kind))
		e.int(len(q.Fragments))
		for _, f := range q.Fragments {
			if f.Text == "" || f.Span.In(a.Text) != f.Text {
				return nil, fmt.Errorf("quotation %s is not the article's text at %d to %d", q.ID, f.Span.Start, f.Span.End)
			}
			e.span(f.Span)
		}
		e.speaker(q.Speaker)
		e.string(q.Cue)
		e.string(q.Venue)
		e.date(q.Spoken)
		e.span(q.Sentence)
	}
	return e.data, nil
}

func (e *encoder) speaker(s news.Speaker) {
	e.string(string(s.Kind))
	e.string(s.Mention)
	e.span(s.MentionSpan)
	e.string(s.Name)
	e.string(s.Title)
	e.string(s.Affiliation)
	e.data = binary.AppendVarint(e.data, int64(math.Float64bits(s.Confidence)))
}

func decodeQuotes(a news.Article, data string) ([]news.Quote, error) {
	d, ok := newDecoder(data)
	if !ok {
		return nil, nil
	}
	n := d.count()
	if n == 0 {
		return nil, d.err()
	}
	quotes := make([]news.Quote, n)
	for i := range quotes {
		q := news.Quote{ArticleID: a.ID, Kind: news.QuoteKind(d.string()), Fragments: d.fragments(a)}
		q.ID = news.QuoteID(a.ID, q.Span().Start)
		q.Speaker = d.speaker()
		q.Cue, q.Venue = d.string(), d.string()
		q.Spoken, q.Sentence = d.date(), d.span()
		quotes[i] = q
	}
	return quotes, d.err()
}

func (d *decoder) fragments(a news.Article) []news.Fragment {
	fragments := make([]news.Fragment, d.count())
	for i := range fragments {
		span := d.span()
		fragments[i] = news.Fragment{Span: span, Text: span.In(a.Text)}
		if fragments[i].Text == "" {
			d.fail()
		}
	}
	return fragments
}

func (d *decoder) speaker() news.Speaker {
	return news.Speaker{
		Kind: news.SpeakerKind(d.string()), Mention: d.string(), MentionSpan: d.span(), Name: d.string(), Title: d.string(), Affiliation: d.string(),
		Confidence: math.Float64frombits(uint64(d.varint())),
	}
}
