package app

import (
	"context"
	"errors"
	"slices"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/results"
)

type campaignCommand struct {
	Open    campaignOpen    `cmd:"" help:"Mở đợt của một năm. / Open the campaign of a year."`
	List    campaignList    `cmd:"" help:"Các đợt và bước đang làm. / The campaigns and their phases."`
	Move    campaignMove    `cmd:"" help:"Chuyển đợt sang bước sau, hoặc lùi một bước. / Move to a later phase, or one back."`
	Approve campaignApprove `cmd:"" help:"Duyệt các đề nghị xếp loại theo quy tắc, hoặc một số nhà. / Approve proposed classes."`
	Sample  campaignSample  `cmd:"" help:"Rút mẫu kiểm tra từ mã rút, không ghi gì; --again rút lại mẫu của kế hoạch. / Draw a sample from a seed."`
	Close   campaignClose   `cmd:"" help:"Chốt đợt, không sửa được nữa. / Close the campaign for good."`
}

// running is what every command on campaigns asks for.
type running struct {
	place
	Ward string `help:"Mã phường, khi có nhiều phường. / Code of the ward."`
}

// with opens the program.
func (c *running) with(ctx context.Context, t *terminal, do func(*Program, access.Actor) error) (err error) {
	p, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	who, err := only(ctx, p, c.Ward)
	if err != nil {
		return err
	}
	return do(p, who)
}

// runningYear is a command on the campaign of a year.
type runningYear struct {
	running
	Year int `help:"Năm của đợt. / Year of the campaign." required:""`
}

// with opens the program and finds the campaign.
func (c *runningYear) with(ctx context.Context, t *terminal, do func(*Program, access.Actor, campaigns.Campaign) error) error {
	return c.running.with(ctx, t, func(p *Program, who access.Actor) error {
		campaign, err := ofYear(ctx, p, who, c.Year)
		if err != nil {
			return err
		}
		return do(p, who, campaign)
	})
}

type campaignOpen struct {
	running
	Year int `help:"Năm của đợt. / Year of the campaign." required:""`
	// Criteria is 0 for the version that was published last.
	Criteria int    `help:"Bản của bộ tiêu chí; mặc định là bản mới nhất đã ban hành. / Version of the criteria; the latest one when left out." default:"0"`
	Plan     string `help:"Lịch các bước; mặc định là lịch thường lệ 01/11–31/10, đổi được trong trình duyệt. / Dates of the phases." enum:"default" default:"default"`
}

// Run opens a campaign.
func (c *campaignOpen) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		campaign, err := p.Campaigns.Create(ctx, who, campaigns.New{Year: c.Year, Criteria: c.Criteria, Dates: campaigns.Plan(c.Year)})
		if err != nil {
			return err
		}
		w := p.Words.In(words.Default)
		t.say("Đã mở đợt %d, đang ở %s. Lịch:", campaign.Year, w.T("campaigns.phase_in."+string(campaign.Phase)))
		for _, d := range campaign.Dates {
			t.say("  %-14s %s – %s", w.T("campaigns.phase."+string(d.Phase)), d.Starts.Display(), d.Ends.Display())
		}
		return nil
	})
}

type campaignList struct {
	running
	JSON bool `help:"In kết quả dạng JSON." name:"json"`
}

// campaignLine is what the command prints of a campaign with --json.
type campaignLine struct {
	Year   int              `json:"year"`
	Phase  campaigns.Phase  `json:"phase"`
	Origin campaigns.Origin `json:"origin"`
	Starts civil.Day        `json:"starts_on"`
	Ends   civil.Day        `json:"ends_on"`
}

