package embed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	question = "Why did the foreign minister of Varesh refuse to sign the treaty?"
	sentence = "Ilena Drazh, the foreign minister, told reporters on Tuesday that Varesh would not sign the treaty before " +
		"its neighbours had withdrawn their troops from the border. "
)

// dot is the cosine of two vectors of unit length.
func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestVectorsAgreeWithTool(t *testing.T) {
	s := builtin(t)
	cases := fixture[[]struct {
		Text   string
		Vector []float64
	}](t, "vectors.json")
	if len(cases) < 5 {
		t.Fatalf("fixture holds %d cases, want at least 5", len(cases))
	}
	for _, c := range cases {
		got := s.Embed(c.Text)
		if len(got) != len(c.Vector) {
			t.Fatalf("%.40q: got %d dimensions, want %d", c.Text, len(got), len(c.Vector))
		}
		for i := range got {
			if math.Abs(float64(got[i])-c.Vector[i]) > 1.5e-7 { // the fixture is rounded to 7 decimals
				t.Errorf("%.40q: dimension %d: got %v want %v", c.Text, i, got[i], c.Vector[i])
				break
			}
		}
	}
}

// The lanes that add eight numbers at a time give what plain addition gives, at and around the point where they are emptied.
func TestSumOfRowsIsExact(t *testing.T) {
	s := builtin(t)
	for _, n := range []int{0, 1, 2, maxRowsInLane - 1, maxRowsInLane, maxRowsInLane + 1, 2*maxRowsInLane + 3} {
		tokens := make([]uint16, n)
		for i := range tokens {
			tokens[i] = uint16(1000 + i*29%29000)
		}
		var got, want [maxDim]int64
		s.addRows(&got, tokens)
		for _, id := range tokens {
			for d := range s.dim {
				want[d] += int64(s.rows[int(id)*s.dim+d]) - rowBias
			}
		}
		if got != want {
			t.Errorf("%d tokens: sums differ", n)
		}
	}
}

// The worst case for a lane: nothing but rows of the largest number.
func TestLanesDoNotOverflow(t *testing.T) {
	dim := 16
	s, err := NewStatic(makeTable(dim, func(int, int) byte { return 255 }))
	if err != nil {
		t.Fatal(err)
	}
	var sum [maxDim]int64
	s.addRows(&sum, make([]uint16, 3*maxRowsInLane))
	for d := range dim {
		if want := int64(3*maxRowsInLane) * 127; sum[d] != want {
			t.Fatalf("dimension %d: got %d want %d", d, sum[d], want)
		}
	}
}

// makeTable builds a table of 200 one-rune entries, "a" and "b" among them.
func makeTable(dim int, number func(id, d int) byte) []byte {
	var vocab, rows bytes.Buffer
	const n = 200
	for id := range n {
		vocab.WriteString(string(rune('a'+id)) + "\n")
		for d := range dim {
			rows.WriteByte(number(id, d))
		}
	}
	table := append([]byte(tableMagic), "00000000"...)
	for _, x := range []int{dim, n, vocab.Len()} {
		table = binary.LittleEndian.AppendUint32(table, uint32(x))
	}
	return append(append(table, vocab.Bytes()...), rows.Bytes()...)
}

func TestNewStaticRejects(t *testing.T) {
	good := makeTable(16, func(int, int) byte { return 130 })
	change := func(at int, b ...byte) []byte {
		return append(append(bytes.Clone(good[:at]), b...), good[at+len(b):]...)
	}
	cases := []struct {
		name  string
		table []byte
	}{
		{"nothing", nil},
		{"a header cut short", good[:headerBytes-1]},
		{"other magic", change(0, 'X')},
		{"a row cut short", good[:len(good)-1]},
		{"a byte too many", append(bytes.Clone(good), 1)},
		{"no dimension", change(16, 0)},
		{"dimension not a multiple of 8", change(16, 15)},
		{"too many dimensions", change(16, 0, 4)},
		{"huge counts", change(16, 8, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)},
		{"vocabulary cut", change(headerBytes, '\n')},
	}
	if _, err := NewStatic(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := NewStatic(c.table); !errors.Is(err, ErrTable) {
				t.Fatalf("got %v, want ErrTable", err)
			}
		})
	}
}

func TestNothingToEmbedIsNil(t *testing.T) {
	s := builtin(t)
	texts := []string{"", " \n\t", "\u200b\u0301", "\xff\xfe", strings.Repeat("x", 101)}
	for _, text := range texts {
		if got := s.Embed(text); got != nil {
			t.Errorf("Embed(%q) = %v, want nil", text, got)
		}
	}
	vectors, err := s.Model().Embed(context.Background(), append(texts, question))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vectors {
		if (v == nil) != (i < len(texts)) {
			t.Errorf("text %d: nil is %v", i, v == nil)
		}
	}
	zero, err := NewStatic(makeTable(16, func(int, int) byte { return rowBias }))
	if err != nil {
		t.Fatal(err)
	}
	if got := zero.Embed("a b"); got != nil {
		t.Errorf("rows of zeros: got %v, want nil", got)
	}
}

