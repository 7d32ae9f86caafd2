package app

import (
	"context"
	"slices"

	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/plans"
)

type campaignSample struct {
	runningYear
	Seed  string `help:"Mã rút. / Seed of the draw."`
	Share int    `help:"Bao nhiêu phần trăm số nhà tự chấm đạt an toàn. / Percent of the houses that rated themselves safe." default:"10"`
	Cross int    `help:"Bao nhiêu phần trăm của mẫu do khu vực khác kiểm tra. / Percent of the sample for officers of other beats." default:"30"`
	Again bool   `help:"Rút lại từ mã và danh sách của kế hoạch đang dùng, rồi so. / Draw the current plan again and compare."`
	JSON  bool   `help:"In kết quả dạng JSON. / Print JSON." name:"json"`
}

// sampleLine is a drawn house as --json prints it.
type sampleLine struct {
	ID    string `json:"id"`
	House string `json:"house"`
	Cross bool   `json:"cross"`
}

// sampleOut is what the command prints with --json. Frame holds the ids that were drawn from.
type sampleOut struct {
	Seed   string       `json:"seed"`
	Share  int          `json:"share"`
	Cross  int          `json:"cross"`
	Digest string       `json:"digest"`
	Frame  []string     `json:"frame"`
	Sample []sampleLine `json:"sample"`
	Agrees *bool        `json:"agrees,omitempty"` // with the plan, when drawn again
}

// Run draws from a seed, or draws the current plan again, and writes nothing.
func (c *campaignSample) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor, x campaigns.Campaign) error {
		plan, err := c.plan(ctx, p, who, x)
		if err != nil {
			return err
		}
		drawn := plans.Draw(plan.Seed, plan.Frame, plan.Share, plan.Cross)
		out := sampleOut{Seed: plan.Seed, Share: plan.Share, Cross: plan.Cross, Digest: drawn.Digest, Frame: plan.Frame, Sample: []sampleLine{}}
		if out.Frame == nil {
			out.Frame = []string{}
		}
		names, kept := map[string]string{}, []string{}
		for i := range plan.Visits {
			v := &plan.Visits[i]
			names[v.House] = v.Number + " " + v.Street
			if v.Sampled {
				kept = append(kept, v.House)
			}
		}
		for _, id := range drawn.Sample {
			out.Sample = append(out.Sample, sampleLine{id, names[id], drawn.Cross[id]})
		}
		if c.Again {
			agrees := drawn.Digest == plan.Digest && slices.Equal(slices.Sorted(slices.Values(kept)), slices.Sorted(slices.Values(drawn.Sample)))
			out.Agrees = &agrees
		}
		if c.JSON {
			return writeJSON(t, out)
		}
		return out.say(t, p.Words.In(words.Default))
	})
}

// plan is what the draw is made from.
func (c *campaignSample) plan(ctx context.Context, p *Program, who access.Actor, x campaigns.Campaign) (plans.Plan, error) {
	switch {
	case c.Again:
		plan, err := p.Plans.Current(ctx, who)
		if err == nil && plan.Campaign.ID != x.ID {
			err = fault.NotFound("plans.none")
		}
		return plan, err
	case c.Seed == "":
		return plans.Plan{}, fault.Refused("plans.say_seed", "Most", plans.MostSeed)
	}
	return p.Plans.Sample(ctx, who, c.Seed, c.Share, c.Cross)
}

// say prints the sample for people. A draw that does not agree with its plan is an error.
func (out *sampleOut) say(t *terminal, w *words.Words) error {
	t.say("%s: %s. %s: %s.", w.T("plans.seed"), out.Seed, w.T("plans.digest"), out.Digest)
	t.say("%s", w.F("plans.fact.sample_of", "N", civil.Int(len(out.Sample)), "All", civil.Int(len(out.Frame)), "Share", civil.Int(out.Share)))
	for _, s := range out.Sample {
		mark := ""
		if s.Cross {
			mark = "  " + w.T("plans.cross_mark")
		}
		t.say("  %s%s", s.House, mark)
	}
	if out.Agrees != nil && *out.Agrees {
		t.say("%s", w.T("plans.agrees"))
	} else if out.Agrees != nil {
		return fault.Refused("plans.disagrees")
	}
	return nil
}