// Run lists the campaigns, newest first.
func (c *campaignList) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor) error {
		all, err := p.Campaigns.List(ctx, who)
		if err != nil {
			return err
		}
		if c.JSON {
			lines := make([]campaignLine, len(all))
			for i, x := range all {
				lines[i] = campaignLine{x.Year, x.Phase, x.Origin, x.Starts, x.Ends}
			}
			return writeJSON(t, lines)
		}
		w := p.Words.In(words.Default)
		if len(all) == 0 {
			t.say("Phường chưa mở đợt nào. Mở bằng: sonha campaign open --year NĂM")
		}
		for _, x := range all {
			state := w.T("campaigns.phase." + string(x.Phase))
			if x.Origin == campaigns.Imported {
				state = w.T("campaigns.imported")
			}
			t.say("%d  %s  %s – %s", x.Year, state, x.Starts.Display(), x.Ends.Display())
		}
		return nil
	})
}

type campaignMove struct {
	runningYear
	To string `help:"Bước: open, assess, inspect, review, publish." enum:"open,assess,inspect,review,publish" required:""`
}

// Run takes a campaign to a phase: forwards step by step, back one step only.
func (c *campaignMove) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor, x campaigns.Campaign) error {
		w := p.Words.In(words.Default)
		to := campaigns.Phase(c.To)
		ahead := slices.Index(campaigns.Phases(), to) - slices.Index(campaigns.Phases(), x.Phase)
		switch {
		case x.Phase == campaigns.Closed:
			return fault.Shut("campaigns.is_closed")
		case ahead == 0:
			t.say("Đợt %d đã ở %s.", x.Year, w.T("campaigns.phase_in."+c.To))
			return nil
		case ahead < -1:
			return fault.Refused("app.one_step_back", "To", string(x.Phase.Previous()))
		}
		for x.Phase != to {
			next := x.Phase.Next()
			if ahead < 0 {
				next = x.Phase.Previous()
			}
			if err := p.Campaigns.Move(ctx, who, x.ID, next, x.Version); err != nil {
				return err
			}
			t.say("Đợt %d: %s → %s. %s", x.Year, w.T("campaigns.phase."+string(x.Phase)), w.T("campaigns.phase."+string(next)), w.T("campaigns.may."+string(next)))
			var err error
			if x, err = p.Campaigns.Get(ctx, who, x.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

type campaignApprove struct {
	runningYear
	House  string `help:"Duyệt riêng số nhà này, như “36A Hàng Bạc”. / Decide on this house alone." placeholder:"ADDRESS"`
	Class  string `help:"Xếp loại khác mức đề nghị: safe, conditional, not_safe; cần --house và --reason." enum:"safe,conditional,not_safe," default:""`
	Reason string `help:"Lý do, khi xếp loại khác mức đề nghị. / Why the class differs."`
	DryRun bool   `help:"Chỉ xem trước, không ghi. / Write nothing."`
	JSON   bool   `help:"In kết quả dạng JSON." name:"json"`
}

// approval is what the command prints with --json.
type approval struct {
	Approved   int         `json:"approved"`
	Exceptions []exception `json:"exceptions"`
	Left       []exception `json:"left"`
}

type exception struct {
	House    string   `json:"house"`
	Proposed string   `json:"proposed,omitempty"`
	Reasons  []string `json:"reasons"`
}

// Run approves what follows the rule, and lists what a person must look at first.
func (c *campaignApprove) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor, x campaigns.Campaign) error {
		switch {
		case c.House != "":
			return c.one(ctx, t, p, who, &x)
		case c.Class != "" || c.Reason != "":
			return fault.Refused("app.class_needs_house")
		}
		done, err := c.byRule(ctx, p, who, &x)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(t, done)
		}
		if c.DryRun {
			t.say("Xem trước, chưa ghi gì. Sẽ duyệt %s đề nghị theo quy tắc.", civil.Int(done.Approved))
		} else {
			t.say("Đã duyệt %s đề nghị theo quy tắc.", civil.Int(done.Approved))
		}
		if len(done.Exceptions) > 0 {
			t.say("%s trường hợp cần xem riêng, duyệt từng số nhà bằng --house:", civil.Int(len(done.Exceptions)))
		}
		for _, list := range [][]exception{done.Exceptions, done.Left} {
			for _, e := range list {
				t.say("  %s:", e.House)
				for _, reason := range e.Reasons {
					t.say("    %s", reason)
				}
			}
		}
		return nil
	})
}

