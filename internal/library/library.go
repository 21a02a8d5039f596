// Package library is the durable catalog: one SQLite file that holds articles, their passages, vectors and quotations, and what the bot
// must remember. It is the single truth; every index is made from it.
package library

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite" // the SQL driver, pure Go
	sqlite3 "modernc.org/sqlite/lib"
)

// steps are the files that make the schema, one after the other; each is run once in the life of a catalog and never changed afterwards.
//
//go:embed schema/*.sql
var steps embed.FS

// step is one file of steps. The number that its name begins with is stored as SQLite's user_version once it has run.
type step struct {
	version int
	sql     string
}

// schema lists the steps in order.
func schema() ([]step, error) {
	names, err := fs.Glob(steps, "schema/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	all := make([]step, len(names))
	for i, name := range names {
		if _, err := fmt.Sscanf(name, "schema/%d_", &all[i].version); err != nil {
			return nil, fmt.Errorf("%s begins with no number: %w", name, err)
		}
		sql, err := steps.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all[i].sql = string(sql)
	}
	return all, nil
}

// applicationID marks the file as a library of this program: "Atta" in SQLite's application_id.
const applicationID = 0x41747461

// busyTimeout is how long a write waits for another process's write before it gives up.
const busyTimeout = 10 * time.Second

// Library is an open catalog. It is safe for concurrent use, also by several processes.
type Library struct {
	db   *sql.DB
	path string
	now  func() time.Time
}

// ErrNotFound says that the catalog holds nothing by that id.
var ErrNotFound = errors.New("not in the library")

// Open opens the catalog at path, making it and its folder when they do not exist. Errors name the file and say what to do.
func Open(path string) (*Library, error) { return open(path, busyTimeout) }

// open is Open with the time that a write waits for others.
func open(path string, wait time.Duration) (*Library, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open library: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the library: %w; choose another with --data-dir", err)
	}
	db, err := sql.Open("sqlite", address(path, wait))
	if err != nil {
		return nil, fmt.Errorf("open library %s: %w", path, err)
	}
	l := &Library{db: db, path: path, now: time.Now}
	if err := l.migrate(); err != nil {
		_ = db.Close() // the first error is the one that matters
		return nil, l.explain("open", err)
	}
	return l, nil
}

// address is the file as the driver takes it, with what every connection is set to. A commit returns when it is on the disk (synchronous FULL),
// so that neither a killed process nor a lost current undoes what was acknowledged; readers are never kept waiting (WAL). What is deleted is written over
// (secure_delete), so that a removed article cannot be read from the file.
func address(path string, wait time.Duration) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // C:/…
		slashed = "/" + slashed
	}
	return fmt.Sprintf("file://%s?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=secure_delete(ON)&_txlock=immediate",
		(&url.URL{Path: slashed}).EscapedPath(), wait.Milliseconds())
}

// migrate brings the file to the newest schema: an empty one through every step, an older one through those that it lacks. A file of another program
// or a newer version is refused.
func (l *Library) migrate() error {
	ctx := context.Background()
	lacking, err := inspect(ctx, l.db)
	if err != nil || len(lacking) == 0 {
		return err
	}
	return l.write(ctx, func(tx *sql.Tx) error {
		lacking, err := inspect(ctx, tx) // another process may have run them meanwhile
		if err != nil {
			return err
		}
		for _, s := range lacking {
			if _, err := tx.ExecContext(ctx, s.sql+fmt.Sprintf(";PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, s.version)); err != nil {
				return fmt.Errorf("step %d of the schema: %w", s.version, err)
			}
		}
		return nil
	})
}

// inspect returns the steps of the schema that the file lacks: all of them for an empty file. Its error says why the file is no library that this program
// can use.
func inspect(ctx context.Context, q querier) (lacking []step, err error) {
	all, err := schema()
	if err != nil {
		return nil, err
	}
	newest := all[len(all)-1].version
	var application, version, tables int
	err = q.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &version, &tables)
	switch {
	case err != nil:
		return nil, err
	case application == 0 && version == 0 && tables == 0:
		return all, nil
	case application != applicationID:
		return nil, errors.New("it is a database of another program, or of a preview of this one; choose another folder with --data-dir, or move it away")
	case version > newest:
		return nil, fmt.Errorf("it was written by a newer version of this program (schema %d, this one knows %d): update the program", version, newest)
	}
	return slices.DeleteFunc(all, func(s step) bool { return s.version <= version }), nil
}

// Close flushes and closes the catalog.
func (l *Library) Close() error { return l.db.Close() }

// Path is the file that holds the catalog.
func (l *Library) Path() string { return l.path }

// write runs f in one transaction: all of it is stored, or nothing.
func (l *Library) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // f's error is the one that matters
		return err
	}
	return tx.Commit()
}

const (
	damaged = ": the file is damaged or no library; restore a copy, or move it away and ingest again"
	busy    = ": another program is writing to it; try again in a moment"
)

// explain turns an error of the driver into a sentence that says what to do; others pass with the action and the file's name.
func (l *Library) explain(action string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s library %s%s: %w", action, l.path, advise(err), err)
}

// advise says what to do about an error of the driver; "" for any other.
func advise(err error) string {
	if errors.Is(err, errDamaged) {
		return damaged
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busy
	case sqlite3.SQLITE_FULL:
		return ": the disk is full; make room and try again, nothing was lost"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return ": it cannot be written; check its permissions or choose another folder with --data-dir"
	case sqlite3.SQLITE_CANTOPEN:
		return ": it cannot be opened; check the folder's permissions or choose another with --data-dir"
	case sqlite3.SQLITE_IOERR:
		return ": the disk could not be read or written; check it and the folder"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged
	}
	return ""
}
