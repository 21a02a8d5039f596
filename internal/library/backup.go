package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ErrExists says that a file is there already, which is never written over.
var ErrExists = errors.New("it exists already, and is not written over: choose another name")

// Backup writes the whole catalog, as it is at this moment, to a new file at path, while others go on reading and writing. The file is there
// whole or not at all; one that exists is left alone, with ErrExists.
func (l *Library) Backup(ctx context.Context, path string) error {
	if err := absent(path); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	part, err := vacant(path)
	if err != nil {
		return fmt.Errorf("back up to %s: %w; choose another folder", path, err)
	}
	defer func() { _ = os.Remove(part) }() // it is gone already when all went well
	if _, err := l.db.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return l.explain("back up", err)
	}
	if err := flush(part); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	if err := claim(part, path); err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return nil
}

// Restore makes the backup at from the catalog at path, after checking the whole of it. The former catalog is kept beside it, under the name that
// is returned; "" when there was none. A damaged backup, and a catalog that another process has open, change nothing.
func Restore(ctx context.Context, from, path string, now time.Time) (former string, err error) {
	part, err := copied(from, path)
	if err != nil {
		return "", fmt.Errorf("restore %s: %w", from, err)
	}
	defer func() { removeAll(part) }() // it is gone already when all went well
	if err := sound(ctx, part); err != nil {
		return "", fmt.Errorf("restore %s: %w", from, err)
	}
	if err := absent(path); err == nil {
		return "", wrapped("restore", path, os.Rename(part, path))
	}
	if err := release(ctx, path); err != nil {
		return "", err
	}
	former = path + ".before-" + now.UTC().Format("20060102-150405")
	if err := absent(former); err != nil {
		return "", fmt.Errorf("keep the former library as %s: %w", former, err)
	}
	if err := setAside(path, former); err != nil {
		return "", err
	}
	return former, wrapped("restore", path, os.Rename(part, path))
}

func wrapped(action, path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", action, path, err)
}

// absent is ErrExists for a name that is taken.
func absent(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return ErrExists
}

// vacant makes an empty file beside path, under a name that nobody uses.
func vacant(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-*")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// claim gives a finished file its name, unless somebody took it meanwhile.
func claim(part, path string) error {
	err := os.Link(part, path)
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil { // a file system without links
		if err := absent(path); err != nil {
			return err
		}
		return os.Rename(part, path)
	}
	return os.Remove(part)
}

// flush brings a file to the disk.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// copied copies a backup beside path, so that it is checked and moved as one file.
func copied(from, path string) (part string, err error) {
	info, err := os.Stat(from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", errors.New("there is no such file")
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a file")
	}
	if live, err := os.Stat(path); err == nil && os.SameFile(info, live) {
		return "", errors.New("it is the library itself")
	}
	if _, err := os.Stat(from + "-wal"); err == nil {
		return "", errors.New("it is in use, or was not closed: make a backup of it with bot backup first")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if part, err = vacant(path); err != nil {
		return "", err
	}
	if err := copyFile(from, part); err != nil {
		removeAll(part)
		return "", err
	}
	return part, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read from
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// sound reports what is wrong with a file that is to become the catalog.
func sound(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", address(path, busyTimeout))
	if err != nil {
		return err
	}
	l := &Library{db: db, path: path, now: time.Now}
	defer func() { _ = l.Close() }() // what was written is committed
	lacking, err := inspect(ctx, db)
	switch {
	case err != nil:
		return l.named(err)
	case len(lacking) > 0 && lacking[0].version == 1:
		return errors.New("it is no backup: it is empty")
	}
	if err := l.migrate(); err != nil { // a backup of an older version
		return l.named(err)
	}
	health, err := l.Check(ctx)
	if err != nil {
		return l.named(err)
	}
	if len(health.Problems) > 0 {
		return fmt.Errorf("it is damaged: %s", health.Problems[0])
	}
	return closed(ctx, l)
}

// named explains an error of a copy without the copy's name, which means nothing to a person.
func (l *Library) named(err error) error {
	if advice := advise(err); advice != "" {
		return fmt.Errorf("it cannot be used%s: %w", advice, err)
	}
	return err
}

// release makes sure that no process has the catalog open and that all of it stands in its one file. A catalog so damaged that SQLite cannot open
// it is released as it is.
func release(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", address(path, time.Second))
	if err != nil {
		return wrapped("open", path, err)
	}
	l := &Library{db: db, path: path, now: time.Now}
	defer func() { _ = l.Close() }() // nothing was written
	err = closed(ctx, l)
	if err != nil && advise(err) == damaged {
		return nil
	}
	if err != nil && advise(err) == busy {
		return fmt.Errorf("replace library %s: it is in use; stop the bot and try again", path)
	}
	return l.explain("replace", err)
}

// closed takes the catalog out of WAL mode, which SQLite does only while nobody else has it open.
func closed(ctx context.Context, l *Library) error {
	l.db.SetMaxOpenConns(1)
	var mode string
	return l.db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode)
}

// setAside renames the catalog and, when SQLite could not merge it, its log.
func setAside(path, former string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+suffix, former+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return wrapped("set aside", path+suffix, err)
		}
	}
	if os.Link(path, former) == nil { // the next rename takes the name over in one step
		return nil
	}
	return wrapped("set aside", path, os.Rename(path, former))
}

func removeAll(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(path + suffix) // most do not exist
	}
}
