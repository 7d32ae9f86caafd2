package areas

import (
	"context"
	"maps"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Phones are the telephone numbers of the ward's offices. None is a person's own: those are told at the door, not on
// pages that everybody opens.
type Phones struct {
	Duty      civil.Phone            // the ward police on duty, at all hours
	Committee civil.Phone            // the committee's office
	Beats     map[string]civil.Phone // the office phone of each beat, by its id
}

// Office reports whether a number is one of the offices'.
func (p *Phones) Office(n civil.Phone) bool {
	for _, x := range p.Beats {
		if x == n {
			return true
		}
	}
	return n != "" && (n == p.Duty || n == p.Committee)
}

// answered is the condition that the office of a number, of the alias p, is there today: a beat that was merged keeps its number for the
// case that it comes back.
const answered = `not exists (select 1 from beats b where b.ward_id = p.ward_id and b.id = p.beat_id and b.valid_to is not null)`

// PhonesTx gives the telephone numbers of the actor's ward.
func PhonesTx(ctx context.Context, tx *db.Tx) (Phones, error) {
	p := Phones{Beats: map[string]civil.Phone{}}
	err := tx.All(ctx, p.scan, `select p.office, p.beat_id, p.phone from office_phones p where p.ward_id = {ward} and `+answered)
	return p, err
}

func (p *Phones) scan(scan func(...any) error) error {
	var office, beat string
	var phone civil.Phone
	err := scan(&office, &beat, &phone)
	switch office {
	case "duty":
		p.Duty = phone
	case "committee":
		p.Committee = phone
	default:
		p.Beats[beat] = phone
	}
	return err
}

// Phones gives the telephone numbers of the actor's ward.
func (s *Store) Phones(ctx context.Context, who access.Actor) (Phones, error) {
	var p Phones
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SignedIn); err != nil {
			return err
		}
		var err error
		p, err = PhonesTx(ctx, tx)
		return err
	})
	return p, err
}

// PublicPhones gives the telephone numbers of a ward's offices to everybody; who is nobody.
func (s *Store) PublicPhones(ctx context.Context, who access.Actor, ward int) (Phones, error) {
	p := Phones{Beats: map[string]civil.Phone{}}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, p.scan, `select p.office, p.beat_id, p.phone from office_phones p
			where {any: telephone numbers of offices are for everybody} p.ward_id = $1 and `+answered, ward)
	})
	return p, err
}

// SetPhones writes the telephone numbers as they were typed, "duty", "committee" and the ids of beats, each empty for none.
func (s *Store) SetPhones(ctx context.Context, who access.Actor, typed map[string]string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepPhones); err != nil {
			return err
		}
		var bad []fault.Field
		for _, key := range slices.Sorted(maps.Keys(typed)) {
			phone := civil.Phone("")
			if text := civil.NFC(typed[key]); text != "" {
				var err error
				if phone, err = civil.ParsePhone(text); err != nil {
					bad = append(bad, fault.Field{Name: key, Key: "areas.phone_bad"})
					continue
				}
			}
			if err := setPhone(ctx, tx, key, phone); err != nil {
				return err
			}
		}
		if err := fault.InvalidFields(bad); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "ward.phones", Object: "ward", Detail: "số điện thoại của các nơi trực"})
	})
}

func setPhone(ctx context.Context, tx *db.Tx, key string, phone civil.Phone) error {
	office, beat := key, ""
	if key != "duty" && key != "committee" {
		var one int
		if err := tx.One(ctx, `select 1 from beats b where b.ward_id = {ward} and b.id = $1 and b.valid_to is null`, key).Scan(&one); err != nil {
			return err
		}
		office, beat = "beat", key
	}
	if phone == "" {
		_, err := tx.Exec(ctx, `delete from office_phones where ward_id = {ward} and office = $1 and beat_id = $2`, office, beat)
		return err
	}
	_, err := tx.Exec(ctx, `insert into office_phones (ward_id, office, beat_id, phone, updated_at, updated_by) values ({ward}, $1, $2, $3, $4, $5)
		on conflict (ward_id, office, beat_id) do update set phone = excluded.phone, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		office, beat, string(phone), tx.Millis(), tx.Who.Name())
	return err
}
