package bench

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"sonha/engine/sheet"
	"sonha/ward/houses/roster"
)

// Bare serves the two reads with nothing but net/http, database/sql and the same SELECTs, as JSON: no session,
// no access, no page. It is the yardstick of the pages.
func Bare(ctx context.Context, file string, out io.Writer) error {
	pool, err := sql.Open("sqlite", dsn(file, "query_only(1)"))
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	var campaign string
	if err := pool.QueryRowContext(ctx, `select id from campaigns where ward_id = 1 and phase <> 'closed'`).Scan(&campaign); err != nil {
		return err
	}
	const columns = `h.id, h.number, s.name, h.households, h.head_name, coalesce(r.class, ''), coalesce(r.answers, ''), coalesce(r.contents, ''),
		coalesce(r.points, -1), coalesce(r.points_max, 0), coalesce(r.missing, ''), coalesce(r.inspected_on, ''), coalesce(r.recheck_by, '')
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id where h.ward_id = $2`
	house, err := pool.PrepareContext(ctx, `select `+columns+` and h.id = $3`)
	if err != nil {
		return err
	}
	list, err := pool.PrepareContext(ctx, `select `+columns+` and h.status = 'active' order by h.sort_key, h.id limit 25`)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /houses/{id}", func(w http.ResponseWriter, r *http.Request) { answer(w, r, house, campaign, 1, r.PathValue("id")) })
	mux.HandleFunc("GET /houses", func(w http.ResponseWriter, r *http.Request) { answer(w, r, list, campaign, 1) })
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { <-ctx.Done(); _ = server.Close() }()
	_, _ = fmt.Fprintln(out, "http://"+socket.Addr().String())
	if err := server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func dsn(file string, pragmas ...string) string {
	q := url.Values{}
	for _, p := range append(pragmas, "busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)") {
		q.Add("_pragma", p)
	}
	return "file:" + file + "?" + q.Encode()
}

// bareHouse is a row of both SELECTs.
type bareHouse struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	Street     string `json:"street"`
	Households int    `json:"households"`
	Head       string `json:"head"`
	Class      string `json:"class"`
	Answers    string `json:"answers"`
	Contents   string `json:"contents"`
	Points     int    `json:"points"`
	Max        int    `json:"points_max"`
	Missing    string `json:"missing"`
	Inspected  string `json:"inspected_on"`
	Recheck    string `json:"recheck_by"`
}

// answer writes the rows of a statement as JSON.
func answer(w http.ResponseWriter, r *http.Request, s *sql.Stmt, args ...any) {
	rows, err := s.QueryContext(r.Context(), args...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = rows.Close() }()
	out := make([]bareHouse, 0, 25)
	for rows.Next() {
		var h bareHouse
		err := rows.Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Head, &h.Class, &h.Answers, &h.Contents, &h.Points, &h.Max, &h.Missing, &h.Inspected, &h.Recheck)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		out = append(out, h)
	}
	if len(out) == 0 || rows.Err() != nil {
		http.NotFound(w, r)
		return
	}
	body, err := json.Marshal(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// raw is the rate of raw SQLite commits one by one, a second: the same two rows as those of an answer (the answer and its audit line), and
// nothing around them.
func (o Options) raw(ctx context.Context) (rate float64, err error) {
	dir, err := os.MkdirTemp(o.Dir, "commits")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	pool, err := sql.Open("sqlite", dsn(filepath.Join(dir, "raw.db")))
	if err != nil {
		return 0, err
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	for _, q := range []string{
		`create table answers (ward_id integer, house_id text, item text, value text, primary key (ward_id, house_id, item)) without rowid`,
		`create table audit (ward_id integer, id text, at integer, actor text, action text, house_id text, detail text, primary key (ward_id, id)) without rowid`,
	} {
		if _, err := pool.ExecContext(ctx, q); err != nil {
			return 0, err
		}
	}
	const count = 3000
	began := time.Now()
	for i := range count {
		if err := commit(ctx, pool, i); err != nil {
			return 0, err
		}
	}
	return count / time.Since(began).Seconds(), nil
}

func commit(ctx context.Context, pool *sql.DB, i int) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `insert into answers values (1, $1, $2, '2') on conflict do update set value = excluded.value`,
		fmt.Sprint("h", i%80), fmt.Sprint("i", i%42)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into audit values (1, $1, $2, 'x', 'assessment.answer', 'h', 'TC2: đạt')`, fmt.Sprintf("%026d", i), i); err != nil {
		return err
	}
	return tx.Commit()
}

// importTurns is how often a roster is read and imported; the middle turn counts.
const importTurns = 9

// imports compares importing a roster into an empty ward with reading the file with excelize alone, in turns: the machine is faster in
// one second than in the next, and the two are to be compared under the same weather.
func (o Options) imports(ctx context.Context, r *report) error {
	if o.Roster == "" {
		return nil
	}
	type turn struct {
		rows               int
		reading, importing time.Duration
	}
	ratio := func(t turn) float64 { return t.reading.Seconds() / t.importing.Seconds() }
	var all []turn
	for range importTurns {
		var t turn
		began := time.Now()
		var err error
		if t.rows, err = readAlone(o.Roster); err != nil {
			return err
		}
		t.reading = time.Since(began)
		if t.importing, err = o.importOnce(ctx); err != nil {
			return err
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b turn) int { return cmp.Compare(ratio(a), ratio(b)) })
	middle := all[len(all)/2]
	rate := func(d time.Duration) float64 { return float64(middle.rows) / d.Seconds() }
	r.line("Import of %s (%d rows)", filepath.Base(o.Roster), middle.rows)
	r.line("  %-58s %24.0f rows/s", "reading alone (excelize)", rate(middle.reading))
	r.line("  %-58s %24.0f rows/s", "import into an empty ward", rate(middle.importing))
	r.bar("import ÷ reading alone, rows/s", ratio(middle), "×", false, 0.5)
	return nil
}

// readAlone reads every cell with excelize as its documentation advises, streaming.
func readAlone(path string) (int, error) {
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, err
	}
	defer func() { _ = book.Close() }()
	n := 0
	for _, name := range book.GetSheetList() {
		rows, err := book.Rows(name)
		if err != nil {
			return 0, err
		}
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				return 0, err
			}
			n++
		}
		if err := rows.Close(); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// Importer opens an empty ward in a folder and gives what takes a parsed roster into it.
type Importer func(ctx context.Context, dir string) (take func(*roster.Roster) error, done func() error, err error)

func parse(path string) (*roster.Roster, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(f, info.Size(), filepath.Base(path))
	if err != nil {
		return nil, err
	}
	return roster.Parse(book, nil)
}

func (o Options) importOnce(ctx context.Context) (time.Duration, error) {
	dir, err := os.MkdirTemp(o.Dir, "import")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	take, done, err := o.Empty(ctx, dir)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	parsed, err := parse(o.Roster)
	if err == nil {
		err = take(parsed)
	}
	took := time.Since(began)
	return took, errors.Join(err, done())
}
