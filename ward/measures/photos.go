package measures

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// AddPhotos puts saved photos to a measure that the actor works on or verifies, and gives those that it has already, by their
// content: their files are not needed. So the same form may come twice, after an answer that was lost, and each photo is there once.
func (s *Store) AddPhotos(ctx context.Context, who access.Actor, id string, list []files.Photo) ([]files.Photo, error) {
	var twice []files.Photo
	err := s.db.Write(db.Apart(ctx), who, func(tx *db.Tx) error {
		twice = nil
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		m, err := get(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !m.Works(who) && !m.Verifies(who):
			return fault.NotFound("fault.not_found")
		case m.State.Over():
			return fault.Shut("measures.not_now." + string(m.State))
		}
		have, err := photos(ctx, tx, id)
		if err != nil {
			return err
		}
		var fresh []files.Photo
		fresh, twice = files.Sift(have, func(p Photo) string { return p.SHA256 }, list)
		if len(fresh) == 0 {
			tx.Untold("every photo was there already")
			return nil
		}
		if len(have)+len(fresh) > MostPhotos {
			return fault.Invalid("photos", "measures.photo.too_many", "Most", MostPhotos)
		}
		for _, p := range fresh {
			if _, err := tx.Exec(ctx, `insert into measure_photos (ward_id, id, measure_id, file, width, height, size, sha256, taken_at, taken_by)
				values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9)`, tx.NewID(), id, p.Name, p.Width, p.Height, p.Bytes, p.SHA256, tx.Millis(), tx.Who.Name()); err != nil {
				return err
			}
		}
		return audit(ctx, tx, &m, "photo", fmt.Sprintf("thêm %d ảnh", len(fresh)))
	})
	return twice, err
}

// PhotosTx gives the photos of measures that the actor sees, by the measure, for the page of what they came from.
func PhotosTx(ctx context.Context, tx *db.Tx, ids []string) (map[string][]Photo, error) {
	out := map[string][]Photo{}
	for chunk := range slices.Chunk(ids, atOnce) {
		which, args := db.Among("f.measure_id", 1, chunk)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			var x Photo
			err := scan(&id, &x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height)
			out[id] = append(out[id], x)
			return err
		}, `select f.measure_id, f.id, f.file, f.sha256, f.width, f.height from measure_photos f where f.ward_id = {ward} and `+which+` order by f.measure_id, f.id`,
			args...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func photos(ctx context.Context, tx *db.Tx, id string) ([]Photo, error) {
	var list []Photo
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Photo
		err := scan(&x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height)
		list = append(list, x)
		return err
	}, `select f.id, f.file, f.sha256, f.width, f.height from measure_photos f where f.ward_id = {ward} and f.measure_id = $1 order by f.id`, id)
	return list, err
}

// Photo gives a photo of a measure that the reader sees.
func (s *Store) Photo(ctx context.Context, who access.Actor, id string) (Photo, error) {
	var x Photo
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		return tx.One(ctx, `select f.id, f.file, f.sha256, f.width, f.height from measure_photos f join measures m on m.ward_id = f.ward_id and m.id = f.measure_id
			where f.ward_id = {ward} and f.id = $1 and (`+seen(who)+`)`, id).Scan(&x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height)
	})
	return x, err
}

// EachPhoto gives the program itself the file and the SHA-256 of every photo of the measures, for a check of the files. It stops at the first
// error of fn.
func (s *Store) EachPhoto(ctx context.Context, who access.Actor, fn func(file, sha256 string) error) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var file, digest string
			if err := scan(&file, &digest); err != nil {
				return err
			}
			return fn(file, digest)
		}, `select p.file, p.sha256 from measure_photos p where p.ward_id = {ward} order by p.id`)
	})
}