func (c *campaignApprove) byRule(ctx context.Context, p *Program, who access.Actor, x *campaigns.Campaign) (approval, error) {
	done := approval{Exceptions: []exception{}, Left: []exception{}}
	w := p.Words.In(words.Default)
	waiting, err := p.Results.WaitingIn(ctx, who, x.ID, "", "")
	if err != nil {
		return done, err
	}
	seen, byRule := waiting.Seen, waiting.ByRule
	for {
		for i := range waiting.Exceptions {
			e := &waiting.Exceptions[i]
			done.Exceptions = append(done.Exceptions, exception{House: e.Address(), Proposed: e.Proposed.String(), Reasons: e.Because(w)})
		}
		if waiting.NextExcept == "" {
			break
		}
		if waiting, err = p.Results.WaitingIn(ctx, who, x.ID, "", waiting.NextExcept); err != nil {
			return done, err
		}
	}
	if c.DryRun {
		done.Approved = byRule
		return done, nil
	}
	bulk, err := p.Results.ApproveByRule(ctx, who, x.ID, seen, byRule)
	done.Approved = bulk.Count
	for _, l := range bulk.Left {
		done.Left = append(done.Left, exception{House: l.Address, Reasons: []string{w.T("results.left." + string(l.Why))}})
	}
	return done, err
}

// one decides on one house, as proposed or with another class and the reason for it.
func (c *campaignApprove) one(ctx context.Context, t *terminal, p *Program, who access.Actor, x *campaigns.Campaign) error {
	house, r, err := c.find(ctx, p, who, x.ID)
	if err != nil {
		return err
	}
	if r.Stage != results.Proposed && r.Stage != results.Approved {
		return fault.Shut("results.nothing_to_decide")
	}
	d := results.Decision{Class: r.Class, Reason: c.Reason, Version: r.Version}
	if c.Class != "" {
		d.Class, _ = criteria.ParseClass(c.Class)
	}
	done := approval{Approved: 1, Exceptions: []exception{}, Left: []exception{}}
	if !c.DryRun {
		if err := p.Results.Decide(ctx, who, x.ID, house.ID, d); err != nil {
			return err
		}
	}
	switch {
	case c.JSON:
		return writeJSON(t, done)
	case c.DryRun:
		t.say("Xem trước, chưa ghi gì. Sẽ duyệt %s %s: %s.", house.Number, house.Street, d.Class.Name().VI)
	default:
		t.say("Đã duyệt %s %s: %s.", house.Number, house.Street, d.Class.Name().VI)
	}
	return nil
}

// find gives the house that --house names, with its result.
func (c *campaignApprove) find(ctx context.Context, p *Program, who access.Actor, campaign string) (house houses.House, r results.Result, err error) {
	number, street, err := civil.ParseAddress(c.House)
	if err != nil {
		return house, r, fault.Refused("app.which_house", "House", c.House)
	}
	err = p.DB.Read(ctx, who, func(tx *db.Tx) error {
		if house, err = houses.Find(ctx, tx, street.Key, number.Key); err != nil {
			if fault.Is(err, fault.Missing) {
				err = fault.NotFound("app.no_house", "House", c.House)
			}
			return err
		}
		r, err = results.Of(ctx, tx, campaign, house.ID)
		return err
	})
	return house, r, err
}

type campaignClose struct{ runningYear }

// Run closes a campaign for good and prints the sum of its snapshot, to be kept on paper.
func (c *campaignClose) Run(ctx context.Context, t *terminal) error {
	return c.with(ctx, t, func(p *Program, who access.Actor, x campaigns.Campaign) error {
		if err := p.Results.Close(ctx, who, x.ID, x.Version); err != nil {
			return err
		}
		shot, err := p.Results.Snapshot(ctx, who, x.ID)
		if err != nil {
			return err
		}
		t.say("Đã chốt đợt %d: %s số nhà, không sửa được nữa.\nMã kiểm tra của bản chốt (SHA-256): %s", x.Year, civil.Int(shot.Houses), shot.SHA256)
		return nil
	})
}
