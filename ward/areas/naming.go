package areas

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Unnamed is the name of a ward that was begun without one; its administrator gives it one.
const Unnamed = "Chưa đặt tên"

// Named reports whether the ward has a name of its own.
func (w *Ward) Named() bool { return w.Name != Unnamed }

// Naming is the name of the ward and that of its city as the administrator types them. Was and WasCity are what the reader saw: when
// somebody else has changed them meanwhile the naming is refused.
type Naming struct{ Name, City, Was, WasCity string }

// Heads is told, in the same transaction, that the ward has another name: it stands at the head of every page of whoever is signed in.
// The accounts implement it; app connects them.
type Heads interface {
	WardRenamed(ctx context.Context, tx *db.Tx) error
}

// named is a name as it was typed, and the field in which.
type named struct{ field, text string }

// bothNames reads the names of a ward and of its city. Pages and papers write "phường" and "thành phố" before them, so these words are
// taken away, and the words for other kinds of unit are refused.
func bothNames(ward, city named) (wardName, cityName string, err error) {
	wardName, wardErr := bareName(ward, "areas.only_phuong", []string{"phường", "p."}, []string{"xã", "đặc khu", "thị trấn"})
	cityName, cityErr := bareName(city, "areas.only_city", []string{"thành phố", "tp."}, []string{"tỉnh"})
	return wardName, cityName, fault.Together(wardErr, cityErr)
}

// bareName is a name without the words that are written before it anyway; key says why it does not begin with one of others.
func bareName(typed named, key string, before, others []string) (string, error) {
	field := typed.field
	name, err := checkName(field, typed.text)
	if err != nil {
		return "", err
	}
	for again := true; again; {
		again = false
		for _, word := range before {
			if rest, ok := cutWord(name, word); ok {
				name, again = rest, true
			}
		}
	}
	for _, word := range others {
		if _, ok := cutWord(name, word); ok {
			return "", fault.Invalid(field, key)
		}
	}
	switch {
	case name == "":
		return "", fault.Invalid(field, "fault.required")
	case strings.ContainsFunc(name, strange) || !strings.ContainsFunc(name, letterOrDigit):
		return "", fault.Invalid(field, "areas.bad_name")
	}
	return name, nil
}

// cutWord takes a word away from the beginning of a name, in any case. Nothing is left of a name that is the word alone.
func cutWord(name, word string) (rest string, ok bool) {
	if len(name) < len(word) || !strings.EqualFold(name[:len(word)], word) {
		return name, false
	}
	rest = name[len(word):]
	if rest != "" && rest[0] != ' ' && !strings.HasSuffix(word, ".") {
		return name, false // Phườngx is no Phường
	}
	return strings.TrimSpace(rest), true
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// strange is what no name of a ward holds; B'Lao and Phan Rang - Tháp Chàm are names.
func strange(r rune) bool { return !letterOrDigit(r) && !strings.ContainsRune(" -–'’", r) }

// codeOf is how a name is written in addresses of public pages.
func codeOf(name string) string {
	return strings.Join(strings.FieldsFunc(civil.Fold(name), func(r rune) bool { return !letterOrDigit(r) }), "-")
}

// NameWard gives the ward its name, and its city the right one. A name that the ward had before is kept as a former one; that a ward was
// begun without a name is not. The address of the public pages follows the first name and stays from then on, as it stands on papers.
func (s *Store) NameWard(ctx context.Context, who access.Actor, n Naming) error {
	name, city, err := bothNames(named{"name", n.Name}, named{"city", n.City})
	if err != nil {
		return err
	}
	if civil.Fold(name) == civil.Fold(Unnamed) {
		return fault.Invalid("name", "fault.required")
	}
	return s.edit(ctx, who, func(tx *db.Tx) error {
		w, err := WardOf(ctx, tx)
		if err != nil {
			return err
		}
		if w.ID == 0 {
			return fault.NotFound("fault.not_found") // the city's accounts have no ward to name
		}
		if w.Name != n.Was || w.City != n.WasCity {
			return fault.Conflict("fault.changed")
		}
		if w.Name == name && w.City == city {
			tx.Untold("the name stayed as it was")
			return nil
		}
		now := w
		now.Name, now.City = name, city
		if now.Code, err = freeCode(ctx, tx, w, now); err != nil {
			return err
		}
		return s.renameWard(ctx, tx, w, now)
	})
}

// freeCode looks at the other wards of the program: none has the same name, and together they have one city. It gives the code of the ward.
func freeCode(ctx context.Context, tx *db.Tx, was, now Ward) (string, error) {
	taken := map[string]bool{}
	var clash error
	err := tx.All(ctx, func(scan func(...any) error) error {
		var other Ward
		err := scan(&other.ID, &other.Code, &other.Name, &other.City)
		taken[other.Code] = true
		switch {
		case was.City != now.City:
			clash = fault.Invalid("city", "areas.city_shared", "City", was.City)
		case other.ID != 0 && other.Name == now.Name && other.City == now.City:
			clash = fault.Invalid("name", "areas.ward_exists", "Ward", now.Name)
		}
		return err
	}, `select w.id, w.code, w.name, w.city from wards w where {any: names of wards are public} w.id <> $1`, was.ID)
	if err == nil {
		err = clash
	}
	if err != nil || was.Named() {
		return was.Code, err
	}
	code := codeOf(now.Name)
	if taken[code] {
		code += "-" + strconv.Itoa(was.ID) // a ward of this name in another city
	}
	return code, nil
}

func (s *Store) renameWard(ctx context.Context, tx *db.Tx, was, now Ward) error {
	if err := tx.Must1(tx.Exec(ctx, `update wards as w set code = $1, name = $2, city = $3, fold = $4 where w.id = {ward} and w.name = $5 and w.city = $6`,
		now.Code, now.Name, now.City, civil.Fold(now.Name), was.Name, was.City)); err != nil {
		return err
	}
	if err := renameNode(ctx, tx, Whole, wardArea(was.Name), wardArea(now.Name), was.Named()); err != nil {
		return err
	}
	if err := renameNode(ctx, tx, City, was.City, now.City, was.Named()); err != nil {
		return err
	}
	if s.heads != nil {
		if err := s.heads.WardRenamed(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, db.Entry{Action: "ward.rename", Object: "ward", ID: now.Code, Detail: wardArea(was.Name) + ", " + was.City + " → " + wardArea(now.Name) + ", " + now.City})
}

// renameNode gives the ward or the city in the tree another name, and keeps the one it had as a former name when it was one.
func renameNode(ctx context.Context, tx *db.Tx, kind Kind, was, now string, keep bool) error {
	if was == now {
		return nil
	}
	var id string
	if err := tx.One(ctx, `select a.id from areas a where a.ward_id = {ward} and a.kind = $1 and a.valid_to is null`, string(kind)).Scan(&id); err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update areas as a set name = $1, name_key = $2, fold = $3, sort_key = $4 where a.ward_id = {ward} and a.id = $5`,
		now, keyOf(kind, now), civil.Fold(now), civil.SortKey(now), id)); err != nil || !keep {
		return err
	}
	return keepName(ctx, tx, id, was)
}

// wardArea is the ward as a node of the tree.
func wardArea(name string) string { return "Phường " + name }
