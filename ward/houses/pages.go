package houses

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Pages are the pages of imports.
type Pages struct {
	store *Store
	areas *areas.Store
	files *files.Store
	jobs  *jobs.Runner
	kinds []Kind
	shelf shelf
}

// NewPages makes the pages; more are the kinds of import of the rooms above.
func NewPages(s *Store, a *areas.Store, f *files.Store, j *jobs.Runner, more ...Kind) *Pages {
	return &Pages{store: s, areas: a, files: f, jobs: j, kinds: append([]Kind{rosters{s}}, more...)}
}

// Limits of an upload: the form around the file weighs little.
const (
	uploadBody = files.MaxUploadBytes + 1<<20
	uploadTime = 10 * time.Minute // 32 MB over a slow line
	undoTime   = 2 * time.Minute
)

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /imports", Need: access.Import, Handle: p.list},
		{Pattern: "POST /imports", Need: access.Import, Handle: p.receive, Body: uploadBody, Time: uploadTime},
		{Pattern: "GET /imports/template.xlsx", Need: access.Import, Handle: p.template},
		{Pattern: "GET /imports/{id}", Need: access.Import, Handle: p.show, Time: time.Minute},
		{Pattern: "GET /imports/{id}/errors.xlsx", Need: access.Import, Handle: p.errors, Time: time.Minute},
		{Pattern: "GET /imports/{id}/errors.csv", Need: access.Import, Handle: p.errors, Time: time.Minute},
		{Pattern: "POST /imports/{id}/apply", Need: access.Import, Handle: p.apply},
		{Pattern: "POST /imports/{id}/drop", Need: access.Import, Handle: p.drop},
		{Pattern: "GET /imports/{id}/undo", Need: access.Import, Handle: p.askUndo},
		{Pattern: "POST /imports/{id}/undo", Need: access.Import, Handle: p.undo, Time: undoTime},
	}
}

func (p *Pages) kind(name string) Kind {
	for _, k := range p.kinds {
		if k.Name() == name {
			return k
		}
	}
	return nil
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	v, err := p.listPage(r, RosterKind, nil)
	if err != nil {
		return err
	}
	return r.HTML(w, importsPage(v))
}