func TestUnitLengthWhateverTheText(t *testing.T) {
	s := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("aeiounrst .’é中\u0301")), 0, 400, -1)).Draw(t, "text")
		v := s.Embed(text)
		if v == nil {
			return
		}
		if length := math.Sqrt(dot(v, v)); len(v) != s.dim || !(math.Abs(length-1) < 1e-6) {
			t.Fatalf("%d dimensions of length %v", len(v), length)
		}
	})
}

// Sums of whole numbers do not depend on the order: not a bit of the vector changes.
func TestOrderOfWordsChangesNoBit(t *testing.T) {
	s := builtin(t)
	words := strings.Fields(strings.Repeat(sentence, 40))
	want := s.Embed(strings.Join(words, " "))
	rapid.Check(t, func(t *rapid.T) {
		if diff := cmp.Diff(want, s.Embed(strings.Join(rapid.Permutation(words).Draw(t, "words"), " "))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// One vector known to the bit: every platform has to give it.
func TestVectorIsTheSameOnEveryPlatform(t *testing.T) {
	s, err := NewStatic(makeTable(8, func(id, d int) byte { return byte(1 + (id*31+d*d*17)%255) }))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]uint32, 0, 8)
	for _, x := range s.Embed("a b c d e a a b") {
		got = append(got, math.Float32bits(x))
	}
	// Computed apart from this code, in Python, from the same whole numbers.
	want := []uint32{0xbf1d39b3, 0xbefb1843, 0xbdf41b63, 0x3e88f5f6, 0xbefb1843, 0x3e230c6e, 0x3e035edc, 0xbdf41b63}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func TestModelEmbedsInOrderAndAlike(t *testing.T) {
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := builtin(t)
	texts := []string{question, "", sentence, question}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			vectors, err := m.Embed(context.Background(), texts)
			if err != nil || len(vectors) != len(texts) {
				t.Errorf("got %d vectors, %v", len(vectors), err)
				return
			}
			for i, text := range texts {
				if diff := cmp.Diff(s.Embed(text), vectors[i]); diff != "" {
					t.Errorf("text %d (-alone +together):\n%s", i, diff)
				}
			}
		})
	}
	wg.Wait()
}

// A vector belongs to the caller: appending to one must not write into the next.
func TestVectorsDoNotShareRoom(t *testing.T) {
	m := builtin(t).Model()
	vectors, err := m.Embed(context.Background(), []string{question, sentence})
	if err != nil {
		t.Fatal(err)
	}
	want := vectors[1][0]
	_ = append(vectors[0], want+1)
	if vectors[1][0] != want {
		t.Fatal("appending to a vector changed its neighbour")
	}
}

func TestModelStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	vectors, err := builtin(t).Model().Embed(ctx, []string{question})
	if !errors.Is(err, context.Canceled) || vectors != nil {
		t.Fatalf("got %v, %v; want no vectors and context.Canceled", vectors, err)
	}
}

// The version in the name is that of the bytes that follow it, so no table can be replaced under an old name.
func TestNameTellsTheTable(t *testing.T) {
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(builtinTable[16:])
	if want := "minilm-static-256-" + hex.EncodeToString(digest[:])[:8]; m.Name != want || m.Dim != 256 {
		t.Fatalf("got %s with %d dimensions, want %s with 256", m.Name, m.Dim, want)
	}
}

func TestNearInMeaningIsNear(t *testing.T) {
	s := builtin(t)
	cases := []struct{ name, text, near, far string }{
		{"other words for the same", "soldiers crossed the frontier", "troops entered over the border", "farmers brought in the harvest"},
		{"a question and its answer", question, sentence, "The striker scored twice in the second half of the final."},
		{"case does not matter", "GRAIN EXPORTS FELL", "grain exports fell", "GAS EXPORTS FELL"},
		{"office and verb", "Who won the election?", "Voters chose a new president at the polls.", "The central bank left rates where they were."},
		{"economy", "sanctions hit the economy", "trade restrictions hurt growth", "the choir sang at the cathedral"},
		{"disaster", "earthquake kills dozens", "many dead after tremor", "minister opens new museum"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := s.Embed(c.text)
			near, far := dot(v, s.Embed(c.near)), dot(v, s.Embed(c.far))
			if near <= far {
				t.Errorf("near %.3f, far %.3f", near, far)
			}
		})
	}
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Builtin(); err != nil {
			b.Fatal(err)
		}
	}
}

// A question of 12 words.
func BenchmarkEmbedQuestion(b *testing.B) { benchmarkEmbed(b, question) }

// A passage of 200 words.
func BenchmarkEmbedPassage(b *testing.B) {
	benchmarkEmbed(b, strings.Join(strings.Fields(strings.Repeat(sentence, 10))[:200], " "))
}

func benchmarkEmbed(b *testing.B, text string) {
	s := builtin(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Embed(text)
	}
}
