package demo

import (
	"context"
	"math/rand/v2"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/awards"
)

// oldest is how many days before the demo's last change the first proposal was made.
const oldest = 24

// commended gives the ward commendations at every step: decided on, published with a remark, voted on, and just proposed. The houses
// are the best kept of the demo; it has dice of its own, so that nothing else of the demo moves with it.
func (b *builder) commended(ctx context.Context, tx *db.Tx) error {
	dice := rand.New(rand.NewPCG(2022, uint64(tx.Who.Ward())))
	store := awards.NewStore(nil)
	now := tx.Now
	defer func() { tx.Now = now }()
	var houses []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var address string
		err := scan(&address)
		houses = append(houses, address)
		return err
	}, `select h.number || ' ' || s.name from results r join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
			join houses h on h.ward_id = r.ward_id and h.id = r.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and c.year = $1 and h.status = 'active' and r.class = 'safe' and r.stage = 'approved' and r.inspected_on <= $2 order by r.points desc, h.sort_key, h.id
			limit 8`, Year, string(civil.DayOf(Moment()).AddDays(-oldest))); err != nil {
		return err
	}
	for i, house := range houses {
		if err := commendation(ctx, tx, store, dice, house, i); err != nil {
			return err
		}
	}
	return nil
}

// commendation takes one proposal as far as its place in the list says.
func commendation(ctx context.Context, tx *db.Tx, store *awards.Store, dice *rand.Rand, house string, i int) error {
	today := civil.DayOf(Moment())
	begun := today.AddDays(-[]int{oldest, 22, 20, 14, 8, 6, 3, 1}[i])
	n := awards.New{Subject: awards.House, Address: house, Achievement: awards.Achievements()[[]int{0, 6, 2, 0, 8, 7, 0, 6}[i]], Kind: "certificate"}
	switch i {
	case 1:
		n.Subject, n.Consent = awards.Head, true
	case 2, 4:
		n.Kind, n.Reason = "praise", "Các hộ tự lắp đèn và chuông báo ở lối đi chung."
	}
	at(tx, begun, 9)
	id, err := store.ProposeTx(ctx, tx, n)
	if err != nil || i == 7 {
		return err
	}
	at(tx, begun, 20)
	if err := store.VoteTx(ctx, tx, id, begun, awards.Votes{Yes: 7 + dice.IntN(3), No: dice.IntN(2), Blank: dice.IntN(2)}); err != nil || i == 6 {
		return err
	}
	at(tx, begun.AddDays(1), 8)
	if err := store.PublishTx(ctx, tx, id); err != nil {
		return err
	}
	if i == 4 {
		at(tx, begun.AddDays(3), 19)
		return store.RemarkTx(ctx, tx, id, "Đèn ở lối đi phía sau chưa lắp, đề nghị xem lại.")
	}
	if i > 2 {
		return nil
	}
	on := begun.AddDays(13)
	at(tx, on, 10)
	return store.DecideTx(ctx, tx, id, []string{"118/QĐ-UBND", "119/QĐ-UBND", "46/QĐ-CAP"}[i], on)
}
