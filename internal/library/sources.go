package library

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"attache/internal/news"
)

// SourceKind tells what stands at a source's place.
type SourceKind string

// The kinds of source.
const (
	Feed    SourceKind = "feed"
	Sitemap SourceKind = "sitemap"
	Page    SourceKind = "page"
	Folder  SourceKind = "folder"
)

// Source is a place that is looked at again and again for new articles. Guild and Place identify it.
type Source struct {
	Guild     string // whose collection its articles join; "" is shared by all
	Place     string // a web address, or the absolute path of a folder
	Kind      SourceKind
	Title     string    // its own name; "" when it has none
	Publisher string    // of all its articles; "" is what each says
	Label     string    // of all its articles
	Wall      news.Wall // of its articles when they come in; one that has been changed since then stays changed
	Mirror    bool      // of a folder: an article goes when its file does
	Every     time.Duration

	Looked   time.Time // at the last look; zero before the first
	Synced   time.Time // at the last look that went well
	Due      time.Time // of the next look; zero is at once
	Failures int       // looks in a row that failed
	Problem  string    // why the last look failed; "" when it did not
	Outcome  string    // what the last look brought, for a person
}

// Audience is for whom the source is: for those who see what comes in from it.
func (s Source) Audience() news.Audience { return news.Audience{Guild: s.Guild, Wall: s.Wall} }

// Sources lists the sources of all guilds in order of guild and place.
func (l *Library) Sources(ctx context.Context) ([]Source, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT guild, place, kind, title, publisher, label, wall, mirror, every, looked, synced, due, failures, problem, outcome
		FROM sources ORDER BY guild, place`)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	var all []Source
	for rows.Next() {
		var s Source
		var every int64
		var wall string
		var looked, synced, due sql.NullInt64
		err := rows.Scan(&s.Guild, &s.Place, &s.Kind, &s.Title, &s.Publisher, &s.Label, &wall, &s.Mirror, &every, &looked, &synced, &due,
			&s.Failures, &s.Problem, &s.Outcome)
		if err != nil {
			return nil, l.explain("read", err)
		}
		if s.Wall, err = parseWall(wall); err != nil {
			return nil, l.explain("read", err)
		}
		s.Every = time.Duration(every) * time.Second
		s.Looked, s.Synced, s.Due = instant(looked), instant(synced), instant(due)
		all = append(all, s)
	}
	return all, l.explain("read", rows.Err())
}

// AddSource stores a source that has not been looked at yet. It returns false, and changes nothing, when the guild has one at that place.
func (l *Library) AddSource(ctx context.Context, s Source) (added bool, err error) {
	done, err := l.db.ExecContext(ctx, `INSERT OR IGNORE INTO sources
		(guild, place, kind, title, publisher, label, wall, mirror, every, failures, problem, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')`,
		s.Guild, s.Place, s.Kind, s.Title, s.Publisher, s.Label, s.Wall.String(), s.Mirror, int64(s.Every/time.Second))
	if err != nil {
		return false, l.explain("write", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// SetLook stores how a look at a source went: its title and what follows Every. A source that was removed meanwhile stays removed.
func (l *Library) SetLook(ctx context.Context, s Source) error {
	_, err := l.db.ExecContext(ctx, `UPDATE sources SET title = ?, looked = ?, synced = ?, due = ?, failures = ?, problem = ?, outcome = ?
		WHERE guild = ? AND place = ?`,
		s.Title, seconds(s.Looked), seconds(s.Synced), seconds(s.Due), s.Failures, s.Problem, s.Outcome, s.Guild, s.Place)
	return l.explain("write", err)
}

// RemoveSource forgets a source; its articles stay. It returns ErrNotFound when the guild has none at that place.
func (l *Library) RemoveSource(ctx context.Context, guild, place string) error {
	done, err := l.db.ExecContext(ctx, `DELETE FROM sources WHERE guild = ? AND place = ?`, guild, place)
	if err != nil {
		return l.explain("write", err)
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}

// Visit is what is remembered of a place where an article was looked for, so that what has not changed is not fetched or read again.
type Visit struct {
	Article  string    // the id of the article found there; "" for a list of articles, and when it could not be read
	ETag     string    // of a page; of a file its size and time
	Modified string    // of a page, as its server writes it
	Updated  string    // what the list that named it said of its last change
	Fields   string    // what the article was told to have, other than what it says itself
	Failures int       // in a row
	Due      time.Time // after a failure: not to be tried again before
	Problem  string    // why it could not be read; "" when it could
}

// Visit returns what is remembered of a place; the zero Visit when that is nothing.
func (l *Library) Visit(ctx context.Context, guild, place string) (v Visit, err error) {
	var due sql.NullInt64
	err = l.db.QueryRowContext(ctx, `SELECT article, etag, modified, updated, fields, failures, due, problem FROM visits WHERE guild = ? AND place = ?`, guild, place).
		Scan(&v.Article, &v.ETag, &v.Modified, &v.Updated, &v.Fields, &v.Failures, &due, &v.Problem)
	if errors.Is(err, sql.ErrNoRows) {
		return Visit{}, nil
	}
	v.Due = instant(due)
	return v, l.explain("read", err)
}

// SetVisit remembers a place.
func (l *Library) SetVisit(ctx context.Context, guild, place string, v Visit) error {
	_, err := l.db.ExecContext(ctx, `INSERT OR REPLACE INTO visits (guild, place, article, etag, modified, updated, fields, failures, due, problem)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		guild, place, v.Article, v.ETag, v.Modified, v.Updated, v.Fields, v.Failures, seconds(v.Due), v.Problem)
	return l.explain("write", err)
}

// Under lists the ids of a guild's articles that were read from files below a folder, with the file of each.
func (l *Library) Under(ctx context.Context, guild, folder string) (map[string]string, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, origin FROM articles WHERE guild = ?1 AND substr(origin, 1, length(?2)) = ?2`, guild, folder)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	files := map[string]string{}
	for rows.Next() {
		var id, origin string
		if err := rows.Scan(&id, &origin); err != nil {
			return nil, l.explain("read", err)
		}
		if n := len(origin) - len("#") - len(id); n > 0 && origin[n:] == "#"+id { // one of many in its file
			origin = origin[:n]
		}
		files[id] = origin
	}
	return files, l.explain("read", rows.Err())
}

// Own lists the articles that were added for a guild alone, or for "" those that all share, the last added first; the starter
// articles are not among them.
func (l *Library) Own(ctx context.Context, guild string) ([]news.Source, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT id, title, publisher, url, published, label, wall FROM articles
		WHERE guild = ? AND origin NOT LIKE 'corpus:%' ORDER BY added DESC, id`, guild)
	if err != nil {
		return nil, l.explain("read", err)
	}
	defer rows.Close()
	var all []news.Source
	for rows.Next() {
		var s news.Source
		var published sql.NullInt64
		var wall string
		if err := rows.Scan(&s.ArticleID, &s.Title, &s.Publisher, &s.URL, &published, &s.Label, &wall); err != nil {
			return nil, l.explain("read", err)
		}
		if s.Wall, err = parseWall(wall); err != nil {
			return nil, l.explain("read", err)
		}
		s.Published = instant(published)
		all = append(all, s)
	}
	return all, l.explain("read", rows.Err())
}
