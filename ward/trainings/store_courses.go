package trainings

import (
	"context"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// courses gives the courses of the ward without their questions, those in use first.
func courses(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Course, error) {
	var list []Course
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Course
		var topics string
		err := scan(&c.ID, &c.Title, &topics, &c.Audience, &c.Months, &c.Active, &c.Version)
		c.Topics = split(topics)
		list = append(list, c)
		return err
	}, `select c.id, c.title, c.topics, c.audience, c.months, c.active, c.version from training_courses c where c.ward_id = {ward}`+where+
		` order by c.active desc, c.created_at, c.id`, args...)
	return list, err
}

// course gives one course with its questions.
func course(ctx context.Context, tx *db.Tx, id string) (Course, error) {
	list, err := courses(ctx, tx, ` and c.id = $1`, id)
	if err != nil {
		return Course{}, err
	}
	if len(list) == 0 {
		return Course{}, fault.NotFound("fault.not_found")
	}
	c := list[0]
	err = tx.All(ctx, func(scan func(...any) error) error {
		var q string
		err := scan(&q)
		c.Questions = append(c.Questions, q)
		return err
	}, `select q.body from training_questions q where q.ward_id = {ward} and q.course_id = $1 order by q.n`, id)
	return c, err
}

// materials gives the versions of a course's material, the newest first.
func materials(ctx context.Context, tx *db.Tx, course string) ([]Material, error) {
	var list []Material
	err := tx.All(ctx, func(scan func(...any) error) error {
		m, err := scanMaterial(scan)
		list = append(list, m)
		return err
	}, `select `+materialColumns+` from training_materials m where m.ward_id = {ward} and m.course_id = $1 order by m.n desc`, course)
	return list, err
}

const materialColumns = `m.id, m.course_id, m.n, m.title, m.kind, m.file, m.file_name, m.link, coalesce(m.withdrawn_at, 0), m.added_at, m.added_by`

func scanMaterial(scan func(...any) error) (Material, error) {
	var m Material
	var withdrawn, added int64
	err := scan(&m.ID, &m.Course, &m.N, &m.Title, &m.Kind, &m.File, &m.As, &m.Link, &withdrawn, &added, &m.By)
	m.Withdrawn, m.Added = moment(withdrawn), moment(added)
	return m, err
}

// Listed is a course in the list, with how much it was taught.
type Listed struct {
	Course

	Sessions int // held
	Material Material
}

// Courses gives the courses of the ward, those in use first.
func (s *Store) Courses(ctx context.Context, who access.Actor) ([]Listed, error) {
	var list []Listed
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeTrainings); err != nil {
			return err
		}
		all, err := courses(ctx, tx, ``)
		if err != nil {
			return err
		}
		held := map[string]int{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			var n int
			err := scan(&id, &n)
			held[id] = n
			return err
		}, `select t.course_id, count(*) from trainings t where t.ward_id = {ward} and t.state = 'held' group by t.course_id`); err != nil {
			return err
		}
		used := map[string]Material{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			m, err := scanMaterial(scan)
			used[m.Course] = m
			return err
		}, `select `+materialColumns+` from training_materials m where m.ward_id = {ward} and m.withdrawn_at is null order by m.course_id, m.n`); err != nil {
			return err
		}
		list = nil
		for i := range all {
			list = append(list, Listed{Course: all[i], Sessions: held[all[i].ID], Material: used[all[i].ID]})
		}
		return nil
	})
	return list, err
}

// Taught gives the courses in use.
func (s *Store) Taught(ctx context.Context, who access.Actor) ([]Course, error) {
	var list []Course
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeTrainings); err != nil {
			return err
		}
		var err error
		list, err = courses(ctx, tx, ` and c.active`)
		return err
	})
	return list, err
}

// Course gives one course with its questions and the versions of its material.
func (s *Store) Course(ctx context.Context, who access.Actor, id string) (Course, []Material, error) {
	var c Course
	var list []Material
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeTrainings); err != nil {
			return err
		}
		var err error
		if c, err = course(ctx, tx, id); err != nil {
			return err
		}
		list, err = materials(ctx, tx, id)
		return err
	})
	return c, list, err
}

// SetCourse writes a course: a new one without an id, or the one that it names. Sessions that are planned or held keep what they were.
func (s *Store) SetCourse(ctx context.Context, who access.Actor, c Course) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = setCourse(ctx, tx, c)
		return err
	})
	return id, err
}

