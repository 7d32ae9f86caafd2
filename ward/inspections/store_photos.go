package inspections

import (
	"context"
	"fmt"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// mostPhotos is how many photos one item may have: enough to see, few enough for a year of backups.
const mostPhotos = 12

// AddPhotos puts saved photos to an item of a draft and gives those that it has already, by their content: their files
// are not needed. So the same form may come twice, after an answer that was lost, and each photo is there once.
func (s *Store) AddPhotos(ctx context.Context, who access.Actor, id, code string, list []files.Photo) ([]files.Photo, error) {
	var twice []files.Photo
	err := s.db.Write(db.Apart(ctx), who, func(tx *db.Tx) error {
		i, err := s.draft(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.Set.Index(code) < 0 {
			return fault.NotFound("fault.not_found")
		}
		if len(list) == 0 {
			return nil
		}
		var fresh []files.Photo
		fresh, twice = files.Sift(i.PhotosOf(code), sumOf, list)
		if len(fresh) == 0 {
			return nil
		}
		if len(i.PhotosOf(code))+len(fresh) > mostPhotos {
			return fault.Invalid("photos", "inspections.photo.too_many", "Most", mostPhotos)
		}
		if err := addPhotos(ctx, tx, &i, code, fresh); err != nil {
			return err
		}
		return s.audit(ctx, tx, &i, "inspection.photo", fmt.Sprintf("%s: thêm %d ảnh", code, len(fresh)))
	})
	return twice, err
}

// addPhotos writes photos of an item.
func addPhotos(ctx context.Context, tx *db.Tx, i *Inspection, code string, list []files.Photo) error {
	for _, p := range list {
		if _, err := tx.Exec(ctx, `insert into photos (ward_id, id, inspection_id, house_id, item, file, width, height, size, sha256, taken_at, taken_by)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			tx.NewID(), i.ID, i.House.ID, code, p.Name, p.Width, p.Height, p.Bytes, p.SHA256, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
	}
	return nil
}

func sumOf(p Photo) string { return p.SHA256 }

func scanPhoto(scan func(...any) error) (Photo, error) {
	var p Photo
	err := scan(&p.ID, &p.InspectionID, &p.Item, &p.Name, &p.Width, &p.Height, &p.Size, &p.SHA256)
	return p, err
}

const photoColumns = `p.id, p.inspection_id, p.item, p.file, p.width, p.height, p.size, p.sha256`

func photos(ctx context.Context, tx *db.Tx, inspection string) ([]Photo, error) {
	var list []Photo
	err := tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanPhoto(scan)
		list = append(list, p)
		return err
	}, `select `+photoColumns+` from photos p where {scope p.house} and p.inspection_id = $1 order by p.id`, inspection)
	return list, err
}

// Photo gives a photo within the actor's reach; of a draft only to who inspects.
func (s *Store) Photo(ctx context.Context, who access.Actor, id string) (Photo, error) {
	var p Photo
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		p, err = scanPhoto(tx.One(ctx, `select `+photoColumns+` from photos p join inspections i on i.ward_id = p.ward_id and i.id = p.inspection_id
			where {scope p.house} and p.id = $1 and (i.state = 'finished' or $2)`, id, tx.Who.May(access.Inspect)).Scan)
		return err
	})
	return p, err
}

// DeletePhoto takes a photo out of a draft and gives it; the caller deletes its file.
func (s *Store) DeletePhoto(ctx context.Context, who access.Actor, id string) (Photo, error) {
	var p Photo
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		if p, err = scanPhoto(tx.One(ctx, `select `+photoColumns+` from photos p where {scope p.house} and p.id = $1`, id).Scan); err != nil {
			return err
		}
		i, err := s.draft(ctx, tx, p.InspectionID)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from photos as p where {scope p.house} and p.id = $1`, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, &i, "inspection.photo", p.Item+": bỏ 1 ảnh")
	})
	return p, err
}

// EachPhoto gives every photo of the ward, for a check of the files. It stops at the first error of fn.
func (s *Store) EachPhoto(ctx context.Context, who access.Actor, fn func(Photo) error) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			p, err := scanPhoto(scan)
			if err != nil {
				return err
			}
			return fn(p)
		}, `select `+photoColumns+` from photos p where p.ward_id = {ward} order by p.id`)
	})
}
