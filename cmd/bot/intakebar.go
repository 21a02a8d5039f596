package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"attache/internal/ingest"
	"attache/internal/intake"
)

// intakeBar shows in a terminal how far a taking in has come, how fast it goes and when it will be done; elsewhere nothing.
type intakeBar struct {
	*progressbar.ProgressBar // nil where there is no terminal
	all                      int
}

// isTerminal reports whether a person types into a stream, or sees at once what is written to it.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// newIntakeBar makes one for the files below the paths; what lists hold is added as it becomes known.
func newIntakeBar(w io.Writer, paths []string) *intakeBar {
	if !isTerminal(w) {
		return &intakeBar{}
	}
	all := 0
	for _, path := range paths {
		if intake.IsAddress(path) {
			all++
			continue
		}
		for range ingest.Walk(path) {
			all++
		}
	}
	return &intakeBar{all: all, ProgressBar: progressbar.NewOptions(all, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("taking in"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("articles"), progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
}

// clear takes the bar off the screen, so that a line can be printed.
func (b *intakeBar) clear() {
	if b.ProgressBar != nil {
		_ = b.Clear() // a bar is not worth an error
	}
}

// count moves the bar on and shows it again.
func (b *intakeBar) count(e intake.Event) {
	if b.ProgressBar == nil {
		return
	}
	switch e.Outcome {
	case intake.Noted:
	case intake.Listed:
		b.all += e.Ahead
		b.ChangeMax(b.all)
	default:
		_ = b.Add(1) // as above
	}
}