func setCourse(ctx context.Context, tx *db.Tx, c Course) (string, error) {
	if err := tx.Need(access.KeepCourses); err != nil {
		return "", err
	}
	action := "training.course"
	if c.ID != "" {
		was, err := course(ctx, tx, c.ID)
		if err != nil {
			return "", err
		}
		if was.Version != c.Version {
			return "", fault.Conflict("fault.changed")
		}
		c.Audience = was.Audience // what attendance counts does not change under sessions that counted it
	}
	if err := c.check(); err != nil {
		return "", err
	}
	topics := strings.Join(c.Topics, ",")
	if c.ID == "" {
		action, c.ID = "training.course_new", tx.NewID()
		if _, err := tx.Exec(ctx, `insert into training_courses (ward_id, id, title, topics, audience, months, active, created_at, created_by, updated_at, version)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $7, 1)`,
			c.ID, c.Title, topics, string(c.Audience), c.Months, c.Active, tx.Millis(), tx.Who.Name()); err != nil {
			return "", err
		}
	} else {
		if _, err := tx.Exec(ctx, `update training_courses set title = $1, topics = $2, months = $3, active = $4, updated_at = $5, version = version + 1
			where ward_id = {ward} and id = $6`, c.Title, topics, c.Months, c.Active, tx.Millis(), c.ID); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, `delete from training_questions where ward_id = {ward} and course_id = $1`, c.ID); err != nil {
			return "", err
		}
	}
	for i, q := range c.Questions {
		if _, err := tx.Exec(ctx, `insert into training_questions (ward_id, course_id, n, body) values ({ward}, $1, $2, $3)`, c.ID, i+1, q); err != nil {
			return "", err
		}
	}
	return c.ID, tx.Audit(ctx, db.Entry{Action: action, Object: "training_course", ID: c.ID, Detail: c.Title})
}

// Begin gives a ward without any course those that the program knows, in the words of t; with one it does nothing.
func (s *Store) Begin(ctx context.Context, who access.Actor, t *words.Words) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCourses); err != nil {
			return err
		}
		list, err := courses(ctx, tx, ``)
		if err != nil || len(list) > 0 {
			tx.Untold("the ward has courses already")
			return err
		}
		for _, u := range usualCourses() {
			c := u.Course
			c.Active, c.Title = true, t.T("trainings.usual."+u.key+".title")
			c.Questions = strings.Split(t.T("trainings.usual."+u.key+".questions"), "\n")
			if _, err := setCourse(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddMaterial puts a new version to the material of a course. Sessions that are planned from now on use it.
func (s *Store) AddMaterial(ctx context.Context, who access.Actor, m Material) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCourses); err != nil {
			return err
		}
		if _, err := course(ctx, tx, m.Course); err != nil {
			return err
		}
		if err := m.check(); err != nil {
			return err
		}
		n := 0
		if err := tx.One(ctx, `select coalesce(max(m.n), 0) from training_materials m where m.ward_id = {ward} and m.course_id = $1`, m.Course).Scan(&n); err != nil {
			return err
		}
		if n >= mostMaterials {
			return fault.Shut("trainings.many_materials", "Most", mostMaterials)
		}
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into training_materials (ward_id, id, course_id, n, title, kind, file, file_name, link, added_at, added_by)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			id, m.Course, n+1, m.Title, string(m.Kind), m.File, m.As, m.Link, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.material", Object: "training_course", ID: m.Course, Detail: "bản " + strconv.Itoa(n+1) + ": " + m.Title})
	})
}

// WithdrawMaterial takes a version out of use; sessions that used it still name it.
func (s *Store) WithdrawMaterial(ctx context.Context, who access.Actor, id string) (course string, err error) {
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepCourses); err != nil {
			return err
		}
		m, err := material(ctx, tx, id)
		if err != nil {
			return err
		}
		course = m.Course
		if !m.Withdrawn.IsZero() {
			tx.Untold("withdrawn already")
			return nil
		}
		if _, err := tx.Exec(ctx, `update training_materials set withdrawn_at = $1 where ward_id = {ward} and id = $2`, tx.Millis(), id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.material_end", Object: "training_course", ID: m.Course, Detail: "bản " + strconv.Itoa(m.N)})
	})
	return course, err
}