// listPage is the list with its form; texts are what is wrong with the form, by field.
func (p *Pages) listPage(r *page.Request, kind string, texts map[string]string) (*importList, error) {
	stale, err := p.store.Tidy(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	for _, upload := range stale {
		p.shelf.drop(upload)
		if err := p.files.DeleteUpload(upload); err != nil {
			return nil, err
		}
	}
	all, err := p.store.Imports(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	title := r.Words.T("houses.imports")
	return newImportList(r.Frame(title, ui.Link{Label: title}), all, p.kinds, kind, texts, p.store.db.Now()), nil
}

// received is what the form of an upload holds.
type received struct {
	kind   Kind
	name   string
	upload string
}

// receive keeps the file and reads it. A file that cannot be read comes back at its field, at once when it
// takes a moment to find out, on the page of the job when it takes longer.
func (p *Pages) receive(w http.ResponseWriter, r *page.Request) error {
	got, err := p.keep(r)
	next := ""
	if err == nil {
		next, err = p.begin(r, got)
	}
	if err == nil {
		return r.Done(w, next, "")
	}
	texts, refused := r.Refused(err)
	if !refused {
		return err
	}
	if text := texts[""]; text != "" {
		texts["file"] = text
		delete(texts, "")
	}
	kind := RosterKind
	if got.kind != nil {
		kind = got.kind.Name()
	}
	v, err := p.listPage(r, kind, texts)
	if err != nil {
		return err
	}
	return r.Again(w, importsPage(v))
}

func (p *Pages) keep(r *page.Request) (received, error) {
	var got received
	tooLarge := fault.Invalid("file", "houses.import_too_large", "MB", files.MaxUploadBytes>>20)
	if err := r.Parse(); err != nil {
		if body := (*http.MaxBytesError)(nil); errors.As(err, &body) {
			err = tooLarge
		}
		return got, err
	}
	if got.kind = p.kind(r.Text("kind")); got.kind == nil {
		return got, fault.Invalid("kind", "houses.import_kind_unknown")
	}
	file, header, err := r.FormFile("file")
	if err != nil {
		return got, fault.Invalid("file", "houses.import_choose")
	}
	defer func() { _ = file.Close() }() // it was only read
	got.name = fileName(header.Filename)
	var table io.Reader = file
	if k, ok := got.kind.(Tabler); ok {
		if table, err = k.Table(file, got.name); err != nil {
			return got, unreadable(err)
		}
	}
	kept, err := p.files.SaveUpload(table, files.Limits{})
	switch files.KindOf(err) {
	case files.TooLarge:
		return got, tooLarge
	case files.Broken:
		return got, fault.Invalid("file", "sheet.empty", "File", got.name)
	}
	got.upload = kept.Name
	return got, err
}

// fileName is the name of a file as its sender sees it, at most as long as a page can show.
func fileName(sent string) string {
	const most = 120
	name := []rune(civil.NFC(filepath.Base(strings.ReplaceAll(sent, `\`, "/"))))
	if len(name) > most {
		name = append(name[:most/2:most/2], append([]rune("…"), name[len(name)-most/2+1:]...)...)
	}
	return string(name)
}

// patience is how long an upload waits for its reading, so that most files answer without a progress page.
const patience = 2 * time.Second

// begin reads the file in a job and gives the page to go to. A second file of the same person waits for the
// first.
func (p *Pages) begin(r *page.Request, got received) (string, error) {
	who := r.Actor
	work := func(ctx context.Context, progress *jobs.Progress) (string, error) {
		id, err := p.preview(ctx, who, got, progress.Set)
		if err != nil {
			return "", errors.Join(unreadable(err), p.files.DeleteUpload(got.upload))
		}
		return "/imports/" + id, nil
	}
	for {
		id, own := p.jobs.Begin(who, "houses.import_reading", work)
		s, err := p.jobs.Get(who, id, patience)
		switch {
		case own && err == nil && s.Finished:
			return s.Next, s.Err
		case own:
			return "/jobs/" + id, err
		case r.Context().Err() != nil:
			return "", errors.Join(r.Context().Err(), p.files.DeleteUpload(got.upload))
		}
	}
}

// unreadable puts the sentence of a file that cannot be read at the form's field.
func unreadable(err error) error {
	type sentence interface {
		error
		Key() string
		Pairs() []any
	}
	if said, ok := errors.AsType[sentence](err); ok {
		return &fault.Error{Kind: fault.Wrong, Key: "fault.check_form", Fields: []fault.Field{{Name: "file", Key: said.Key(), Pairs: said.Pairs()}}, Err: err}
	}
	return err
}

// preview reads a kept file, compares it and lists it as waiting.
func (p *Pages) preview(ctx context.Context, who access.Actor, got received, progress func(done, total int)) (string, error) {
	reading, err := p.read(got.kind, got.upload, got.name, progress)
	if err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	would, err := reading.Compare(ctx, who)
	if err != nil {
		return "", err
	}
	c := would.Counts()
	return p.store.Receive(ctx, who, Import{
		Kind: got.kind.Name(), File: got.name, Upload: got.upload, Read: c.Read, New: c.New, Changed: c.Changed, Unchanged: c.Unchanged, Refused: c.Refused,
	})
}

// read reads a kept file, or takes it from the shelf.
func (p *Pages) read(k Kind, upload, name string, progress func(done, total int)) (opened, error) {
	if known, ok := p.shelf.get(upload); ok {
		return known, nil
	}
	var got opened
	err := p.open(upload, func(f *os.File, size int64) error {
		book, err := sheet.Open(f, size, name)
		if err != nil {
			return err
		}
		got.CSV = book.CSV
		got.Reading, err = k.Read(book, progress)
		return err
	})
	if err == nil {
		p.shelf.put(upload, got)
	}
	return got, err
}

// open opens a kept file for do.
func (p *Pages) open(upload string, do func(f *os.File, size int64) error) (err error) {
	f, err := p.files.OpenUpload(upload)
	if files.KindOf(err) == files.NotFound {
		return fault.NotFound("houses.import_file_gone")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return do(f, info.Size())
}

// find gives the import that the path names, with its kind.
func (p *Pages) find(r *page.Request) (Import, Kind, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Import{}, nil, err
	}
	i, err := p.store.Import(r.Context(), r.Actor, id)
	if err != nil {
		return Import{}, nil, err
	}
	k := p.kind(i.Kind)
	if k == nil {
		return Import{}, nil, fault.NotFound("fault.not_found")
	}
	return i, k, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	i, k, err := p.find(r)
	if err != nil {
		return err
	}
	v := &importView{Frame: r.Frame(i.File, p.crumbs(r, i.File)...), Import: i, Now: p.store.db.Now()}
	c := Counts{Read: i.Read, New: i.New, Changed: i.Changed, Unchanged: i.Unchanged, Refused: i.Refused, Duplicates: i.Duplicates()}
	if i.Upload == "" {
		v.counted(c, nil, r)
		return r.HTML(w, importPage(v))
	}
	reading, err := p.read(k, i.Upload, i.File, nil)
	if err != nil {
		return unreadable(err)
	}
	would, err := reading.Compare(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	if now := would.Counts(); i.State == Previewed {
		c = now
	} else {
		c.Refused, c.Duplicates, c.Warnings = now.Refused, now.Duplicates, now.Warnings
	}
	v.Skipped, v.ErrorsFile = reading.Skipped(), "/imports/"+i.ID+"/errors"+errorsEnding(reading.CSV)
	v.counted(c, would, r)
	return r.HTML(w, importPage(v))
}

func (p *Pages) crumbs(r *page.Request, last string) []ui.Link {
	return []ui.Link{{Href: "/imports", Label: r.Words.T("houses.imports")}, {Label: last}}
}

// apply takes a previewed file in. What is new is found out anew, in the same transaction.
func (p *Pages) apply(w http.ResponseWriter, r *page.Request) error {
	i, k, err := p.find(r)
	if err != nil {
		return err
	}
	if i.State != Previewed {
		return fault.Conflict("houses.import_done")
	}
	who := r.Actor
	return jobs.Go(w, r, p.jobs, "houses.import_taking", func(ctx context.Context, progress *jobs.Progress) (string, error) {
		reading, err := p.read(k, i.Upload, i.File, nil)
		if err != nil {
			return "", unreadable(err)
		}
		return "/imports/" + i.ID, reading.Take(ctx, who, Source{File: i.File, Upload: i.Upload, ID: i.ID}, progress.Set)
	})
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	i, _, err := p.find(r)
	if err != nil {
		return err
	}
	upload, err := p.store.Drop(r.Context(), r.Actor, i.ID)
	if err != nil {
		return err
	}
	p.shelf.drop(upload)
	if err := p.files.DeleteUpload(upload); err != nil {
		return err
	}
	return r.Done(w, "/imports", "houses.import_dropped")
}

func (p *Pages) askUndo(w http.ResponseWriter, r *page.Request) error {
	i, _, err := p.find(r)
	if err != nil {
		return err
	}
	if i.State != Applied {
		return fault.NotFound("fault.not_found")
	}
	return r.HTML(w, p.undoPage(r, i, ""))
}

func (p *Pages) undo(w http.ResponseWriter, r *page.Request) error {
	i, k, err := p.find(r)
	if err != nil {
		return err
	}
	if err := k.Undo(r.Context(), r.Actor, i.ID); err != nil {
		texts, refused := r.Refused(err)
		if !refused {
			return err
		}
		return r.Again(w, p.undoPage(r, i, texts[""]))
	}
	return r.Done(w, "/imports/"+i.ID, "houses.import_undone_now")
}

// errors gives the file back as it came, with a column that says what is wrong in which row.
func (p *Pages) errors(w http.ResponseWriter, r *page.Request) error {
	i, k, err := p.find(r)
	if err != nil {
		return err
	}
	if i.Upload == "" {
		return fault.NotFound("houses.import_file_gone")
	}
	reading, err := p.read(k, i.Upload, i.File, nil)
	if err != nil {
		return unreadable(err)
	}
	would, err := reading.Compare(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	// The whole file before the first byte leaves: one that breaks off would look like the whole.
	var out bytes.Buffer
	if err := p.open(i.Upload, func(f *os.File, size int64) error {
		return sheet.Annotate(&out, f, size, i.File, would.Notes())
	}); err != nil {
		return err
	}
	ending := errorsEnding(reading.CSV)
	if path.Ext(r.URL.Path) != ending {
		return fault.NotFound("fault.no_page")
	}
	r.Attach(w, contentTypes[ending], strings.TrimSuffix(i.File, filepath.Ext(i.File))+" - Lỗi"+ending)
	_, err = w.Write(out.Bytes())
	return err
}

var contentTypes = map[string]string{
	".xlsx": sheet.TypeXLSX,
	".csv":  sheet.TypeCSV,
}

func errorsEnding(csv bool) string {
	if csv {
		return ".csv"
	}
	return ".xlsx"
}
