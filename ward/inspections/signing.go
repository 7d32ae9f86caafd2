package inspections

import (
	"context"
	"unicode/utf8"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ground/pattern"
)

// Signing is how an inspection was signed: on glass by the house and by the officer, or with a pen on a sheet of paper that has a number.
// Nobody is made to sign, and an inspection that nobody signed says so.
type Signing struct {
	House, Officer string // paths of a pen, empty where nobody signed on glass
	OnPaper        bool
	Paper          string // number of the sheet
}

// SignWidth is how wide the field is in which one signs, in the units of its path.
const SignWidth = 600

// SignHeight is how high that field is.
const SignHeight = 200

// How long a path and the number of a sheet may be, in characters.
const (
	mostStrokes  = 16_000 // some 1,500 points
	leastStrokes = 24     // a dot is no signature
	mostPaper    = 40
)

// strokes is what a path may hold: a pen that is put down and drawn on, in whole numbers. Nothing else of SVG gets in.
var strokes = pattern.Of(`^(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3})+)+$`)

// sheetNumber is how sheets are numbered: figures and letters with dots, dashes and strokes between.
var sheetNumber = pattern.Of(`^[\p{L}\p{N}][\p{L}\p{N} ./-]*$`)

// check says what is wrong with a signing.
func (s *Signing) check() []fault.Field {
	s.Paper = civil.NFC(s.Paper)
	var bad []fault.Field
	for _, x := range []struct{ field, path string }{{"sign_house", s.House}, {"sign_officer", s.Officer}} {
		if x.path != "" && (len(x.path) > mostStrokes || len(x.path) < leastStrokes || !strokes().MatchString(x.path)) {
			bad = append(bad, fault.Field{Name: x.field, Key: "inspections.sign_again"})
		}
	}
	switch {
	case s.OnPaper && s.Paper == "":
		bad = append(bad, fault.Field{Name: "signed_paper", Key: "inspections.say_sheet"})
	case utf8.RuneCountInString(s.Paper) > mostPaper:
		bad = append(bad, fault.Field{Name: "signed_paper", Key: "fault.too_long", Pairs: []any{"Most", mostPaper}})
	case s.Paper != "" && !sheetNumber().MatchString(s.Paper):
		bad = append(bad, fault.Field{Name: "signed_paper", Key: "inspections.bad_sheet"})
	}
	if !s.OnPaper {
		s.Paper = ""
	}
	return bad
}

// None reports whether nobody signed in any way.
func (s *Signing) None() bool { return s.House == "" && s.Officer == "" && s.Paper == "" }

// sign writes how a draft was signed, in the unit of work that finishes it.
func sign(ctx context.Context, tx *db.Tx, i *Inspection, s Signing) error {
	for _, x := range []struct{ side, path string }{{"house", s.House}, {"officer", s.Officer}} {
		if x.path == "" {
			continue
		}
		if _, err := tx.Exec(ctx, `insert into signatures (ward_id, id, inspection_id, house_id, side, strokes, signed_at, taken_by) values ({ward}, $1, $2, $3, $4, $5, $6, $7)`,
			tx.NewID(), i.ID, i.House.ID, x.side, x.path, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
	}
	if s.Paper == "" {
		return nil
	}
	return tx.Must1(tx.Exec(ctx, `update inspections as i set signed_paper = $1 where {scope i.house} and i.id = $2`, s.Paper, i.ID))
}

// signed reads how an inspection was signed.
func signed(ctx context.Context, tx *db.Tx, id string) (Signing, error) {
	var s Signing
	if err := tx.One(ctx, `select i.signed_paper from inspections i where {scope i.house} and i.id = $1`, id).Scan(&s.Paper); err != nil {
		return s, err
	}
	s.OnPaper = s.Paper != ""
	return s, tx.All(ctx, func(scan func(...any) error) error {
		var side, path string
		err := scan(&side, &path)
		switch side {
		case "house":
			s.House = path
		case "officer":
			s.Officer = path
		}
		return err
	}, `select g.side, g.strokes from signatures g where {scope g.house} and g.inspection_id = $1`, id)
}
