package privacy_test

import (
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/periods"
	"sonha/ward/privacy"
)

// TestEveryColumnHasAPurpose reads the schema and fails for a table or a column of which nobody has said what it is for, how sensitive it
// is and how long it stays (docs/decisions/0044): say so in columns.go.
func TestEveryColumnHasAPurpose(t *testing.T) {
	t.Parallel()
	reg, err := privacy.Make()
	if err != nil {
		t.Fatal(err)
	}
	columns := 0
	for i := range reg.Entries {
		e := &reg.Entries[i]
		if !slices.Contains(privacy.Uses(), e.Use) || e.Keep == "" {
			t.Errorf("table %s stands in no list of ward/privacy/columns.go: say what it is for, how long it is kept, and what its columns hold", e.Name)
			continue
		}
		for _, c := range e.Columns {
			columns++
			if !slices.Contains(privacy.Classes(), c.Class) {
				t.Errorf("%s.%s: say in ward/privacy/columns.go what it holds of a person", e.Name, c.Name)
			}
		}
	}
	if len(reg.Entries) < 110 || columns < 1200 {
		t.Errorf("only %d tables and %d columns: the test looks in the wrong place", len(reg.Entries), columns)
	}
	for _, stale := range privacy.Stale(reg) {
		t.Errorf("%s stands in ward/privacy/columns.go and not in the schema", stale)
	}
}

// TestTheSchemaIsTheDatabase holds the columns that are read from the migrations against those of a database.
func TestTheSchemaIsTheDatabase(t *testing.T) {
	t.Parallel()
	schema, err := db.SchemaOf()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for _, x := range schema {
		of[x.Name] = x.Columns
	}
	d := dbtest.Lite(t)
	s := apptest.New(t, d)
	found := map[string][]string{}
	if err := d.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var table, column string
			err := scan(&table, &column)
			found[table] = append(found[table], column)
			return err
		}, `select m.name, p.name from {any: the schema, not rows} sqlite_schema m join pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> 'goose_db_version'
			order by m.name, p.cid`)
	}); err != nil {
		t.Fatal(err)
	}
	if len(found) != len(of) {
		t.Errorf("%d tables in the database, %d in the migrations", len(found), len(of))
	}
	for table, columns := range found {
		slices.Sort(columns)
		want := slices.Sorted(slices.Values(of[table]))
		if !slices.Equal(columns, want) {
			t.Errorf("%s has %v, the migrations say %v", table, columns, want)
		}
	}
}

// TestWhatMustBeSensitive holds the weightiest columns to their class, whatever else changes in the list.
func TestWhatMustBeSensitive(t *testing.T) {
	t.Parallel()
	reg, err := privacy.Make()
	if err != nil {
		t.Fatal(err)
	}
	class := map[string]privacy.Class{}
	for _, e := range reg.Entries {
		for _, c := range e.Columns {
			class[e.Name+"."+c.Name] = c.Class
		}
	}
	for column, want := range map[string]privacy.Class{
		"own_answers.answers": privacy.Sensitive, "need_notes.body": privacy.Sensitive, "mediations.scope": privacy.Sensitive, "replies.asked_on": privacy.Sensitive,
		"audit.action": privacy.Sensitive, "sessions.address": privacy.Sensitive, "accounts.secret": privacy.Secret, "accounts.phone": privacy.Basic, "houses.head_name": privacy.Basic,
		"houses.fold": privacy.Basic, "pledges.household": privacy.Basic, "audit.account_id": privacy.Basic, "proposals.body": privacy.Typed, "streets.name": privacy.Plain,
		"results.points": privacy.Plain,
	} {
		if class[column] != want {
			t.Errorf("%s is %q, want %q", column, class[column], want)
		}
	}
}

func TestTheOfficerAndTheCommandReadTheRegister(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		for _, who := range []string{"protector", "command"} {
			page := s.As(who).Get("/processing").OK().Has("h1", "Sổ xử lý dữ liệu cá nhân").Has("section:has(#answers)", "sự đồng ý của hộ").Has("section:has(#answers)", "90 ngày sau khi chốt đợt").
				Has("section:has(#mediations)", "Nhạy cảm: ").Has("section:has(#houses)", "tên trưởng số nhà")
			if _, rest, missing := strings.Cut(page.Text("main"), "privacy."); missing {
				t.Errorf("a word is missing: privacy.%.300s", rest)
			}
			page = s.As(who).Get("/processing?class=sensitive").OK().Has("section:has(#answers)", "câu trả lời").Lacks("main", "Tên cũ của địa bàn")
			if page.Doc().Find("#areas").Length() != 0 {
				t.Error("areas hold nothing sensitive")
			}
			s.As(who).With("Test-Language", "en").Get("/processing").OK().Has("h1", "Register of processing").Lacks("main", "privacy.")
		}
		for _, who := range []string{"household", "head", "group lead", "mediator", "officer", "committee", "city", "administrator"} {
			s.As(who).Get("/processing").Is(404)
			s.As(who).Get("/processing/destroyed").Is(404)
		}
		if body := s.As("protector").Get("/processing/register.pdf").OK().Body; !strings.HasPrefix(string(body), "%PDF") {
			t.Errorf("%.20q", body)
		}
		if body := s.As("protector").Get("/processing/register.xlsx").OK().Body; !strings.HasPrefix(string(body), "PK") {
			t.Errorf("%.20q", body)
		}
	})
}

// What is deleted because its time is over leaves a line in the same unit; what is rehearsed leaves none.
func TestWhatIsDestroyedIsWrittenDown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.As("protector").Get("/processing/destroyed").OK().Has("main", "Chưa có gì quá hạn giữ")
		write := func(n int) {
			t.Helper()
			if err := d.Write(t.Context(), s.System(), func(tx *db.Tx) error {
				tx.Untold("test")
				return periods.Log().Destroyed(t.Context(), tx, n, "2024-10-01")
			}); err != nil {
				t.Fatal(err)
			}
		}
		write(3)
		write(0)
		write(4)
		list, err := s.Privacy.Destroyed(t.Context(), s.Actor("protector"))
		if err != nil || len(list) != 1 || list[0].Records != 7 || list[0].Times != 2 || list[0].Kind != "log" || list[0].Before != "2024-10-01" {
			t.Fatalf("%+v %v", list, err)
		}
		s.As("command").Get("/processing/destroyed").OK().Has("tbody", "Nhật ký").Has("tbody", "7").Has("tbody", "01/10/2024")
		if list, err := s.Privacy.Destroyed(t.Context(), s.Actor("other command")); err != nil || len(list) != 0 {
			t.Errorf("another ward sees %+v %v", list, err)
		}
	})
}
