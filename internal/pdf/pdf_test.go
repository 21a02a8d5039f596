package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain makes the test binary the child process as well.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "read-pdf" {
		if err := Serve(context.Background(), os.Stdin, os.Stdout, os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "pdfium-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	compiled = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// compiled is where PDFium is kept from one child process to the next.
var compiled string

// reader starts this binary as the child process.
func reader(t *testing.T) *Reader {
	t.Helper()
	if raceEnabled {
		t.Skip("under the race detector PDFium takes half a minute to start and more memory than it may have")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Reader{Command: []string{self, "read-pdf", compiled}}
}

// made is a PDF whose pages hold lines of Helvetica, 14 points apart; an empty line is a gap.
func made(pages ...[]string) []byte {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Title (Dawn at Kareth) >>"}
	var kids []string
	for _, lines := range pages {
		content := "BT /F1 11 Tf 72 760 Td 14 TL\n"
		for _, l := range lines {
			content += "(" + l + ") Tj T*\n"
		}
		content += "ET"
		objects = append(objects, fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
		objects = append(objects, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", len(objects)))
		kids = append(kids, fmt.Sprintf("%d 0 R", len(objects)))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	table := ""
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table, len(objects)+1, start)
	return b.Bytes()
}

func TestRead(t *testing.T) {
	page := func(n int, lines ...string) []string {
		return append(append([]string{"Northern Wire"}, lines...), "", fmt.Sprint("Page ", n, " of 3"))
	}
	data := made(
		page(1, "", "Dawn at Kareth", "", "The convoy of Solmark left Kareth before dawn, the ministry of defence", "said on Monday. \223We saw nothing,\224 said Ilena Drazh, who lives by the inde-",
			"pendence bridge.", "Nobody has said who gave the order, and nobody in the town expects to"),
		page(2, "", "be told before autumn.", "", "A second paragraph."),
		page(3, "", "The end."),
	)
	got, err := reader(t).Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	want := Document{Title: "Dawn at Kareth", Paragraphs: []string{
		"Dawn at Kareth",
		"The convoy of Solmark left Kareth before dawn, the ministry of defence said on Monday. “We saw nothing,” said Ilena Drazh, who lives by the independence bridge.",
		"Nobody has said who gave the order, and nobody in the town expects to be told before autumn.",
		"A second paragraph.", "The end.",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	if _, err := reader(t).Read(t.Context(), []byte("%PDF-1.4\nnoise")); err == nil || err.Error() != "is a damaged PDF" {
		t.Errorf("noise: %v", err)
	}
	r := reader(t)
	r.Limit = time.Millisecond
	if _, err := r.Read(t.Context(), made([]string{"Words"})); err == nil || !strings.Contains(err.Error(), "within 1ms") {
		t.Errorf("no time: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader(t).Read(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
	for _, command := range []string{"false", "/no/such/program"} {
		if _, err := (&Reader{Command: []string{command}}).Read(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("a child that dies: %v", err)
		}
	}
}

func TestParagraphsByPlace(t *testing.T) {
	t.Parallel()
	at := func(text string, left, right, bottom float64) line {
		return line{text, left, right, bottom + 10, bottom}
	}
	for name, tt := range map[string]struct {
		page []line
		want []string
	}{
		"lines run on":                 {[]line{at("one", 72, 500, 700), at("two", 72, 490, 686), at("three", 72, 300, 672)}, []string{"one two three"}},
		"a wider gap":                  {[]line{at("one", 72, 500, 700), at("two", 72, 500, 686), at("three", 72, 500, 660)}, []string{"one two", "three"}},
		"a short line":                 {[]line{at("one", 72, 500, 700), at("two", 72, 200, 686), at("three", 72, 500, 672)}, []string{"one two", "three"}},
		"a line set in":                {[]line{at("one", 72, 500, 700), at("two", 90, 500, 686), at("three", 72, 500, 672)}, []string{"one", "two three"}},
		"a column goes on in the next": {[]line{at("one", 72, 280, 700), at("two", 72, 280, 686), at("three", 310, 520, 700), at("four", 310, 520, 686)}, []string{"one two three four"}},
		"a column ends with a stop":    {[]line{at("one", 72, 280, 700), at("two.", 72, 280, 686), at("three", 310, 520, 700), at("four", 310, 520, 686)}, []string{"one two.", "three four"}},
		"a word of two lines":          {[]line{at("inde\x02", 72, 500, 700), at("pendence", 72, 500, 686)}, []string{"independence"}},
		"a compound of names":          {[]line{at("Ilm-", 72, 500, 700), at("Tollund", 72, 500, 686)}, []string{"Ilm-Tollund"}},
		"pieces of one line":           {[]line{at("one", 72, 100, 700), at("two", 104, 130, 700), at("s", 130, 135, 700)}, []string{"one twos"}},
		"nothing":                      {nil, nil},
	} {
		if diff := cmp.Diff(tt.want, paragraphs([][]line{lines(tt.page)})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
