package indicators

import (
	"context"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// Opener gives the rows behind a figure, within the reach of who acts in tx: those that a Source counts for the same days. A source that is
// none counts what nobody opens from here.
type Opener interface {
	Rows(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error)
}

// RowsAsked says which rows a reader wants to see.
type RowsAsked struct {
	Code  Code
	Year  int
	Group string // "" for all
	Part  bool   // those of the numerator alone
	Page  int    // from 0
}

// RowsPage is a page of the rows behind a figure.
type RowsPage struct {
	RowsAsked

	Rows  []houses.Counted
	Point Point  // the figure
	Name  string // of the group
	Gone  int    // how much of the figure has no row any more: deleted since, or counted when the campaign was closed
	More  bool
}

// rowsMost is how many rows stand on a page.
const rowsMost = 50

// opens reports whether a reader who may see houses opens rows behind an indicator on a page of its own. The houses of I1 and I2 are in the list
// of houses; cases of mediation are opened by the mediators of a group alone, requests about personal data by who protects them.
func (c Code) opens() bool {
	return slices.Contains([]Code{Pledged, Answered, Measures, Trained, Meetings, Monthly}, c)
}

// Rows gives a page of the rows behind a figure. Where there is none, or it is not the reader's to open, nothing is found.
func (s *Store) Rows(ctx context.Context, who access.Actor, asked RowsAsked) (RowsPage, error) {
	p := RowsPage{RowsAsked: asked}
	one, err := s.Get(ctx, who, asked.Code)
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(one.Points, func(x Point) bool { return x.Period.Year == asked.Year })
	if !asked.Code.opens() || !one.Rows || at < 0 {
		return p, fault.NotFound("fault.not_found")
	}
	p.Point = one.Points[at]
	if asked.Group != "" {
		g := slices.IndexFunc(one.Groups, func(g Group) bool { return g.ID == asked.Group })
		if g < 0 {
			return p, fault.NotFound("fault.not_found")
		}
		p.Point, p.Name = one.Groups[g].Points[at], one.Groups[g].Name
	}
	if p.Point.Hidden {
		return p, fault.NotFound("fault.not_found")
	}
	return p, s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		slice := houses.Slice{Group: asked.Group, Part: asked.Part, Skip: asked.Page * rowsMost, Most: rowsMost + 1}
		if p.Rows, err = s.counted(ctx, tx, asked, slice); err != nil {
			return err
		}
		if len(p.Rows) > rowsMost {
			p.Rows, p.More = p.Rows[:rowsMost], true
		}
		return p.gone(ctx, tx, s)
	})
}

// counted reads rows behind a figure.
func (s *Store) counted(ctx context.Context, tx *db.Tx, asked RowsAsked, slice houses.Slice) ([]houses.Counted, error) {
	if asked.Code == Pledged {
		return houses.CountedTx(ctx, tx, slice, `coalesce(a.pledged, 0) > 0`, houses.CountedHouse+`'', '', '', coalesce(a.pledged, 0), h.households from houses h`+
			houses.CountedStreet+`join campaigns c on c.ward_id = h.ward_id and c.year = $1
			left join assessments a on a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = c.id where {scope h} and h.status = 'active'`, asked.Year)
	}
	opener, ok := s.sources[asked.Code].(Opener)
	period, valid := NewPeriod(Year, asked.Year, 0)
	if !ok || !valid {
		return nil, fault.NotFound("fault.not_found")
	}
	return opener.Rows(ctx, tx, period.Starts, period.Ends, slice)
}

// gone finds out how much of the figure has no row any more.
func (p *RowsPage) gone(ctx context.Context, tx *db.Tx, s *Store) error {
	if p.Code != Answered && p.Code != Pledged {
		return nil
	}
	all, err := s.counted(ctx, tx, p.RowsAsked, houses.Slice{Group: p.Group, Part: p.Part})
	if err != nil {
		return err
	}
	p.Gone = p.count()
	for i := range all {
		if p.Part {
			p.Gone -= all[i].Part
		} else {
			p.Gone -= all[i].Of
		}
	}
	return nil
}

// count is the figure whose rows are shown.
func (p *RowsPage) count() int {
	if p.Part {
		return p.Point.Part
	}
	return p.Point.Of
}

// Rows implements Opener.
func (measures) Rows(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
	return houses.CountedTx(ctx, tx, s, hasMeasure, houses.CountedHouse+`s.id, s.item, '', case when `+hasMeasure+` then 1 else 0 end, 1
		from shortcomings s join houses h on h.ward_id = s.ward_id and h.id = s.house_id`+houses.CountedStreet+`where {scope h} and `+noted,
		from.Time().UnixMilli(), to.AddDays(1).Time().UnixMilli())
}

// rows are the addresses of what stands behind numerator and denominator; empty where the reader may not see it.
func (x *sheetOf) rows(year int, group string) (part, of string) {
	if !x.Rows {
		return "", ""
	}
	if group != "" {
		group = "&group=" + group
	}
	at := "?year=" + strconv.Itoa(year)
	switch {
	case x.Code == Safe:
		return "/houses" + at + "&state=safe" + group, "/houses" + at + "&stage=seen" + group
	case x.Code == Coverage:
		return "/houses" + at + "&stage=seen" + group, "/houses" + at + group
	case x.Code.opens():
		return x.home() + "/rows" + at + "&part=1" + group, x.home() + "/rows" + at + group
	}
	return "", ""
}

// entries is where the entries are that a count was made of; empty for who enters none.
func (x *sheetOf) entries() string {
	if x.Origin != FromCounts || !x.Enters {
		return ""
	}
	return x.home() + "/counts"
}
