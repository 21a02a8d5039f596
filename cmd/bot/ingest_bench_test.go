//go:build linux

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"attache/internal/embed"
	"attache/internal/fetch"
	"attache/internal/ingest"
	"attache/internal/news"
	"attache/internal/quotes"
	"attache/internal/retrieval"
)

// dispatch makes the n-th of many articles, of some 450 words with a few quotations, which are all different and always the same.
func dispatch(n int) (title string, paragraphs []string) {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	place := func() string { return pick("Kareth", "Orlin", "Lind", "Port Lind", "Tollund", "Upper Kareth", "Ilm") }
	thing := func() string {
		return pick("the pass", "a ferry", "the railway", "the grain stores", "a second tunnel", "the customs house", "the lake road", "the harbour")
	}
	for range 12 {
		var b strings.Builder
		for range 2 {
			fmt.Fprintf(&b, "%s of %s %s %s in %s after %d days, and %s of it cost %d crowns a year. ", pick("The council", "The ministry", "The road service", "The union"),
				place(), pick("closed", "opened", "repaired", "counted", "inspected"), thing(), place(), r.IntN(90), pick("a part", "half", "a third", "most"), r.IntN(100_000))
		}
		fmt.Fprintf(&b, "“We %s %s before %s,” said %s %s, the %s of %s.", pick("will open", "cannot close", "have asked for", "never promised"), thing(),
			pick("June", "the winter", "Tuesday"), pick("Tessa", "Oren", "Brita", "Lars", "Greta"), pick("Morn", "Vahl", "Skov", "Odden", "Holm"), pick("mayor", "minister", "head"), place())
		paragraphs = append(paragraphs, b.String())
	}
	return fmt.Sprintf("Report %d on %s in %s", n, thing(), place()), paragraphs
}

func reportMarkdown(n int) string {
	title, paragraphs := dispatch(n)
	return fmt.Sprintf("---\ntitle: %s\nsource: Northern Wire\npublished: 2031-06-%02d\n---\n%s\n", title, n%28+1, strings.Join(paragraphs, "\n\n"))
}

