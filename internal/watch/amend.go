package watch

import (
	"context"
	"errors"
	"strconv"
	"time"

	"attache/internal/commands"
)

// auditedKey is the setting that remembers up to which change standing answers were looked at.
const auditedKey = "audited"

// AmendChanged puts a note on each standing answer that rests on words which have been changed or removed since it last looked, once. The first time it
// looks at nothing: what changed before is for bot audit. After an error the next call looks at the same changes again.
func (w *Watcher) AmendChanged(ctx context.Context) error {
	if w.Amend == nil {
		return nil
	}
	stored, err := w.Library.Setting(ctx, "", auditedKey)
	if err != nil {
		return err
	}
	since, err := strconv.ParseInt(stored, 10, 64)
	if err != nil { // none, or none of ours
		return w.Library.SetSetting(ctx, "", auditedKey, strconv.FormatInt(w.Followed(), 10))
	}
	changed, newest, err := w.Library.Changes(ctx, since)
	if err != nil || len(changed) == 0 {
		return err
	}
	if err := w.amend(ctx, changed); err != nil {
		return err
	}
	return w.Library.SetSetting(ctx, "", auditedKey, strconv.FormatInt(newest, 10))
}

// amend looks at the answers that rest on the articles. An error of one keeps no other from its note; the first is returned.
func (w *Watcher) amend(ctx context.Context, changed []string) error {
	found, err := w.Desk.Audit(ctx, time.Time{}, changed...)
	for _, f := range found {
		if failed := w.amendOne(ctx, f); err == nil {
			err = failed
		}
	}
	return err
}

func (w *Watcher) amendOne(ctx context.Context, f commands.Finding) error {
	done, err := w.Library.Amended(ctx, f.Answer.Guild, f.Answer.ID)
	if err != nil || done {
		return err
	}
	if err := w.Amend(ctx, f.Answer.Guild, f.Answer.ID, f.Note(w.Desk.Language(f.Answer.Guild))); err != nil && !errors.Is(err, ErrRefused) {
		return err
	}
	return w.Library.MarkAmended(ctx, f.Answer.Guild, f.Answer.ID, w.Now())
}
