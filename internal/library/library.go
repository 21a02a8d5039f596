// Package library is the durable catalog: one SQLite file that holds articles, their passages, vectors and quotations, and what the bot
// must remember. It is the single truth; every index is made from it.
package library

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite" // the SQL driver, pure Go
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema.sql
var schema string

// schemaVersion is stored as SQLite's user_version; a file of a newer one is refused.
const schemaVersion = 1

// busyTimeout is how long a write waits for another process's write before it gives up, in milliseconds.
const busyTimeout = 10_000

// Library is an open catalog. It is safe for concurrent use, also by several processes.
type Library struct {
	db   *sql.DB
	path string
	now  func() time.Time
}

// ErrNotFound says that the catalog holds nothing by that id.
var ErrNotFound = errors.New("not in the library")

// Open opens the catalog at path, making it and its folder when they do not exist. Errors name the file and say what to do.
func Open(path string) (*Library, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the library: %w; choose another with --data-dir", err)
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + fmt.Sprintf(
		"?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_txlock=immediate", busyTimeout)
	db, err := sql.Open("sqlite", dsn)
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

// migrate brings an empty file to the current schema and refuses a newer one.
func (l *Library) migrate() error {
	var version int
	if err := l.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch {
	case version == schemaVersion:
		return nil
	case version > schemaVersion:
		return fmt.Errorf("it was written by a newer version of this program (schema %d, this one knows %d): update the program", version, schemaVersion)
	}
	return l.write(context.Background(), func(tx *sql.Tx) error {
		if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version == schemaVersion {
			return err // another process has made it meanwhile
		}
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
		_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion))
		return err
	})
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

// explain turns an error of the driver into a sentence that says what to do; others pass with the action and the file's name.
func (l *Library) explain(action string, err error) error {
	if err == nil {
		return nil
	}
	advice := ""
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			advice = ": another program is writing to it; try again in a moment"
		case sqlite3.SQLITE_FULL:
			advice = ": the disk is full; make room and try again, nothing was lost"
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
			advice = ": it cannot be written; check its permissions or choose another folder with --data-dir"
		case sqlite3.SQLITE_CANTOPEN:
			advice = ": it cannot be opened; check the folder's permissions or choose another with --data-dir"
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			advice = ": the file is damaged or no library; restore a copy, or move it away and ingest again"
		}
	}
	return fmt.Errorf("%s library %s%s: %w", action, l.path, advice, err)
}
