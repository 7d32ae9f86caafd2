package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sonha/engine/disk"
)

// Place is where copies lie. A copy is whole under its name, or not there.
type Place interface {
	// Names lists what lies there; other files may be among it.
	Names(ctx context.Context) ([]string, error)
	// Put writes a copy.
	Put(ctx context.Context, name string, write func(io.Writer) error) error
	// Remove takes a copy away.
	Remove(ctx context.Context, name string) error
}

// Folder is a place on this machine.
type Folder string

// Names lists the files of the folder.
func (f Folder) Names(context.Context) ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Put writes a copy under another name, flushes it to the disk and renames it. When it returns, name and copy outlive a power cut: older
// copies may go.
func (f Folder) Put(_ context.Context, name string, write func(io.Writer) error) (err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	part := filepath.Join(string(f), name+partEnding)
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err = write(out); err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, filepath.Join(string(f), name)); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return disk.SyncFolder(string(f))
}

// Remove takes a copy away.
func (f Folder) Remove(_ context.Context, name string) error {
	return os.Remove(filepath.Join(string(f), name))
}

// partEnding ends the name of a copy that is not whole yet.
const partEnding = ".part"

// Plan is what is done every day.
type Plan struct {
	Local   Folder
	Remotes []Place // none: nowhere else
	Rule    Rule
	Now     func() time.Time
	// Due is the last moment, not after now, at which a copy was to be made.
	Due func(now time.Time) time.Time
	// Write makes a copy.
	Write func(ctx context.Context, out io.Writer, made time.Time) error
}

const (
	// ahead is how much later than now a copy may be dated. A later one comes of a clock that was ahead: until its time comes it counts
	// for nothing, and stays.
	ahead = time.Hour
	// abandoned is how old what belongs to a copy in the making must be to have been broken off: none takes nearly as long.
	abandoned = 20 * time.Hour
)

// Done is what a run did.
type Done struct {
	Made string // the copy that was made; "" when there is one of today
	Sent string // the copy that was sent to another place; "" when it is there, or there is no other place
	Gone int    // copies taken away, in all places
}

// LocalError says that a run failed in the folder of the machine itself.
type LocalError struct{ Err error }

// RemoteError says that a run failed on the way to another machine, or there.
type RemoteError struct{ Err error }

// Error gives the technical text.
func (e *LocalError) Error() string { return "backup: the folder: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *LocalError) Unwrap() error { return e.Err }

// Error gives the technical text.
func (e *RemoteError) Error() string { return "backup: the other place: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *RemoteError) Unwrap() error { return e.Err }

// Run makes a copy unless one was made since the last was due (a second start, or a try after the other place was away, makes no second
// one), sends it to each other place unless it is there, and takes away in all of them what
// the rule does not keep. A place that is away keeps the copy from no other. It may be run again at any time; only what is missing is done.
// A *LocalError or *RemoteError otherwise.
func (p *Plan) Run(ctx context.Context) (Done, error) {
	var done Done
	names, err := p.Local.Names(ctx)
	if err != nil {
		return done, &LocalError{err}
	}
	now := p.Now()
	names = credible(names, now)
	newest := newestOf(names)
	if made, ok := madeAt(newest); !ok || made.Before(p.Due(now)) {
		newest = FileName(now)
		if err := p.Local.Put(ctx, newest, func(out io.Writer) error { return p.Write(ctx, out, now) }); err != nil {
			return done, &LocalError{err}
		}
		done.Made = newest
		names = append(names, newest)
	}
	// What is old goes only once there is something new.
	gone, err := prune(ctx, p.Local, p.Rule, names)
	if done.Gone += gone; err != nil {
		return done, &LocalError{err}
	}
	if _, err := Sweep(string(p.Local), now, false); err != nil {
		return done, &LocalError{err}
	}
	for _, to := range p.Remotes {
		err = errors.Join(err, p.send(ctx, to, newest, now, &done))
	}
	if err != nil {
		return done, &RemoteError{err}
	}
	return done, nil
}

// credible are the names without the copies that are dated later than can be.
func credible(names []string, now time.Time) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		made, ok := madeAt(name)
		return ok && made.After(now.Add(ahead))
	})
}

func newestOf(names []string) string {
	copies := copiesOf(names)
	if len(copies) == 0 {
		return ""
	}
	return copies[len(copies)-1]
}

func (p *Plan) send(ctx context.Context, to Place, name string, now time.Time, done *Done) error {
	there, err := to.Names(ctx)
	if err != nil {
		return err
	}
	there = credible(there, now)
	if newestOf(there) != name {
		err := to.Put(ctx, name, func(out io.Writer) (err error) {
			in, err := os.Open(filepath.Join(string(p.Local), name))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, in.Close()) }()
			_, err = io.Copy(out, &steady{ctx, in, func(int64) {}, 0})
			return err
		})
		if err != nil {
			return err
		}
		done.Sent = name
		there = append(there, name)
	}
	gone, err := prune(ctx, to, p.Rule, there)
	done.Gone += gone
	return err
}

func prune(ctx context.Context, at Place, rule Rule, names []string) (gone int, err error) {
	for _, name := range rule.Excess(names) {
		if err := at.Remove(ctx, name); err != nil {
			return gone, fmt.Errorf("take %s away: %w", name, err)
		}
		gone++
	}
	return gone, nil
}

// Sweep takes away, in a folder of copies or of data, what is left of copies that were broken off, as by a power cut, and gives the
// number; a dry run only counts.
func Sweep(folder string, now time.Time, dry bool) (gone int, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		name := e.Name()
		part := strings.HasPrefix(name, nameStart) && strings.HasSuffix(name, Ending+partEnding)
		if !part && !strings.HasPrefix(name, scratch) {
			continue
		}
		if info, err := e.Info(); err != nil || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		if !dry {
			if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
				return gone, err
			}
		}
		gone++
	}
	return gone, nil
}
