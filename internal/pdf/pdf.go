// Package pdf reads the text of PDF files, which may be hostile, in a process of its own: PDFium, compiled to WebAssembly, without files or
// network, with bounds on memory and time.
package pdf

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Document is what a PDF says.
type Document struct {
	Title      string   // as its properties name it; often empty or a file's name
	Paragraphs []string // in reading order, without page numbers and lines that stand on every page
}

// reply is what the child process answers: a document, or what is wrong with the file.
type reply struct {
	Document Document
	Wrong    string
}

const (
	timeLimit   = 2 * time.Minute
	memoryLimit = "768MiB"  // of the child's own heap, softly (GOMEMLIMIT); Serve bounds the rest
	mostText    = 64 << 20  // bytes of a reply
	mostBytes   = 256 << 20 // bytes of a file
)

// Reader starts a process for each file, one at a time since each takes some 300 MB. It is safe for concurrent use.
type Reader struct {
	Command []string // the program that calls Serve, with its arguments
	Limit   time.Duration
	mu      sync.Mutex
}

// Read returns the text of a PDF. A scan gives a Document without paragraphs. An error is one sentence about the file.
func (r *Reader) Read(ctx context.Context, data []byte) (Document, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	limit := r.Limit
	if limit <= 0 {
		limit = timeLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	child := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...)                          //nolint:gosec // the program itself
	child.Env = []string{"GOMEMLIMIT=" + memoryLimit, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")} // and no secrets
	child.Stdin = bytes.NewReader(data)
	child.WaitDelay = 5 * time.Second
	var out, errs bounded
	out.left, errs.left = mostText, 4096
	child.Stdout, child.Stderr = &out, &errs
	err := child.Run()
	var answer reply
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return Document{}, fmt.Errorf("could not be read within %s", limit)
	case ctx.Err() != nil:
		return Document{}, ctx.Err()
	case err != nil, json.Unmarshal(out.Bytes(), &answer) != nil:
		return Document{}, errors.New("is a PDF that cannot be read: it asks for too much memory or is damaged")
	case answer.Wrong != "":
		return Document{}, errors.New(answer.Wrong)
	}
	return answer.Document, nil
}

// bounded keeps the first bytes and refuses the rest, which ends the child.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("too much text")
	}
	return b.Buffer.Write(p)
}

// Serve is the child process: it reads a PDF from in and writes the answer to out. In the folder cache, which is made when it does not exist, it keeps
// PDFium as it was compiled, so that the next process starts in a fraction of the time; "" keeps nothing. Its error means that no answer was written.
func Serve(ctx context.Context, in io.Reader, out io.Writer, cache string) error {
	if err := confine(); err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(in, mostBytes))
	if err != nil {
		return err
	}
	var answer reply
	if answer.Document, err = read(ctx, data, cache); err != nil {
		answer.Wrong = err.Error()
	}
	return json.NewEncoder(out).Encode(answer)
}
