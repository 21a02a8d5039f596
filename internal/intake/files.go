package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"attache/internal/ingest"
	"attache/internal/library"
	"attache/internal/news"
)

// mostReaders is how many files are read at once at most: each may take the memory of a large document.
const mostReaders = 4

// settling is how long a file in a folder that is looked at again must have been left alone before it is read: it may still be being written.
const settling = 5 * time.Second

// file is what was read of one file, not yet stored.
type file struct {
	path     string
	skip     string // why it is not read now
	same     bool   // it has not changed since the last look
	notes    []string
	articles iter.Seq2[news.Article, error]
	version  string // to be remembered; "" is nothing to remember
}

// walk takes in a file, or every file of a folder.
func (r *Run) walk(ctx context.Context, path string) error {
	readers := min(mostReaders, runtime.GOMAXPROCS(0))
	for f := range inOrder(ingest.Walk(path), readers, func(f ingest.File) file { return r.read(ctx, f) }) {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		if err := r.file(ctx, f, f.path == filepath.Clean(path) || f.path == path); err != nil {
			return err
		}
	}
	return nil
}

// Document takes in a file that is in memory: its name tells its type, place is what it is called in what is told of it, and origin what is remembered of
// where it came from. Its error is ErrInterrupted.
func (r *Run) Document(ctx context.Context, place, name, origin string, data []byte) error {
	for a, err := range ingest.ParseAll(name, data, r.article(place)) {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		if err != nil {
			r.fail(place, err)
			continue
		}
		a.Origin = origin
		if ingest.Many(name) {
			a.Origin += "#" + a.ID
		}
		r.store(ctx, place, a)
	}
	return nil
}

// article is what is told to the reading of one place.
func (r *Run) article(place string) ingest.Options {
	o := r.options.Article
	o.Note = func(note string) { r.note(place, note) }
	return o
}

// read reads a file. One that may hold very many articles is left to be read while they are stored.
func (r *Run) read(ctx context.Context, f ingest.File) file {
	got := file{path: f.Path, skip: f.Skip}
	if got.skip != "" {
		return got
	}
	if r.options.Again {
		if err := r.passOver(ctx, &got); err != nil {
			got.articles = func(yield func(news.Article, error) bool) { yield(news.Article{}, err) }
			return got
		}
		if got.skip != "" || got.same {
			return got
		}
	}
	o := r.options.Article
	o.Note = func(note string) { got.notes = append(got.notes, note) }
	got.articles = ingest.Articles(ctx, f.Path, o)
	if !ingest.Many(f.Path) {
		a, err := one(got.articles)
		got.articles = func(yield func(news.Article, error) bool) { yield(a, err) }
	}
	return got
}

// one reads the only article. A fault of a parser must not end a bot that serves others.
func one(articles iter.Seq2[news.Article, error]) (a news.Article, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("cannot be read, by a fault of this program: %v", p)
		}
	}()
	for a, err := range articles {
		return a, err
	}
	return a, errors.New("holds no article")
}

// passOver says why a file is not read again: it is as it was, or it is being written.
func (r *Run) passOver(ctx context.Context, f *file) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return nil //nolint:nilerr // reading it tells what is wrong
	}
	if age := r.options.Now().Sub(info.ModTime()); age >= 0 && age < settling {
		f.skip = "is just being written, and left for the next look"
		return nil
	}
	version := fmt.Sprintf("%d bytes, %s", info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
	last, err := r.collection.Library.Visit(ctx, r.options.Article.Guild, f.path)
	switch {
	case err != nil:
		return err
	case last.ETag != version || last.Fields != fields(r.options.Article):
		f.version = version
	case last.Problem != "":
		f.skip = "as before: " + last.Problem
	default:
		f.same = true
	}
	return nil
}

// file stores what was read of a file; named tells that somebody named it, so that passing it over is a failure. Its error is one of the library.
func (r *Run) file(ctx context.Context, f file, named bool) error {
	switch {
	case f.skip != "" && named:
		r.fail(f.path, errors.New(f.skip))
		return nil
	case f.skip != "":
		r.skip(f.path, f.skip)
		return nil
	case f.same:
		r.tell(Event{Place: f.path, Outcome: Same})
		return nil
	}
	visit := library.Visit{ETag: f.version, Fields: fields(r.options.Article)}
	for _, note := range f.notes {
		r.note(f.path, note)
	}
	for a, err := range f.articles {
		if err != nil {
			r.fail(f.path, err)
			visit.Problem = err.Error()
			continue
		}
		if id := r.store(ctx, f.path, a); id != "" {
			visit.Article = id
		}
	}
	if f.version == "" || r.options.Dry || ctx.Err() != nil || visit.Article == "" && visit.Problem == "" {
		return nil
	}
	return r.collection.Library.SetVisit(ctx, r.options.Article.Guild, f.path, visit)
}

// mirror takes out the articles whose file in the folder is gone. A folder that has become empty is rather one that is not there at the moment.
func (r *Run) mirror(ctx context.Context, folder string) error {
	files, err := r.collection.Library.Under(ctx, r.options.Article.Guild, filepath.Clean(folder)+string(filepath.Separator))
	if err != nil || len(files) == 0 {
		return err
	}
	var gone []string
	for _, id := range slices.Sorted(maps.Keys(files)) {
		if _, err := os.Lstat(files[id]); errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, id)
		}
	}
	if len(gone) == len(files) {
		r.fail(folder, errors.New("holds none of its files any more: their articles stay until bot remove takes them out"))
		return nil
	}
	for _, id := range gone {
		if err := r.collection.Remove(ctx, id); err != nil && !errors.Is(err, library.ErrNotFound) {
			return err
		}
		r.tell(Event{Place: files[id], Outcome: Removed, Detail: "its file is gone"})
	}
	return nil
}
