package app_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"sonha/engine/db"
	"sonha/ground/access"
)

// loot is what the other ward has and this one has not, and how its ids take the place of those of this ward.
type loot struct {
	x      *maker
	who    access.Actor
	tables []db.SchemaTable
	marked map[string]string // what stands in a column of the other ward: by mark
	ids    map[string]string // its ids, with their table
	first  map[string]string // one id of each table
	ours   map[string]string // the ids of this ward, with their table
}

// mark begins each text of the other ward, and nothing else in the program.
const mark = "Ngạn Phố"

var marks = regexp.MustCompile(mark + ` \d+`)

// unmarked are columns whose text has a form that a mark would break, or that are looked up.
var unmarked = map[string]bool{"editions.encoded": true, "messages.reason": true}

// seize marks every free text and name of the other ward and learns both wards' ids.
func (m *maker) seize(here, there access.Actor) loot {
	m.T.Helper()
	l := loot{x: m, who: there, marked: map[string]string{}, ids: map[string]string{}, first: map[string]string{}, ours: map[string]string{}}
	all, err := db.SchemaOf()
	if err != nil {
		m.T.Fatal(err)
	}
	for _, t := range all {
		if slices.Contains(t.Columns, "ward_id") {
			l.tables = append(l.tables, t)
		}
	}
	n := 0
	for column, what := range held {
		table, name, _ := strings.Cut(column, ".")
		if !slices.ContainsFunc(l.tables, func(t db.SchemaTable) bool { return t.Name == table }) || unmarked[column] || strings.HasSuffix(name, "fold") || what == holdsCode {
			continue
		}
		text := fmt.Sprintf("%s %d", mark, 100+n)
		err := m.DB.Write(m.T.Context(), there, func(tx *db.Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(m.T.Context(), `update `+table+` as x set `+name+` = $1 where x.ward_id = {ward} and x.`+name+` <> ''`, text)
			return err
		})
		if err == nil {
			l.marked[text] = column
			n++
		}
	}
	if n < 60 {
		m.T.Fatalf("only %d columns could be marked", n)
	}
	for _, t := range l.tables {
		if !slices.Contains(t.Columns, "id") || strings.HasPrefix(t.Name, "own_") {
			continue
		}
		l.learn(here, t.Name, l.ours)
		l.learn(there, t.Name, l.ids)
	}
	for id := range l.ours {
		delete(l.ids, id)
	}
	for id, table := range l.ids {
		if l.first[table] == "" || id < l.first[table] {
			l.first[table] = id
		}
	}
	return l
}

func (l *loot) learn(who access.Actor, table string, into map[string]string) {
	l.x.T.Helper()
	l.x.read(who, func(tx *db.Tx) error {
		return tx.All(l.x.T.Context(), func(scan func(...any) error) error {
			var id any
			err := scan(&id)
			if text := fmt.Sprint(id); db.ValidID(text) {
				into[text] = table
			}
			return err
		}, `select x.id from `+table+` x where x.ward_id = {ward} order by x.id`)
	})
}

// rows is a digest of what stands in each table of the other ward.
func (l *loot) rows() map[string]string {
	l.x.T.Helper()
	out := map[string]string{}
	for _, t := range l.tables {
		who, reach := l.who, "x.ward_id = {ward}"
		if strings.HasPrefix(t.Name, "own_") {
			who, reach = l.x.dweller(spots(l.x.Site)[2]), "{own x}"
		}
		sum := sha256.New()
		l.x.read(who, func(tx *db.Tx) error {
			return tx.All(l.x.T.Context(), func(scan func(...any) error) error {
				row, to := make([]any, len(t.Columns)), make([]any, len(t.Columns))
				for i := range row {
					to[i] = &row[i]
				}
				err := scan(to...)
				fmt.Fprintln(sum, row...)
				return err
			}, `select x.`+strings.Join(t.Columns, ", x.")+` from `+t.Name+` x where `+reach+` order by `+strings.Join(t.Columns[:min(len(t.Columns), 4)], ", "))
		})
		out[t.Name] = string(sum.Sum(nil))
	}
	return out
}

// taken is something of the other ward in an answer.
type taken struct{ what, value string }

func (l *loot) in(text string) []taken {
	var found []taken
	if strings.Contains(text, mark) {
		for _, m := range marks.FindAllString(text, -1) {
			found = append(found, taken{l.marked[m], m})
		}
	}
	// Ids are looked for by hand: a pattern over each page of some ten thousand takes as long as making them.
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] >= 'a' && text[end] <= 'z') {
			end++
		}
		if end-start == 26 {
			if table := l.ids[text[start:end]]; table != "" {
				found = append(found, taken{"an id of " + table, text[start:end]})
			}
		}
		start = end + 1
	}
	return found
}

// swapped gives a text once for each id of this ward in it, with one of the other ward in its place.
func (l *loot) swapped(text string) []string {
	var out []string
	for _, one := range id.FindAllString(text, -1) {
		if other := l.first[l.ours[one]]; other != "" {
			out = append(out, strings.Replace(text, one, other, 1))
		}
	}
	return out
}

