package apptest

import (
	"log/slog"
	"testing"
	"time"

	"sonha/app"
	"sonha/engine/db"
)

// Open wires the program once more over the same database, with the gate of its accounts instead of the
// site's own: for tests of signing in. secure says that it is served over https.
func (s *Site) Open(secure bool) *app.Program {
	s.T.Helper()
	p := wire(s.T, s.DB, app.Settings{Secure: secure, Log: slog.New(slog.DiscardHandler)})
	s.T.Cleanup(p.Accounts.Settle)
	return p
}

// wire is app.Wire for a test, with a folder of its own. A file that is asked for is waited for: how long a machine takes to make it is
// nothing that a test is about.
func wire(tb testing.TB, d *db.DB, settings app.Settings) *app.Program {
	tb.Helper()
	settings.Data, settings.Testing = tb.TempDir(), true
	p, err := app.Wire(d, settings)
	if err != nil {
		tb.Fatal(err)
	}
	p.Jobs.AtOnce = time.Minute
	tb.Cleanup(p.Reads.Stop)
	tb.Cleanup(p.Jobs.Stop)
	return p
}
