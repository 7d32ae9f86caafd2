package breaches

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/inbox"
	"sonha/ward/periods"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const columns = `b.id, b.exercise, b.found_at, b.due_at, b.acts, b.houses, b.kinds, b.harms, b.measures, b.body, b.subjects, b.entered_at, b.entered_by, b.sent_at, b.sent_by,
	b.channel, b.late_why, b.ended, b.ended_why, b.closed_at, b.closed_by, b.level, b.version`

const tables = ` from breaches b where b.ward_id = {ward} and `

func several(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Breach, error) {
	list := []Breach{}
	err := each(ctx, tx, db.Into(&list), where, args...)
	return list, err
}

func each(ctx context.Context, tx *db.Tx, hand func(*Breach) error, where string, args ...any) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var b Breach
		var found, due, entered, sent, closed int64
		var acts, kinds, harms, measures string
		if err := scan(&b.ID, &b.Exercise, &found, &due, &acts, &b.Houses, &kinds, &harms, &measures, &b.Body, &b.Subjects, &entered, &b.EnteredBy, &sent, &b.SentBy, &b.Channel,
			&b.LateWhy, &b.Ended, &b.EndedWhy, &closed, &b.ClosedBy, &b.Level, &b.Version); err != nil {
			return err
		}
		b.Found, b.Due, b.Entered, b.Sent, b.Closed = db.Moment(found), db.Moment(due), db.Moment(entered), db.Moment(sent), db.Moment(closed)
		b.Acts, b.Kinds, b.Harms, b.Measures = strings.Split(acts, ","), strings.Split(kinds, ","), strings.Split(harms, ","), strings.Split(measures, ",")
		return hand(&b)
	}, `select `+columns+tables+where, args...)
}

func one(ctx context.Context, tx *db.Tx, id string) (Breach, error) {
	list, err := several(ctx, tx, `b.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Breach{}, err
	}
	b := list[0]
	return b, tx.All(ctx, func(scan func(...any) error) error {
		var x Step
		var when int64
		err := scan(&when, &x.By, &x.Note)
		x.At = db.Moment(when)
		b.Steps = append(b.Steps, x)
		return err
	}, `select s.at, s.noted_by, s.note from breach_steps s where s.ward_id = {ward} and s.breach_id = $1 order by s.at desc, s.id desc`, id)
}

// List gives the register: what is open, the first due in front, then what was closed.
func (s *Store) List(ctx context.Context, who access.Actor) ([]Breach, error) {
	var list []Breach
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		list, err = several(ctx, tx, `b.closed_at >= 0 order by case when b.closed_at = 0 then 0 else 1 end, case when b.closed_at = 0 then b.due_at else -b.closed_at end, b.id`)
		return err
	})
	return list, err
}

// Get gives an entry with its steps.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Breach, error) {
	var b Breach
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		b, err = one(ctx, tx, id)
		return err
	})
	return b, err
}

// Enter writes a breach down and gives its id.
func (s *Store) Enter(ctx context.Context, who access.Actor, e Entry) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
		id, err = s.EnterTx(ctx, tx, e)
		return err
	})
	return id, err
}

// EnterTx is Enter inside a unit of work.
func (s *Store) EnterTx(ctx context.Context, tx *db.Tx, e Entry) (string, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return "", err
	}
	if err := e.check(tx.Now); err != nil {
		return "", err
	}
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into breaches (ward_id, id, exercise, found_at, due_at, acts, houses, kinds, harms, measures, body, subjects, entered_at, entered_by, sent_at,
			sent_by, channel, late_why, ended, ended_why, closed_at, closed_by, level, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '', '', '', '', '', 0, '', 0, 1)`,
		id, e.Exercise, e.Found.UnixMilli(), e.Found.Add(NotifyWithin).UnixMilli(), strings.Join(e.Acts, ","), e.Houses, strings.Join(e.Kinds, ","), strings.Join(e.Harms, ","),
		strings.Join(e.Measures, ","), e.Body, string(e.Subjects), tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	return id, audit(ctx, tx, id, "enter", strconv.Itoa(e.Houses)+" số nhà")
}

// opened gives an entry that may still be worked on, as its reader saw it.
func opened(ctx context.Context, tx *db.Tx, id string, version int) (Breach, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return Breach{}, err
	}
	b, err := one(ctx, tx, id)
	switch {
	case err != nil:
		return b, err
	case !b.Open():
		return b, fault.Shut("breaches.closed_already")
	case b.Version != version:
		return b, fault.Conflict("fault.changed")
	}
	return b, nil
}