func reportPage(n int) string {
	title, paragraphs := dispatch(n)
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html><head><title>%s | Northern Wire</title><meta property="og:site_name" content="Northern Wire"><meta name="date" content="2031-06-%02d"></head><body>`+
		`<nav><ul>%s</ul></nav><div class="cookie">We use cookies.</div><article><h1>%s</h1><div class="share"><a href="#">Share</a></div>`,
		title, n%28+1, strings.Repeat(`<li><a href="/x">Section</a></li>`, 40), title)
	for _, p := range paragraphs {
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(p))
	}
	return b.String() + `</article><aside>` + strings.Repeat(`<div class="card"><a href="/y">Another story of the day</a></div>`, 40) + `</aside><footer>© Northern Wire</footer></body></html>`
}

// reportPDF is a PDF of one page with the article's words, and as many bytes more as are asked for.
func reportPDF(n, more int) []byte {
	title, paragraphs := dispatch(n)
	var page strings.Builder
	page.WriteString("BT /F1 9 Tf 11 TL 40 800 Td\n")
	for _, p := range paragraphs {
		p = strings.NewReplacer("“", `"`, "”", `"`).Replace(p)
		for len(p) > 0 {
			end := min(len(p), 100)
			if end < len(p) {
				end = strings.LastIndexByte(p[:end], ' ')
			}
			fmt.Fprintf(&page, "(%s) Tj T*\n", p[:end])
			p = strings.TrimSpace(p[end:])
		}
		page.WriteString("T*\n")
	}
	page.WriteString("ET")
	noise := make([]byte, more)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(noise) // which never fails
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", page.Len(), page.String()), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", more, noise), "<</Title(" + title + ")>>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R/Info 7 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// press is a site on the loopback with a sitemap of n pages.
func press(t testing.TB, n int) (address string, net network) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, err := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
		switch {
		case err == nil:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, reportPage(i))
		case r.URL.Path == "/sitemap":
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, "<urlset>")
			for i := range n {
				fmt.Fprintf(w, "<url><loc>http://%s/%d</loc></url>", r.Host, i)
			}
			fmt.Fprint(w, "</urlset>")
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	at := netip.MustParseAddrPort(server.Listener.Addr().String())
	return server.URL, network{fetch: fetch.Options{Delay: time.Nanosecond, Allow: []netip.AddrPort{at}}}
}

// processorTime is what this process and those that it has started and seen end have taken of a processor, whoever else uses the machine.
func processorTime(t testing.TB) (used time.Duration) {
	t.Helper()
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			t.Fatal(err)
		}
		used += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return used
}

// BenchmarkIngest takes articles in from where they are, each time into an empty library, and counts them by the time of a processor: go test ./cmd/bot -run - -bench Ingest -benchtime 1x -cpu 1
func BenchmarkIngest(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
		file func(n int) (ending string, data []byte) // nil is a site
	}{
		{"Markdown", 400, func(n int) (string, []byte) { return ".md", []byte(reportMarkdown(n)) }},
		{"HTML", 400, func(n int) (string, []byte) { return ".html", []byte(reportPage(n)) }},
		{"PDF", 10, func(n int) (string, []byte) { return ".pdf", reportPDF(n, 0) }},
		{"site", 400, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			var used time.Duration
			for b.Loop() {
				b.StopTimer()
				dir := b.TempDir()
				place, net := dir, network{}
				if c.file == nil {
					address, reach := press(b, c.n)
					place, net = address+"/sitemap", reach
				} else {
					for i := range c.n {
						ending, data := c.file(i)
						if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)+ending), data, 0o600); err != nil {
							b.Fatal(err)
						}
					}
				}
				env := []string{"ATTACHE_DATA_DIR=" + filepath.Join(b.TempDir(), "data"), "ATTACHE_STARTER=false"}
				var out, errs bytes.Buffer
				b.StartTimer()
				before := processorTime(b)
				if code := run(b.Context(), []string{"ingest", place}, streams{strings.NewReader(""), &out, &errs}, env, net); code != 0 {
					b.Fatal(out.String(), errs.String())
				}
				used += processorTime(b) - before
			}
			b.ReportMetric(float64(c.n*b.N)/used.Seconds(), "articles/core-s")
		})
	}
}

// BenchmarkIngestSteps is the time of each step for one article: go test ./cmd/bot -run - -bench IngestSteps -cpu 1
func BenchmarkIngestSteps(b *testing.B) {
	const n = 200
	model, err := embed.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	articles := make([]news.Article, n)
	for i := range articles {
		if articles[i], err = ingest.Parse("a.md", []byte(reportMarkdown(i)), ingest.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	read := func(name string, text func(int) string) func(int) {
		return func(i int) {
			if _, err := ingest.Parse(name, []byte(text(i)), ingest.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, step := range []struct {
		name string
		do   func(int)
	}{
		{"make-Markdown", func(i int) { _ = reportMarkdown(i) }}, // what the next two contain besides
		{"make-HTML", func(i int) { _ = reportPage(i) }},
		{"read-Markdown", read("a.md", reportMarkdown)},
		{"read-HTML", read("a.html", reportPage)},
		{"split", func(i int) { _ = retrieval.Split(articles[i]) }},
		{"quotations", func(i int) { _ = quotes.Extract(articles[i]) }},
		{"embed", func(i int) {
			if _, err := retrieval.Embed(context.Background(), model, articles[i], retrieval.Split(articles[i])); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(step.name, func(b *testing.B) {
			i, before := 0, processorTime(b)
			for b.Loop() {
				step.do(i % n)
				i++
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(i), "core-µs/article")
		})
	}
}

var peak = flag.Int("peak", 0, "measure the memory that a large PDF and a sitemap of so many pages take")

// TestPeakMemory measures, when it is asked to, what a PDF of 50 MB and a sitemap of 10,000 pages take: go test ./cmd/bot -run PeakMemory -peak 10000 -v -timeout 30m
func TestPeakMemory(t *testing.T) {
	if *peak == 0 {
		t.Skip("-peak 10000 measures the memory that large runs take")
	}
	measured := func(t *testing.T, net network, args ...string) {
		env := append(home(t), "ATTACHE_STARTER=false", "ATTACHE_INGEST_MAX_FILE_BYTES=104857600")
		debug.FreeOSMemory()
		if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil { // the peak begins anew
			t.Fatal(err)
		}
		before, start := status(t, "VmRSS"), time.Now()
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &errs}, env, net); code != 0 {
			t.Fatal(errs.String())
		}
		var children syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		t.Logf("%s at its peak, %s before, the largest child %d kB; %s; %s",
			status(t, "VmHWM"), before, children.Maxrss, time.Since(start).Round(time.Second), lines[len(lines)-1])
	}
	t.Run("PDF", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "large.pdf")
		if err := os.WriteFile(file, reportPDF(1, 50<<20), 0o600); err != nil {
			t.Fatal(err)
		}
		measured(t, network{}, "ingest", file)
	})
	t.Run("sitemap", func(t *testing.T) {
		address, net := press(t, *peak)
		measured(t, net, "ingest", "--most", fmt.Sprint(*peak), address+"/sitemap")
	})
}

// status is a line of this process's status.
func status(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
