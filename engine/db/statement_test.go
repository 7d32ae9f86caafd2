package db

import (
	"strings"
	"testing"

	"sonha/ground/access"
)

func TestStatementsThatAreRefused(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`select h.id from houses h`:                                                                                   "names no reach",
		`select h.id from houses h -- {scope h}`:                                                                      "names no reach",
		`select h.id from houses h /* {any: it is late} */`:                                                           "names no reach",
		`select h.id from houses h where h.note = '{scope h}'`:                                                        "names no reach",
		`select h.id as "{scope h}" from houses h`:                                                                    "names no reach",
		`select h.id from houses h where {Scope h}`:                                                                   "no such marker",
		`select h.id from houses h where {scope h} and {scop h}`:                                                      "no such marker",
		`select h.id from houses h where {scope}`:                                                                     "no such marker",
		`select h.id from houses h where {scope h.street}`:                                                            "no such marker",
		`select h.id from houses h where {scope h or 1 = 1}`:                                                          "no such marker",
		`select h.id from houses h where h.ward_id = {ward 2}`:                                                        "no such marker",
		`select h.id from houses h where {any}`:                                                                       "no such marker",
		`select h.id from houses h where {any: }`:                                                                     "no such marker",
		`select h.id from houses h where {scope h} or h.rented`:                                                       "an or beside a marker",
		`select h.id from houses h where h.rented and h.storeys > 1 or {scope h}`:                                     "an or beside a marker",
		`select h.id from houses h where (h.ward_id = {ward} OR h.rented)`:                                            "an or beside a marker",
		`update houses as h set note = '' where {scope h} or true`:                                                    "an or beside a marker",
		`select h.id from houses h where {scope h}; delete from houses`:                                               "one statement",
		`pragma journal_mode = off {any: speed}`:                                                                      "begins with",
		`drop table houses {any: tidy}`:                                                                               "begins with",
		`select h.id from houses h where {scope h} and h.note = 'x`:                                                   "no end",
		`select h.id from houses h where {scope h} /* and`:                                                            "no end",
		`select h.id from houses h where {scope h`:                                                                    "no end",
		`select h.id from houses h where {scope h} and h.note = $$x$$`:                                                "numbered",
		`select h.id from houses h where {scope h}}`:                                                                  "} without {",
		`select h.id from houses h where {scope h})`:                                                                  ") without (",
		`select h.id from houses h where {figures h}`:                                                                 "more than counts",
		`select h.head_name, (select count(*) from pledges p) from houses h where {figures h}`:                        "more than counts",
		`select h.head_name, count(*) over () from houses h where {figures h}`:                                        "more than counts",
		`select h.head_name, count(*) from houses h where {figures h} group by h.id`:                                  "more than counts",
		`select r.class, count(*) from results r where {figures r.house} group by r.class, r.house_id`:                "more than counts",
		`select count(*) from houses h where {figures h} union select h.id from houses h where {figures h}`:           "more than counts",
		`select h.note from houses h where {figures h} and 0 < (select count(*) from houses x where {figures x})`:     "more than counts",
		`select 'count(*)', h.note from houses h where {figures h}`:                                                   "more than counts",
		`with x as (select h.id, count(*) from houses h where {figures h} group by h.street_id) select x.id from x`:   "more than counts",
		`select h.id from houses h where {home h.house}`:                                                              "no such marker",
		`select h.id from houses h where {own h.household}`:                                                           "no such marker",
		`select count(*) from pledges p where {figures p.household}`:                                                  "no such marker",
		`select a.answers from own_answers a where {scope a.household}`:                                               "own_ is read with",
		`select count(*) from own_answers a where {figures a.house}`:                                                  "own_ is read with",
		`select a.answers from own_answers a where a.ward_id = {ward}`:                                                "own_ is read with",
		`select a.answers from own_answers a where {any: the program itself}`:                                         "own_ is read with",
		`select a.answers from "own_answers" a where a.ward_id = {ward}`:                                              "own_ is read with",
		`select h.id, a.answers from houses h left join own_answers as a on a.house_id = h.id where {scope h}`:        "own_ is read with",
		`select a.answers from own_answers a, own_answers b where {own b}`:                                            "own_ is read with",
		`update houses as h set note = (select a.answers from own_answers a where a.house_id = h.id) where {scope h}`: "own_ is read with",
		`insert into notes select a.ward_id, a.answers from own_answers a where a.ward_id = {ward}`:                   "own_ is read with",
		`select a.answers from own_answers a where not {own a}`:                                                       "own_ is read with",
		`select a.answers from own_answers a where not (a.x = 1 and {own a})`:                                         "own_ is read with",
		`select a.answers from own_answers a where {own a} is false`:                                                  "own_ is read with",
		`select {own a}, a.answers from own_answers a where a.ward_id = {ward}`:                                       "own_ is read with",
		`select p.x from p where {own p} and exists (select 1 from OWN_answers where house_id = p.house_id)`:          "own_ is read with",
	} {
		_, err := makePlan(query, access.WholeWard, 0, 0)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}

func TestStatementsAsTheyAreRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query  string
		level  access.Level
		ids    int
		want   string
		writes bool
	}{
		{`select 1 from houses h where {scope h} and h.main = $1`, access.WholeWard, 0, `select 1 from houses h where h.ward_id = $2 and h.main = $1`, false},
		{`select 1 from houses h where not {scope h}`, access.OwnHouses, 1, `select 1 from houses h where not (h.ward_id = $2 and h.id = $3)`, false},
		{`select 1 from houses h where {scope h}`, access.OwnBeats, 2, `select 1 from houses h where (h.ward_id = $2 and h.beat_id in ($3,$4))`, false},
		{`select 1 from houses h where {scope h}`, access.Nothing, 0, `select 1 from houses h where 1 = 0`, false},
		{`select 1 from results r where {scope r.house}`, access.OwnHouses, 1, `select 1 from results r where (r.ward_id = $2 and r.house_id = $3)`, false},
		{
			`select 1 from results r where {scope r.house}`, access.OwnGroups, 1,
			`select 1 from results r where (r.ward_id = $2 and exists (select 1 from houses reach_h where reach_h.ward_id = r.ward_id and reach_h.id = r.house_id and reach_h.group_id = $3))`, false,
		},
		{`select 1 from houses h where {scope h}`, access.OwnHousehold, 1, `select 1 from houses h where 1 = 0`, false},
		{`select 1 from pledges p where {scope p.house}`, access.OwnHousehold, 1, `select 1 from pledges p where 1 = 0`, false},
		{`select count(*) from houses h where {figures h}`, access.OwnHousehold, 1, `select count(*) from houses h where 1 = 0`, false},
		{
			`select 1 from pledges p where {scope p.household}`, access.OwnHousehold, 1,
			`select 1 from pledges p where (p.ward_id = $2 and p.house_id = $3 and p.household = $4)`, false,
		},
		{`select 1 from pledges p where {scope p.household}`, access.OwnHouses, 1, `select 1 from pledges p where (p.ward_id = $2 and p.house_id = $3)`, false},
		{`select 1 from pledges p where {scope p.household}`, access.Nothing, 0, `select 1 from pledges p where 1 = 0`, false},
		{`select 1 from houses h where {home h}`, access.OwnHousehold, 1, `select 1 from houses h where (h.ward_id = $2 and h.id = $3)`, false},
		{`select 1 from houses h where {home h}`, access.OwnBeats, 1, `select 1 from houses h where (h.ward_id = $2 and h.beat_id = $3)`, false},
		{`select 1 from houses h where {home h}`, figuresOnly, 0, `select 1 from houses h where 1 = 0`, false},
		{
			`select a.answers from own_answers a where {own a} and a.campaign_id = $1`, access.OwnHousehold, 1,
			`select a.answers from own_answers a where (a.ward_id = $2 and a.house_id = $3 and a.household = $4) and a.campaign_id = $1`, false,
		},
		{`select a.answers from own_answers a where {own a}`, access.WholeWard, 0, `select a.answers from own_answers a where 1 = 0`, false},
		{`select a.answers from own_answers a where {own a}`, access.OwnHouses, 1, `select a.answers from own_answers a where 1 = 0`, false},
		{`delete from own_answers as a where a.ward_id = {ward}`, access.WholeWard, 0, `delete from own_answers as a where a.ward_id = $2`, true},
		{
			`insert into own_answers (ward_id, state) values ({ward}, $1) on conflict (ward_id) do update set state = excluded.state where own_answers.state = 'draft'`,
			access.OwnHouses, 1,
			`insert into own_answers (ward_id, state) values ($2, $1) on conflict (ward_id) do update set state = excluded.state where own_answers.state = 'draft'`, true,
		},
		{`select count(*) from houses h where {figures h}`, figuresOnly, 0, `select count(*) from houses h where h.ward_id = $2`, false},
		{`select h.id from houses h where {scope h}`, figuresOnly, 0, `select h.id from houses h where 1 = 0`, false},
		{`select 1 from wards {any: names are public}`, access.Nothing, 0, `select 1 from wards `, false},
		{`select 1 where 'it''s {scope x}; or' <> "a""b" and {ward} > 0`, access.WholeWard, 0, `select 1 where 'it''s {scope x}; or' <> "a""b" and $2 > 0`, false},
		{`select 1 from houses h where (h.rented or h.main > 1) and {scope h} order by case when h.main > 1 or h.rented then 1 end`, access.WholeWard, 0, `select 1 from houses h where (h.rented or h.main > 1) and h.ward_id = $2 order by case when h.main > 1 or h.rented then 1 end`, false},
		{`/* now */ insert into x values ({ward}) returning id`, access.WholeWard, 0, `/* now */ insert into x values ($2) returning id`, true},
		{`with gone as (delete from x where {scope x} returning id) select count(*) from gone`, access.WholeWard, 0, `with gone as (delete from x where x.ward_id = $2 returning id) select count(*) from gone`, true},
		{`with recent as (select h.updated_at from houses h where {scope h}) select 'insert' from recent`, access.WholeWard, 0, `with recent as (select h.updated_at from houses h where h.ward_id = $2) select 'insert' from recent`, false},
	} {
		p, err := makePlan(c.query, c.level, c.ids, 1)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if p.text != c.want || p.writes != c.writes {
			t.Errorf("%s\n got %s (writes %v)\nwant %s", c.query, p.text, p.writes, c.want)
		}
	}
}

// A text is cut into pieces without losing any of it, and an actor without reach is never given a ward.
func FuzzStatement(f *testing.F) {
	for _, s := range []string{`select 1 from houses h where {scope h} and x = 'it''s' -- end`, `{ward}`, `"`, `/*/`, `$1 $`, `select {any: ớ} }`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		tokens, err := lex(query)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, x := range tokens {
			b.WriteString(x.text)
		}
		if b.String() != query {
			t.Errorf("%q came out as %q", query, b.String())
		}
		p, err := makePlan(query, access.Nothing, 0, 0)
		if err == nil && p.ids {
			t.Errorf("%q asks for ids of nobody", query)
		}
	})
}
