package notices

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Write is what somebody fills in: the text and the audience. The audience of a correction is given and not filled in.
type Write struct {
	Text
	Audience

	Version int
}

// Create begins a draft and gives its id. Every field that falls short is named at once.
func (s *Store) Create(ctx context.Context, who access.Actor, d Write) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = create(ctx, tx, d, "", "")
		return err
	})
	return id, err
}

// Correct begins the correction of an announcement that is out: it goes to exactly the houses that had the wrong one.
func (s *Store) Correct(ctx context.Context, who access.Actor, wrong string, t Text) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := kept(ctx, tx, wrong)
		if err != nil {
			return err
		}
		if err := n.MayCorrect(tx.Now); err != nil {
			return err
		}
		t.Public = n.Public // whoever could read the wrong one can read what puts it right
		id, err = create(ctx, tx, Write{Text: t, Audience: n.Audience}, wrong, "")
		return err
	})
	return id, err
}

// MayCorrect says why an announcement cannot be put right by another one, or nil.
func (n *Notice) MayCorrect(now time.Time) error {
	switch {
	case n.State != Sent || !n.Out(now):
		return fault.Shut("notices.not_out")
	case n.Corrected != "":
		return fault.Shut("notices.corrected_already")
	}
	return nil
}

func create(ctx context.Context, tx *db.Tx, d Write, corrects, season string) (string, error) {
	if err := tx.Need(access.Announce); err != nil {
		return "", err
	}
	if err := d.ready(ctx, tx); err != nil {
		return "", err
	}
	sender, err := senderOf(ctx, tx)
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into notices (ward_id, id, state, title, body, urgent, reason, open_to_all, area, to_heads, to_households, to_officers, to_leads,
			sender, season, corrects_id, expires_on, houses, households, officers, leads, file, file_kind, file_name, withdrawn_why,
			created_at, created_by, created_account, created_role, version)
		values ({ward}, $1, 'draft', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0, 0, '', '', '', '', $16, $17, $18, $19, 1)`,
		id, d.Title, d.Body, d.Urgent, d.Reason, d.Public, string(d.Area), d.Heads, d.Households, d.Officers, d.Leads,
		sender, season, db.OrNull(corrects), string(d.Expires), tx.Millis(), tx.Who.Name(), tx.Who.Account(), string(tx.Who.Role())); err != nil {
		return "", err
	}
	if err := setAreas(ctx, tx, id, &d.Audience); err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "notice.draft", Object: "notice", ID: id, Detail: "soạn thông báo"})
}

// ready cleans what was typed and says what falls short. Areas outside the writer's reach hold no house for it.
func (d *Write) ready(ctx context.Context, tx *db.Tx) error {
	d.clean()
	if role := tx.Who.Role(); role == access.GroupLead || role == access.Officer {
		d.Public = false // the public page is the ward's
	}
	bad := append(d.Text.check(civil.DayOf(tx.Now)), d.Audience.check()...)
	if err := fault.InvalidFields(bad); err != nil {
		return err
	}
	if err := impersonal(ctx, tx, map[string]string{"title": d.Title, "body": d.Body, "reason": d.Reason}); err != nil {
		return err
	}
	if d.Area == Whole {
		d.Refs = nil
	}
	return nil
}

func setAreas(ctx context.Context, tx *db.Tx, id string, a *Audience) error {
	if _, err := tx.Exec(ctx, `delete from notice_areas where ward_id = {ward} and notice_id = $1`, id); err != nil {
		return err
	}
	for i := 0; i < len(a.Refs); i += areasAtOnce {
		part := a.Refs[i:min(i+areasAtOnce, len(a.Refs))]
		var rows strings.Builder
		args := []any{id}
		for _, ref := range part {
			if len(args) > 1 {
				rows.WriteString(", ")
			}
			args = append(args, ref)
			rows.WriteString("({ward}, $1, $" + strconv.Itoa(len(args)) + ")")
		}
		if _, err := tx.Exec(ctx, `insert into notice_areas (ward_id, notice_id, ref_id) values `+rows.String()+`
			on conflict (ward_id, notice_id, ref_id) do nothing`, args...); err != nil {
			return err
		}
	}
	return nil
}

// areasAtOnce is how many rows one statement writes.
const areasAtOnce = 200

// Edit writes a draft anew. Clash when somebody else has changed it since it was opened.
func (s *Store) Edit(ctx context.Context, who access.Actor, id string, d Write) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := drafted(ctx, tx, id)
		if err != nil {
			return err
		}
		if n.Corrects != "" {
			d.Audience, d.Public = n.Audience, n.Public
		}
		if err := d.ready(ctx, tx); err != nil {
			return err
		}
		if d.Version != n.Version {
			return fault.Conflict("notices.changed_meanwhile")
		}
		if err := tx.Must1(tx.Exec(ctx, `update notices set title = $1, body = $2, urgent = $3, reason = $4, open_to_all = $5, area = $6, to_heads = $7, to_households = $8,
				to_officers = $9, to_leads = $10, expires_on = $11, version = version + 1
			where ward_id = {ward} and id = $12 and state = 'draft' and version = $13`,
			d.Title, d.Body, d.Urgent, d.Reason, d.Public, string(d.Area), d.Heads, d.Households, d.Officers, d.Leads, string(d.Expires), id, n.Version)); err != nil {
			return err
		}
		if err := setAreas(ctx, tx, id, &d.Audience); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.edit", Object: "notice", ID: id, Detail: "sửa bản nháp"})
	})
}

// drafted gives a draft that the actor keeps.
func drafted(ctx context.Context, tx *db.Tx, id string) (Notice, error) {
	n, err := kept(ctx, tx, id)
	if err == nil && n.State != Draft {
		err = fault.Shut("notices.not_draft")
	}
	return n, err
}

// Attach puts the one picture or PDF to a draft, or takes it away with the zero File. It gives the file that was there
// before; the caller deletes it.
func (s *Store) Attach(ctx context.Context, who access.Actor, id string, f File) (File, error) {
	var old File
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := drafted(ctx, tx, id)
		if err != nil {
			return err
		}
		old = n.File
		if _, err := tx.Exec(ctx, `update notices set file = $1, file_kind = $2, file_name = $3, version = version + 1 where ward_id = {ward} and id = $4`,
			f.Name, string(f.Kind), f.As, id); err != nil {
			return err
		}
		detail := "bỏ tệp đính kèm"
		if f.Kind != NoFile {
			detail = "đính kèm một tệp"
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.file", Object: "notice", ID: id, Detail: detail})
	})
	return old, err
}

// Drop deletes a draft and gives its file, which the caller deletes. The seasonal drafts of a year are kept as dropped,
// so that they are not offered again.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) (File, error) {
	var old File
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := drafted(ctx, tx, id)
		if err != nil {
			return err
		}
		old = n.File
		if n.Season != "" {
			_, err = tx.Exec(ctx, `update notices set state = 'dropped', file = '', file_kind = '', file_name = '' where ward_id = {ward} and id = $1`, id)
		} else if _, err = tx.Exec(ctx, `delete from notice_areas where ward_id = {ward} and notice_id = $1`, id); err == nil {
			_, err = tx.Exec(ctx, `delete from notices where ward_id = {ward} and id = $1 and state = 'draft'`, id)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.drop", Object: "notice", ID: id, Detail: "bỏ bản nháp"})
	})
	return old, err
}

// senderOf names the office that speaks, never the person.
func senderOf(ctx context.Context, tx *db.Tx) (string, error) {
	var name string
	switch tx.Who.Role() {
	case access.GroupLead, access.Officer:
		var names []string
		query, before := `select a.name from areas a where a.ward_id = {ward} and `, ""
		if tx.Who.Role() == access.Officer {
			query, before = `select b.name from beats b where b.ward_id = {ward} and `, "Cảnh sát khu vực, "
		}
		_, ids := tx.Who.Reach()
		in, args := db.Among("id", 1, ids)
		err := tx.All(ctx, func(scan func(...any) error) error {
			var x string
			err := scan(&x)
			names = append(names, x)
			return err
		}, query+in+` order by sort_key`, args...)
		return before + strings.Join(names, ", "), err
	case access.Committee:
		name = "Ủy ban nhân dân phường "
	default:
		name = "Công an phường "
	}
	var ward string
	err := tx.One(ctx, `select w.name from wards w where w.id = {ward}`).Scan(&ward)
	return name + ward, err
}

// impersonal refuses texts with names, telephone numbers and the like of persons (domain.md §7.5a). The numbers of the
// ward's own offices may stand in them.
func impersonal(ctx context.Context, tx *db.Tx, texts map[string]string) error {
	phones, err := areas.PhonesTx(ctx, tx)
	if err != nil {
		return err
	}
	for _, field := range []string{"title", "body", "reason", "why"} {
		text := texts[field]
		foreign := slices.ContainsFunc(personal.Find(text), func(f personal.Found) bool {
			phone, err := civil.ParsePhone(text[f.From:f.To])
			return f.Kind != personal.Phone || err != nil || !phones.Office(phone)
		})
		if foreign {
			return personal.Check(field, text)
		}
	}
	return nil
}
