package jobs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"

	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// File says what an export will be: its name for the reader, with its ending, and its content type.
type File struct{ Name, Type string }

// Made is a file that an export gave. It lies unnamed on the disk, so that nothing is left of it when the program
// ends, however it ends.
type Made struct {
	File

	Size int64 // bytes

	body  *os.File
	need  access.Need
	level access.Level
	ids   []string
	shown page.Shown // what the route for which it was made gives out
}

// ExportWork writes the file. It must heed ctx and tell progress in rows.
type ExportWork func(ctx context.Context, p *Progress, out io.Writer) error

// exportsAtOnce bounds how many exports read the database at one time, so that pages are never kept waiting for
// a connection.
const exportsAtOnce = 2

// Export makes a file for the actor. One that is being made for the same question (title and query) is not made
// twice. need is the power that the reader must still have, over the same rows, when the file is fetched.
func (r *Runner) Export(who access.Actor, title, query string, need access.Need, f File, work ExportWork) (id string) {
	return r.export(who, title, query, need, f, page.Shown{}, work)
}

func (r *Runner) export(who access.Actor, title, query string, need access.Need, f File, shown page.Shown, work ExportWork) (id string) {
	level, ids := who.Reach()
	j := &job{owner: ownerOf(who), title: title, query: query}
	id, _ = r.begin(j, func(ctx context.Context, p *Progress) (string, error) {
		select {
		case r.turns <- struct{}{}:
			defer func() { <-r.turns }()
		case <-ctx.Done():
			return "", ctx.Err()
		}
		m := &Made{File: f, need: need, level: level, ids: slices.Clone(ids), shown: shown}
		err := m.write(func(out io.Writer) error { return work(ctx, p, out) })
		if err == nil {
			j.file = m
		}
		return "", err
	})
	return id
}

func (m *Made) write(work func(io.Writer) error) (err error) {
	m.body, err = os.CreateTemp("", "sonha-")
	if err != nil {
		return fmt.Errorf("make the file of an export: %w", err)
	}
	defer func() {
		if err != nil {
			m.forget()
		}
	}()
	if err := os.Remove(m.body.Name()); err != nil {
		return fmt.Errorf("unname the file of an export: %w", err)
	}
	out := bufio.NewWriterSize(m.body, 64<<10)
	if err := work(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the file of an export: %w", err)
	}
	m.Size, err = m.body.Seek(0, io.SeekEnd)
	return err
}

// forget gives the disk back.
func (m *Made) forget() {
	if m != nil && m.body != nil {
		_ = m.body.Close()
	}
}

// mayFetch says why the actor cannot have the file now: powers and reach are those of the moment of the download.
func (m *Made) mayFetch(who access.Actor) error {
	level, ids := who.Reach()
	if !who.May(m.need) || level != m.level || !slices.Equal(ids, m.ids) {
		return fault.NotFound("jobs.gone")
	}
	return nil
}

// GiveFile answers with the file when it is made at once, and else with the page that shows how far it is.
func GiveFile(w http.ResponseWriter, r *page.Request, runner *Runner, title string, need access.Need, f File, work ExportWork) error {
	id := runner.export(r.Actor, title, r.URL.RequestURI(), need, f, r.Shown(), work)
	s, err := runner.Get(r.Actor, id, runner.AtOnce)
	switch {
	case err != nil:
		return err
	case !s.Finished:
		return r.Done(w, "/jobs/"+id, "")
	case s.Err != nil:
		return s.Err
	}
	return serve(w, r, s.File, s.Done)
}

// file gives what an export made.
func (p *Pages) file(w http.ResponseWriter, r *page.Request) error {
	s, err := p.runner.Get(r.Actor, r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	if s.File == nil {
		return fault.NotFound("jobs.gone")
	}
	return serve(w, r, s.File, s.Done)
}

// serve gives the file. Whoever writes down who takes what is told of what the file was made for, and of its rows.
func serve(w http.ResponseWriter, r *page.Request, m *Made, rows int) error {
	if err := m.mayFetch(r.Actor); err != nil {
		return err
	}
	r.Showing(m.shown)
	r.Rows(rows)
	r.Attach(w, m.Type, m.Name)
	w.Header().Set("Content-Length", strconv.FormatInt(m.Size, 10))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := io.Copy(w, io.NewSectionReader(m.body, 0, m.Size))
	if errors.Is(err, os.ErrClosed) {
		return fault.NotFound("jobs.gone") // the hour was over in between
	}
	return nil // a reader who hangs up is no fault
}

// size is a number of bytes as people read it: "184 KB", "2,4 MB".
func size(lang string, bytes int64) string {
	if bytes < 1_000_000 {
		return civil.IntIn(lang, int(max(1, bytes/1000))) + "\u00a0KB"
	}
	return civil.Decimal1In(lang, int(bytes/100_000)) + "\u00a0MB"
}