func material(ctx context.Context, tx *db.Tx, id string) (Material, error) {
	return scanMaterial(tx.One(ctx, `select `+materialColumns+` from training_materials m where m.ward_id = {ward} and m.id = $1`, id).Scan)
}

// Material gives one version, to whoever may be trained with it in the ward.
func (s *Store) Material(ctx context.Context, who access.Actor, id string) (Material, error) {
	var m Material
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeTrainings); err != nil {
			return err
		}
		var err error
		m, err = material(ctx, tx, id)
		return err
	})
	return m, err
}

// Due is a house that a course waits for.
type Due struct {
	House, Address, Group string
	Last                  civil.Day // when somebody of it came last; "" for never
	Due                   civil.Day // "" for never
	Next                  civil.Day // the next session to which it is invited; "" for none
}

// Overdue reports whether the day has passed, or never came.
func (d *Due) Overdue(today civil.Day) bool { return d.Due < today }

// soonDays is how long before its day a refresher is told.
const soonDays = 60

// DueFor gives the houses in reach that are to come to a course: those that never did, and those whose time is over or ends within
// 60 days. A head's training ends with the head.
func (s *Store) DueFor(ctx context.Context, who access.Actor, id string) (Course, []Due, error) {
	var c Course
	var list []Due
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if c, err = course(ctx, tx, id); err != nil {
			return err
		}
		list, err = due(ctx, tx, &c, "")
		return err
	})
	return c, list, err
}

// ExportDue is DueFor for a file: it leaves a line in the audit trail. When a refresher is due follows no rule that SQL knows, so the houses are
// gone through twice in one view, the first time to count them.
func (s *Store) ExportDue(ctx context.Context, who access.Actor, id string, to *jobs.Sheet[Due]) error {
	line := db.Entry{Action: "training.export", Object: "training_course", ID: id}
	return to.Read(ctx, s.db, who, access.NoteTrainings, &line, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		c, err := course(ctx, tx, id)
		if err != nil {
			return err
		}
		line.Detail = c.Title + ": "
		rows := 0
		if err := eachDue(ctx, tx, &c, "", func(*Due) error { rows++; return nil }); err != nil {
			return err
		}
		if err := to.Begin(tx.Now, rows); err != nil {
			return err
		}
		return eachDue(ctx, tx, &c, "", to.Row)
	})
}

// due gives them for one house, or for all in reach.
func due(ctx context.Context, tx *db.Tx, c *Course, house string) (list []Due, err error) {
	err = eachDue(ctx, tx, c, house, db.Into(&list))
	return list, err
}

func eachDue(ctx context.Context, tx *db.Tx, c *Course, house string, hand func(*Due) error) error {
	came, wanted := `(x.head and t.starts_at >= `+headFrom+`)`, led
	if c.Audience == Households {
		came, wanted = `x.present > 0 and t.starts_at < $2`, `h.households > 0`
	}
	today := civil.DayOf(tx.Now)
	return tx.All(ctx, func(scan func(...any) error) error {
		var d Due
		var last, next int64
		if err := scan(&d.House, &d.Address, &d.Group, &last, &next); err != nil {
			return err
		}
		if last > 0 {
			d.Last = civil.DayOf(moment(last))
			if d.Due = c.Due(d.Last); d.Due == "" || d.Due > today.AddDays(soonDays) {
				return nil
			}
		}
		if next > 0 {
			d.Next = civil.DayOf(moment(next))
		}
		return hand(&d)
	}, `select h.id, h.number || ' ' || s.name, coalesce(a.name, ''),
			coalesce((select max(t.starts_at) from training_houses x join trainings t on t.ward_id = x.ward_id and t.id = x.training_id
				where x.ward_id = h.ward_id and x.house_id = h.id and t.course_id = $1 and t.state = 'held' and `+came+`), 0),
			coalesce((select min(t.starts_at) from training_houses x join trainings t on t.ward_id = x.ward_id and t.id = x.training_id
				where x.ward_id = h.ward_id and x.house_id = h.id and t.course_id = $1 and t.state = 'planned' and t.starts_at >= $4), 0)
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id left join areas a on a.ward_id = h.ward_id and a.id = h.group_id
		where {scope h} and h.status = 'active' and ($3 = '' or h.id = $3) and `+wanted+` order by h.sort_key, h.id`, c.ID, tomorrow(tx), house, tx.Millis())
}
