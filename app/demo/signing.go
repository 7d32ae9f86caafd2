package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"sonha/engine/db"
	"sonha/ward/inspections"
)

// signedShare is one in how many inspections of the year were signed on glass; the others were signed on paper or by nobody.
const signedShare = 3

// signed puts invented signatures under inspections of the running campaign: waves and loops, nobody's name. Every tenth of the others was
// signed on a sheet of paper. It has dice of its own, so that the rest of the demo stays as it is.
func signed(ctx context.Context, tx *db.Tx) error {
	b := &builder{rand: rand.New(rand.NewPCG(25, uint64(tx.Who.Ward())))}
	type sheet struct {
		id, house, by string
		at            int64
	}
	var list []sheet
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x sheet
		err := scan(&x.id, &x.house, &x.by, &x.at)
		list = append(list, x)
		return err
	}, `select i.id, i.house_id, i.finished_by, i.finished_at from inspections i join campaigns c on c.ward_id = i.ward_id and c.id = i.campaign_id
		where {scope i.house} and c.year = $1 and i.state = 'finished' order by i.id`, Year); err != nil {
		return err
	}
	table := newTable(tx, "signatures", `id inspection_id house_id side strokes signed_at taken_by`)
	for n, x := range list {
		if n%signedShare != 0 {
			continue
		}
		for _, side := range []string{"house", "officer"} {
			if err := table.add(ctx, b.id(), x.id, x.house, side, stroke(b.rand), x.at, x.by); err != nil {
				return err
			}
		}
	}
	if err := table.flush(ctx); err != nil {
		return err
	}
	for n, x := range list {
		if n%signedShare == 0 || n%10 != 1 {
			continue
		}
		if _, err := tx.Exec(ctx, `update inspections as i set signed_paper = $1 where {scope i.house} and i.id = $2`, fmt.Sprintf("%03d/%d-KT", n+1, Year), x.id); err != nil {
			return err
		}
	}
	return nil
}

// stroke is an invented signature: a wave that leans and shrinks, and a line under it, in the units of the field in which one signs.
func stroke(dice *rand.Rand) string {
	var b strings.Builder
	x, y := 60+dice.Float64()*60, 90+dice.Float64()*30
	high, pace := 40+dice.Float64()*30, .5+dice.Float64()*.4
	for i := range 46 {
		t := float64(i)
		px := x + t*(6+2*pace) + 18*math.Sin(t*pace*1.3)
		py := y - high*math.Exp(-t/34)*math.Sin(t*pace) - t*.5
		put(&b, i == 0, px, py)
	}
	put(&b, true, x-10, y+48)
	for i := range 8 {
		put(&b, false, x+40*float64(i), y+48-6*float64(i%3))
	}
	return b.String()
}

func put(b *strings.Builder, down bool, x, y float64) {
	letter := "L"
	if down {
		letter = "M"
	}
	fmt.Fprintf(b, "%s%d %d", letter, min(max(int(x), 0), inspections.SignWidth), min(max(int(y), 0), inspections.SignHeight))
}
