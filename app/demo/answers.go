package demo

import (
	"sonha/ward/criteria"
)

// weak are the items that houses fall short on most, with how often one that could be weak is.
func weak() map[string]float64 {
	return map[string]float64{
		"TC5": 0.34, "TC2": 0.22, "HG2": 0.03, "NK1": 0.03, "TC3": 0.02, "TC4": 0.16, "TN3": 0.14, "VH5": 0.18, "HG7": 0.12, "GD5": 0.15, "NK3": 0.1, "TC7": 0.12, "TN4": 0.1,
	}
}

// found makes what an inspection finds in a house of the given class: it draws answers for the house's
// quality, then spoils or mends items until the rules give that class, so that every figure of the demo
// follows from its answers.
func (b *builder) found(quality float64, class criteria.Class) criteria.Answers {
	for {
		a := b.draw(quality)
		a = b.mendAll(a)
		switch class {
		case criteria.Conditional:
			a = b.spoil(a, b.weakContent(), false)
		case criteria.NotSafe:
			if b.chance(0.5) {
				a = b.spoil(a, b.rand.IntN(len(b.set.Contents)), true)
			} else {
				first := b.rand.IntN(len(b.set.Contents))
				a = b.spoil(b.spoil(a, first, false), (first+1+b.rand.IntN(len(b.set.Contents)-1))%len(b.set.Contents), false)
			}
		}
		if v := criteria.Judge(b.set, a); v.Class == class {
			return a
		}
	}
}

func (b *builder) draw(quality float64) criteria.Answers {
	a := b.set.Blank()
	likely := weak()
	for i := range b.set.Len() {
		item, _ := b.set.Item(i)
		p := max(likely[item.Code], 0.04) * (1.6 - quality)
		switch {
		case item.AllowsNA() && b.chance(0.22):
			a = a.With(i, criteria.NA)
		case b.chance(p):
			a = a.With(i, criteria.Fail)
		case b.chance(p * 1.3):
			a = a.With(i, criteria.Partly)
		default:
			a = a.With(i, criteria.Pass)
		}
	}
	return a
}

// mendAll brings every content to its mark with the least work, and no further: what is left stays weak.
func (b *builder) mendAll(a criteria.Answers) criteria.Answers {
	plan := criteria.MakePlan(b.set, a)
	return plan.Apply(a)
}

func (b *builder) weakContent() int {
	if b.chance(0.6) {
		return 1 // phòng trộm cắp: locks, light, alarm
	}
	return b.rand.IntN(len(b.set.Contents))
}

// spoil makes a content fail: by one required item, or by points alone.
func (b *builder) spoil(a criteria.Answers, content int, required bool) criteria.Answers {
	first := 0
	for i := range content {
		first += len(b.set.Contents[i].Items)
	}
	c := &b.set.Contents[content]
	for _, i := range b.rand.Perm(len(c.Items)) {
		if c.Items[i].Required != required || a.At(first+i) == criteria.NA {
			continue
		}
		a = a.With(first+i, criteria.Fail)
		if v := criteria.Judge(b.set, a); !v.Contents[content].Passed {
			return a
		}
	}
	return a
}

// rated makes the house's own rating of what an inspection found: the same, a little kinder.
func (b *builder) rated(found criteria.Answers) criteria.Answers {
	self := found
	for i := range b.set.Len() {
		v := found.At(i)
		switch {
		case (v == criteria.Fail || v == criteria.Partly) && b.chance(0.35):
			self = self.With(i, criteria.Pass)
		case v == criteria.Pass && b.chance(0.01):
			self = self.With(i, criteria.Partly)
		}
	}
	return self
}
