package app

import (
	"context"

	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ward/indicators/smallcells"
)

// smallCounts leaves small counts of mediations untold, and those from which one could be worked out.
func smallCounts(values []int, sums [][]int) []bool {
	t := smallcells.Table{Values: values}
	for _, s := range sums {
		t.Sums = append(t.Sums, smallcells.Sum{Total: s[0], Parts: s[1:]})
	}
	return smallcells.Hide(t)
}

// expireMediations deletes what the register has kept for five years.
func (p *Program) expireMediations(ctx context.Context, who access.Actor) error {
	n, err := p.Mediations.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "%d vụ hòa giải quá thời hạn lưu", n)
	return err
}