// sayings are the names of fields that may name a thing, with the tables in which it may lie. A field with an id in it needs no line here.
var sayings = map[string][]string{
	"house": {"houses"}, "houses": {"houses"}, "guest": {"houses", "accounts"}, "pick": {"houses"},
	"group": {"areas"}, "groups": {"areas"}, "area": {"areas", "beats"}, "beat": {"beats"}, "street": {"streets"}, "campaign": {"campaigns"},
	"where": {"houses", "areas", "streets", "beats"}, "place": {"houses", "areas"}, "to": {"accounts", "areas", "beats", "houses", "proposals"}, "from": {"areas", "beats"},
	"with": {"areas", "beats", "houses"}, "into": {"areas", "beats"},
	"owner": {"accounts"}, "secretary": {"accounts"}, "head": {"accounts"}, "account": {"accounts"}, "officer": {"accounts"}, "members": {"accounts"}, "speaker": {"accounts"},
	"unit": {"areas", "beats", "accounts"}, "card": {"cards"}, "grant": {"role_grants", "grants"}, "session": {"sessions", "trainings"}, "key": {"passkeys"},
	"id":    {"proposals", "series_points", "series_breaks", "accounts"},
	"draft": {"proposals", "notices"}, "shortcoming": {"shortcomings", "review_shortcomings"}, "measure": {"measures"}, "measures": {"measures"},
	"course": {"training_courses"}, "material": {"training_materials"}, "record": {"mediations"}, "replaces": {"series_points", "notices"}, "up_to": {"messages"},
	"notice": {"notices"}, "meeting": {"meetings"}, "of": {"plans", "notices", "houses"}, "base": {"editions", "area_changes"}, "link": {"measures", "shortcomings"},
	"plan": {"plans"}, "line": {"mediations"}, "book": {"mediations"}, "photo": {"photos"}, "items": {"shortcomings"}, "except": {"houses"}, "after": {"houses"},
}

// values are what a field is tried with: the ids of the other ward in the place of those that it has, or else what its name says.
func (l *loot) values(name string, now []string) []string {
	for _, value := range now {
		if list := l.swapped(value); list != nil {
			return list
		}
	}
	var out []string
	for _, table := range sayings[name] {
		if one := l.first[table]; one != "" {
			out = append(out, one)
			if name == "where" || name == "unit" || name == "to" || name == "pick" {
				out = append(out, map[string]string{"houses": "house:", "areas": "group:", "streets": "street:", "beats": "beat:", "accounts": "account:", "proposals": ""}[table]+one)
			}
		}
	}
	return out
}

// offered is a form as a page offers it.
type offered struct {
	method, path string
	values       url.Values
}

// formsOf are the forms of a page, filled in so that they would be taken where that can be told from the fields.
func formsOf(from string, doc *goquery.Document) []offered {
	var list []offered
	base, err := url.Parse("http://sonha.test" + from)
	if err != nil {
		return nil
	}
	doc.Find("form").Each(func(_ int, f *goquery.Selection) {
		to, err := base.Parse(f.AttrOr("action", ""))
		if err != nil {
			return
		}
		x := offered{strings.ToUpper(f.AttrOr("method", "get")), to.Path, url.Values{}}
		fields := f.Find("input[name], select[name], textarea[name], button[name]")
		if name := f.AttrOr("id", ""); name != "" {
			fields = fields.AddSelection(doc.Find(`[name][form="` + name + `"]`))
		}
		fields.Each(func(_ int, e *goquery.Selection) { fill(x.values, e) })
		maps.Copy(x.values, to.Query())
		delete(x.values, "request")
		list = append(list, x)
		f.Find("button[formaction]").Each(func(_ int, e *goquery.Selection) {
			if other, err := base.Parse(e.AttrOr("formaction", "")); err == nil {
				list = append(list, offered{x.method, other.Path, x.values})
			}
		})
	})
	return list
}

func fill(values url.Values, e *goquery.Selection) {
	name, value := e.AttrOr("name", ""), e.AttrOr("value", "")
	kind := e.AttrOr("type", goquery.NodeName(e))
	switch kind {
	case "file", "submit", "button":
		if kind != "file" && !values.Has(name) {
			values.Set(name, value)
		}
		return
	case "radio", "checkbox":
		if _, checked := e.Attr("checked"); !checked && values.Has(name) {
			return
		}
	case "select":
		e.Find("option").Each(func(_ int, o *goquery.Selection) {
			if _, selected := o.Attr("selected"); selected || value == "" {
				value = o.AttrOr("value", "")
			}
		})
	case "textarea":
		value = e.Text()
	}
	if value == "" {
		value = map[string]string{"date": "2026-11-30", "time": "19:30", "number": "1", "month": "2026-10", "tel": "0912345678", "email": "thu@vidu.example"}[kind]
	}
	if _, required := e.Attr("required"); value == "" && required {
		value = "Thử"
	}
	values.Set(name, value)
}

// linksOf are the addresses within the program to which a page leads.
func linksOf(from string, doc *goquery.Document) []string {
	var list []string
	base, err := url.Parse("http://sonha.test" + from)
	if err != nil {
		return nil
	}
	doc.Find("a[href], img[src], [data-src], [data-live], [data-href]").Each(func(_ int, e *goquery.Selection) {
		for _, attr := range []string{"href", "src", "data-src", "data-live", "data-href"} {
			to, err := base.Parse(e.AttrOr(attr, ""))
			if err != nil || to.Host != "sonha.test" || to.Scheme != "http" || strings.HasPrefix(to.Path, "/static/") || strings.HasPrefix(to.Path, "/language/") || e.AttrOr(attr, "") == "" {
				continue
			}
			list = append(list, to.RequestURI())
		}
	})
	return list
}
