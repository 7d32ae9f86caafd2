package assessments_test

import (
	"net/url"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

// A form can name a household as often as it likes, and any day: one household is one pledge, signed while the
// campaign runs and not before it.
func TestAPledgeCountsOnceAndInItsCampaign(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, path := s.As("head"), "/houses/"+s.House[bac]+"/pledges"
		sign := func(on string, households ...string) url.Values {
			return url.Values{"household": households, "on": {on}, "channel": {"paper"}}
		}
		head.Post(path, sign("1900-01-01", "H01")).Is(422).Has(".error-text", "01/11/2025")
		head.Post(path, sign("2025-10-31", "H01")).Is(422).Has(".error-text", "trước khi đợt bắt đầu")
		head.Get(path).OK().Has(".figure-line", "0/14 hộ")
		head.Post(path, sign("2025-11-01", "H01", "H01", "H01")).Follow().OK().Has(".figure-line", "1/14 hộ")
		head.Post(path, sign("2026-02-05", "H02", "H02", "H01")).Follow().OK().Has(".figure-line", "2/14 hộ")
	})
}