// Sending is how the notification was sent, and why so late.
type Sending struct {
	At      time.Time
	Channel string
	LateWhy string // needed when it was sent after the 72 hours
	Version int
}

// Send notes that the specialised body was told.
func (s *Store) Send(ctx context.Context, who access.Actor, id string, x Sending) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SendTx(ctx, tx, id, x) })
}

// SendTx is Send inside a unit of work.
func (s *Store) SendTx(ctx context.Context, tx *db.Tx, id string, x Sending) error {
	b, err := opened(ctx, tx, id, x.Version)
	if err != nil {
		return err
	}
	if !b.Sent.IsZero() {
		return fault.Shut("breaches.sent_already")
	}
	x.LateWhy = civil.NFCLines(x.LateWhy)
	var wrong []fault.Field
	switch {
	case x.At.IsZero() || x.At.After(tx.Now) || x.At.Before(b.Found):
		wrong = append(wrong, fault.Field{Name: "sent_on", Key: "breaches.sent_range"})
	case x.At.After(b.Due):
		wrong = append(wrong, personal.Text("late_why", x.LateWhy, "breaches.say_late", mostText)...)
	default:
		x.LateWhy = ""
	}
	if !slices.Contains(Channels(), x.Channel) {
		wrong = append(wrong, fault.Field{Name: "channel", Key: "breaches.choose_channel"})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update breaches as b set sent_at = $2, sent_by = $3, channel = $4, late_why = $5, version = b.version + 1
		where b.ward_id = {ward} and b.id = $1 and b.sent_at = 0`, id, x.At.UnixMilli(), tx.Who.Name(), x.Channel, x.LateWhy)); err != nil {
		return err
	}
	return audit(ctx, tx, id, "send", x.Channel)
}

// Note adds what was done, and says whether those concerned have been told.
func (s *Store) Note(ctx context.Context, who access.Actor, id, note string, told Subjects, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		b, err := opened(ctx, tx, id, version)
		if err != nil {
			return err
		}
		note = civil.NFCLines(note)
		if err := fault.InvalidFields(personal.Text("note", note, "breaches.say_note", mostText)); err != nil {
			return err
		}
		if !slices.Contains([]Subjects{NotNeeded, ToTell, Told}, told) {
			told = b.Subjects
		}
		if _, err := tx.Exec(ctx, `insert into breach_steps (ward_id, id, breach_id, at, noted_by, note) values ({ward}, $1, $2, $3, $4, $5)`,
			tx.NewID(), id, tx.Millis(), tx.Who.Name(), note); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `update breaches as b set subjects = $2, version = b.version + 1 where b.ward_id = {ward} and b.id = $1`, id, string(told))); err != nil {
			return err
		}
		return audit(ctx, tx, id, "note", "")
	})
}

// Close closes an entry with a reason. What was mended was told to the specialised body before, and to those concerned where that was said.
func (s *Store) Close(ctx context.Context, who access.Actor, id, ended, why string, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.CloseTx(ctx, tx, id, ended, why, version) })
}

// CloseTx is Close inside a unit of work.
func (s *Store) CloseTx(ctx context.Context, tx *db.Tx, id, ended, why string, version int) error {
	b, err := opened(ctx, tx, id, version)
	if err != nil {
		return err
	}
	why = civil.NFCLines(why)
	wrong := personal.Text("ended_why", why, "breaches.say_end", mostText)
	switch {
	case !slices.Contains(Ends(), ended):
		wrong = append(wrong, fault.Field{Name: "ended", Key: "breaches.choose_end"})
	case b.Exercise != (ended == "exercise"):
		wrong = append(wrong, fault.Field{Name: "ended", Key: "breaches.exercise_or_not"})
	case ended == "mended" && b.Sent.IsZero():
		wrong = append(wrong, fault.Field{Name: "ended", Key: "breaches.send_first"})
	case ended == "mended" && b.Subjects == ToTell:
		wrong = append(wrong, fault.Field{Name: "ended", Key: "breaches.tell_first"})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update breaches as b set ended = $2, ended_why = $3, closed_at = $4, closed_by = $5, version = b.version + 1
		where b.ward_id = {ward} and b.id = $1 and b.closed_at = 0`, id, ended, why, tx.Millis(), tx.Who.Name())); err != nil {
		return err
	}
	return audit(ctx, tx, id, "close", ended)
}

// Took notes that the notification was taken along as a file.
func (s *Store) Took(ctx context.Context, who access.Actor, id, format string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		return audit(ctx, tx, id, "form", format)
	})
}

func audit(ctx context.Context, tx *db.Tx, id, action, detail string) error {
	return tx.Audit(ctx, db.Entry{Action: "breach." + action, Object: "breach", ID: id, Detail: detail})
}

// Warn tells officer, command and committee, once, of what was not sent within its hours. It comes round every hour.
func (s *Store) Warn(ctx context.Context, who access.Actor) error {
	var n int
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) error {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		tx.Untold("nothing is late")
		late, err := several(ctx, tx, `b.closed_at = 0 and b.sent_at = 0 and not b.exercise and b.level = 0 and b.due_at < $1 order by b.id`, tx.Millis())
		if err != nil {
			return err
		}
		n = len(late)
		for i := range late {
			if _, err := tx.Exec(ctx, `update breaches as b set level = 1, version = b.version + 1 where b.ward_id = {ward} and b.id = $1`, late[i].ID); err != nil {
				return err
			}
			if err := audit(ctx, tx, late[i].ID, "late", ""); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
		for role, href := range map[access.Role]string{access.Protector: home, access.Command: "/processing", access.Committee: "/indicators/I12"} {
			if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{role}}, inbox.Message{
				Kind: inbox.Rights, Key: "breaches.tell.late", Pairs: []any{"N", n}, Href: href, Urgent: true, About: "breaches late " + string(role),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	queue.Note(ctx, "%d sự cố dữ liệu quá 72 giờ", n)
	return err
}

// Expire deletes what was closed longer ago than it is kept.
func (s *Store) Expire(ctx context.Context, who access.Actor) error {
	var n int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		tx.Untold("nothing was old enough")
		before := periods.Breach().Before(tx.Now)
		if _, err := tx.Exec(ctx, `delete from breach_steps as s where s.ward_id = {ward} and exists (select 1 from breaches b
			where b.ward_id = s.ward_id and b.id = s.breach_id and b.closed_at > 0 and b.closed_at < $1)`, before.UnixMilli()); err != nil {
			return err
		}
		n, err = tx.Exec(ctx, `delete from breaches as b where b.ward_id = {ward} and b.closed_at > 0 and b.closed_at < $1`, before.UnixMilli())
		if err != nil || n == 0 {
			return err
		}
		if err := periods.Breach().Destroyed(ctx, tx, int(n), civil.DayOf(before)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "breach.expire", Object: "ward", Detail: strconv.FormatInt(n, 10)})
	})
	if err == nil {
		queue.Note(ctx, "xóa %d sự cố dữ liệu đã quá hạn giữ", n)
	}
	return err
}

// Rounds gives the program what comes round.
func (s *Store) Rounds(q *queue.Runner) {
	q.Every("breaches.clock", queue.Interval(time.Hour), s.Warn).DryRuns()
	q.Every("breaches.retention", queue.Daily(4, 5), s.Expire).DryRuns().Deletes()
}

// Waiting is what waits in the register: notifications to send, and when the first is due.
type Waiting struct {
	Notify int
	Due    time.Time
	Late   int
}

// WaitingTx counts what waits: for the data protection officer all that is to be sent, for command and committee what is overdue.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	switch tx.Who.Role() {
	case access.Protector, access.Command, access.Committee:
	default:
		return w, nil
	}
	var due int64
	err := tx.One(ctx, `select count(*), coalesce(min(b.due_at), 0), count(*) filter (where b.due_at < $1) from breaches b
		where b.ward_id = {ward} and b.closed_at = 0 and b.sent_at = 0 and not b.exercise`, tx.Millis()).Scan(&w.Notify, &due, &w.Late)
	w.Due = db.Moment(due)
	if tx.Who.Role() != access.Protector {
		w.Notify = 0
	}
	return w, err
}
