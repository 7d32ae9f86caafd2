package app

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"sonha/engine/backup"
	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/offline"
	"sonha/engine/page"
	"sonha/engine/page/asset"
	"sonha/engine/page/ui"
	"sonha/engine/queue"
	"sonha/engine/seal"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/assessments"
	"sonha/ward/awards"
	"sonha/ward/boards"
	"sonha/ward/campaigns"
	"sonha/ward/consents"
	"sonha/ward/criteria"
	"sonha/ward/criteria/paper"
	"sonha/ward/doors"
	"sonha/ward/dossiers"
	"sonha/ward/editions"
	"sonha/ward/gatherings"
	"sonha/ward/handovers"
	"sonha/ward/holidays"
	"sonha/ward/households"
	"sonha/ward/houses"
	"sonha/ward/houses/moves"
	"sonha/ward/houses/points"
	"sonha/ward/houses/roster"
	"sonha/ward/inbox"
	"sonha/ward/indicators"
	"sonha/ward/indicators/counted"
	"sonha/ward/inspections"
	"sonha/ward/logbook"
	"sonha/ward/measures"
	"sonha/ward/mediations"
	"sonha/ward/meetings"
	"sonha/ward/notices"
	"sonha/ward/objections"
	"sonha/ward/periods"
	"sonha/ward/plans"
	"sonha/ward/posted"
	"sonha/ward/privacy"
	"sonha/ward/privacy/breaches"
	"sonha/ward/privacy/requests"
	"sonha/ward/proposals"
	"sonha/ward/reads"
	"sonha/ward/replies"
	"sonha/ward/reports"
	"sonha/ward/reports/periodic"
	"sonha/ward/results"
	"sonha/ward/results/history"
	"sonha/ward/results/reopenings"
	"sonha/ward/reviews"
	"sonha/ward/today"
	"sonha/ward/trail"
	"sonha/ward/trainings"
	"sonha/ward/twins"
)

// Program is everything wired over one database: every store, and the server over them.
type Program struct {
	DB     *db.DB
	Words  *words.Catalog
	Files  *files.Store
	Jobs   *jobs.Runner
	Queue  *queue.Runner
	Sets   *criteria.Sets
	Server *page.Server
	assets *asset.Set

	Areas       *areas.Store
	Accounts    *accounts.Store
	Inbox       *inbox.Store
	Campaigns   *campaigns.Store
	Houses      *houses.Store
	Moves       *moves.Store
	Points      *points.Store
	Results     *results.Store
	Assessments *assessments.Store
	Inspections *inspections.Store
	Households  *households.Store
	Logbook     *logbook.Store
	Mediations  *mediations.Store
	Awards      *awards.Store
	Reviews     *reviews.Store
	Dossiers    *dossiers.Store
	Reports     *reports.Store
	Periodic    *periodic.Store
	Today       *today.Store
	Boards      *boards.Store
	Twins       *twins.Store
	Notices     *notices.Store
	Doors       *doors.Store
	Posted      *posted.Store
	Holidays    *holidays.Store
	Indicators  *indicators.Store
	Proposals   *proposals.Store
	Measures    *measures.Store
	Plans       *plans.Store
	Consents    *consents.Store
	Handovers   *handovers.Store
	Meetings    *meetings.Store
	Objections  *objections.Store
	Reopenings  *reopenings.Store
	Trainings   *trainings.Store
	Replies     *replies.Store
	Reads       *reads.Store
	Privacy     *privacy.Store
	Trail       *trail.Store
	Requests    *requests.Store
	Editions    *editions.Store
	Breaches    *breaches.Store
}

// ContactKeys is the file, in the folder of the data, of the keys by which contacts of households are sealed.
const ContactKeys = "contact-keys.txt"

// Settings are what a Program needs to know beside its database.
type Settings struct {
	Data    string // folder of photos and uploads
	Secure  bool   // served over https
	Testing bool
	Log     *slog.Logger
	// Gate tells who a request comes from; the accounts of the ward when nil.
	Gate page.Gate
	// Tiles is where the picture below the map comes from; none when zero.
	Tiles dossiers.Tiles
}

// messages lists the catalogs of all rooms.
func messages() []fs.FS {
	return []fs.FS{
		page.Messages,
		ui.Messages,
		areas.Messages,
		accounts.Messages,
		inbox.Messages,
		campaigns.Messages,
		houses.Messages,
		moves.Messages,
		points.Messages,
		results.Messages,
		assessments.Messages,
		inspections.Messages,
		logbook.Messages,
		mediations.Messages,
		awards.Messages,
		gatherings.Messages,
		meetings.Messages,
		reviews.Messages,
		objections.Messages,
		dossiers.Messages,
		reports.Messages,
		periodic.Messages,
		today.Messages,
		boards.Messages,
		notices.Messages,
		doors.Messages,
		posted.Messages,
		holidays.Messages,
		twins.Messages,
		jobs.Messages,
		sheet.Messages,
		roster.Messages,
		history.Messages,
		reopenings.Messages,
		criteria.Messages,
		paper.Messages,
		backup.Messages,
		Messages,
		indicators.Messages,
		households.Messages,
		proposals.Messages,
		offline.Messages,
		measures.Messages,
		plans.Messages,
		periods.Messages,
		consents.Messages,
		handovers.Messages,
		trainings.Messages,
		replies.Messages,
		reads.Messages,
		privacy.Messages, trail.Messages,
		requests.Messages,
		editions.Messages,
		breaches.Messages,
	}
}

// catalogs are the texts of all rooms. They are read once, at the first call, and do not change.
var catalogs = sync.OnceValue(func() *words.Catalog { return words.Open(messages()...) })

// Wire builds the program over an open database.
func Wire(d *db.DB, s Settings) (*Program, error) {
	catalog := catalogs()
	assets, err := asset.Load()
	if err != nil {
		return nil, err
	}
	p := &Program{DB: d, Words: catalog, Files: &files.Store{Dir: s.Data}, Jobs: jobs.New(), Sets: criteria.NewSets(), assets: assets}
	p.Areas = areas.NewStore(d)
	p.Accounts = accounts.NewStore(d)
	p.Inbox = inbox.NewStore(d)
	p.Accounts.TellOwners(tellOwner)
	p.Results = results.NewStore(d, p.Sets)
	p.Campaigns = campaigns.NewStore(d, p.Results)
	p.Houses = houses.NewStore(d, p.Results)
	p.Areas.Connect(p.Houses, p.Accounts)
	p.Assessments = assessments.NewStore(d, p.Sets, p.Results)
	p.Consents = consents.NewStore(d)
	p.Households = households.NewStore(d, p.Sets, p.Accounts, p.Assessments, seal.New(filepath.Join(s.Data, ContactKeys)))
	p.Inspections = inspections.NewStore(d, p.Sets, p.Results)
	p.Logbook = logbook.NewStore(d)
	p.Mediations = mediations.NewStore(d, p.Logbook)
	p.Awards = awards.NewStore(d)
	p.Reviews = reviews.NewStore(d, p.Sets)
	p.Dossiers = dossiers.NewStore(d, p.Sets)
	p.Reports = reports.NewStore(d, p.Sets)
	p.Today = today.NewStore(d, p.Sets)
	p.Boards = boards.NewStore(d, p.Sets)
	p.Twins = twins.NewStore(d, p.Sets)
	p.Notices = notices.NewStore(d)
	p.Doors = doors.NewStore(d)
	p.Posted = posted.NewStore(d)
	p.Indicators = indicators.NewStore(d)
	counted.Connect(p.Indicators)
	p.Periodic = periodic.NewStore(d, p.Sets, p.Indicators, catalog)
	p.Proposals = proposals.NewStore(d)
	p.Reopenings = reopenings.NewStore(d, p.Results)
	p.Objections = objections.NewStore(d, p.Sets, p.Results, p.Inspections)
	p.Requests = requests.NewStore(d)
	p.Breaches = breaches.NewStore(d)
	p.Holidays = holidays.NewStore(d, dueByCalendar{p.Proposals, p.Objections, p.Requests})
	p.Measures = measures.NewStore(d, map[measures.Source]measures.Follower{measures.FromInspection: p.Inspections})
	p.Plans = plans.NewStore(d, p.Sets)
	p.Inspections.Lends(p.Plans)
	p.Handovers = handovers.NewStore(d, p.Sets, p.Accounts)
	p.Meetings = meetings.NewStore(d)
	p.Trainings = trainings.NewStore(d)
	p.Replies = replies.NewStore(d)
	p.Privacy = privacy.NewStore(d)
	p.Trail = trail.NewStore(d)
	p.Editions = editions.NewStore(d, p.Sets)
	p.Moves = moves.NewStore(d, p.Houses, p.Accounts, p.Measures, p.Meetings, p.Trainings, p.Mediations, p.Awards, p.Reviews, p.Periodic, p.Notices, p.Plans)
	p.Points = points.NewStore(d, catalog)
	if s.Gate == nil {
		s.Gate = p.Accounts.Gate(s.Secure)
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	p.Reads = reads.NewStore(d, s.Log)
	p.Queue = queue.New(d, s.Log)
	p.work()
	return p, p.open(s)
}

// open makes the server over all that is wired.
func (p *Program) open(s Settings) error {
	routes := p.routes(s)
	if err := reads.Check(routes); err != nil {
		return err
	}
	var err error
	p.Server, err = page.New(page.Config{
		Gate: s.Gate, Words: p.Words, Assets: p.assets, Log: s.Log, Nav: nav(), Now: p.DB.Now, Unread: p.Inbox.Unread, Secure: s.Secure, Testing: s.Testing, Receipts: p.DB,
		Prover: p.Accounts, Witness: p.Reads,
	}, routes)
	return err
}

// tellOwner tells an account what somebody else did to its way in.
func tellOwner(ctx context.Context, tx *db.Tx, account string, what accounts.Told) error {
	m := inbox.Message{Kind: inbox.Own, Key: string(what), Href: "/account", Urgent: true, About: "way in " + account}
	if what == accounts.ToldFactorTaken {
		m.Href, m.About = page.EnrolPath, "factor "+account
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: []string{account}}, m)
}

// work says what comes round by itself.
func (p *Program) work() {
	p.Inbox.Serve(p.Queue)
	p.Proposals.Rounds(p.Queue, p.Files)
	p.Measures.Rounds(p.Queue)
	p.Objections.Rounds(p.Queue)
	p.Requests.Rounds(p.Queue)
	p.Breaches.Rounds(p.Queue)
	p.Indicators.Keeps(p.kept)
	p.Queue.Handle(notices.TellJob, p.Notices.TellOut)
	p.Queue.Handle(meetings.MeasuresJob, p.Meetings.OpenMeasures)
	p.Queue.Every("copies.retention", queue.Daily(3, 15), p.forgetCopies).DryRuns().Deletes()
	p.Queue.Every("households.retention", queue.Daily(3, 20), p.Households.Retain).DryRuns().Deletes()
	p.Queue.Every("logbook.retention", queue.Daily(3, 20), p.expireLogbook).DryRuns().Deletes()
	p.Queue.Every("mediations.reminders", queue.Daily(7, 10), p.Mediations.Remind).DryRuns()
	p.Queue.Every("mediations.retention", queue.Daily(3, 25), p.expireMediations).DryRuns().Deletes()
	p.Queue.Every("logbook.due", queue.Daily(8, 0), p.Logbook.RemindDue).DryRuns()
	p.Queue.Every("logbook.evening", queue.Interval(15*time.Minute), p.Logbook.RemindEvening).DryRuns()
	p.Queue.Every("pledges.retention", queue.Daily(3, 30), p.Assessments.Retain).DryRuns().Deletes()
	p.Queue.Every("consents.retention", queue.Daily(3, 35), p.Consents.Retain).DryRuns().Deletes()
	p.Queue.Every("sessions.retention", queue.Daily(3, 40), p.Accounts.Retain).DryRuns().Deletes()
	p.Queue.Every("receipts.retention", queue.Daily(3, 45), p.forgetReceipts).DryRuns().Deletes()
	p.Queue.Every("meetings.retention", queue.Daily(3, 30), p.expireMeetings).DryRuns().Deletes()
	p.Queue.Every("trainings.retention", queue.Daily(3, 50), p.expireTrainings).DryRuns().Deletes()
	p.Queue.Every("replies.retention", queue.Daily(3, 55), p.expireReplies).DryRuns().Deletes()
	p.Queue.Every("reads.unusual", queue.Daily(6, 30), p.Reads.Watch).DryRuns()
	p.Queue.Every("reads.retention", queue.Daily(3, 5), p.Reads.Expire).DryRuns().Deletes()
	p.Queue.Every("results.rechecks", queue.Daily(7, 5), p.Results.Rechecks).DryRuns()
}

// routes is the whole route table: one line a room.
func (p *Program) routes(s Settings) []page.Route {
	var all []page.Route
	entry := accounts.NewPages(p.Accounts, p.Areas, s.Secure)
	for _, room := range [][]page.Route{
		entry.Routes(),
		areas.NewPages(p.Areas).Routes(),
		moves.NewPages(p.Moves, p.Areas).Routes(),
		campaigns.NewPages(p.Campaigns).Routes(),
		houses.NewPages(p.Houses, p.Areas, p.Files, p.Jobs, p.Results.Histories(), p.Indicators.Files(), p.Points.Files()).Routes(),
		points.NewPages(p.Points).Routes(),
		assessments.NewPages(p.Assessments, p.records()).Routes(),
		households.NewPages(p.Households, p.Meetings).Routes(),
		inspections.NewPages(p.Inspections, p.Files, p.records()).Routes(),
		logbook.NewPages(p.Logbook, p.Files).Routes(),
		mediations.NewPages(p.Mediations, smallCounts, p.Words).Routes(),
		awards.NewPages(p.Awards, p.Areas, p.Jobs, p.Words).Routes(),
		meetings.NewPages(p.Meetings, p.Accounts, p.Jobs, p.Words, p.Trainings).Routes(),
		trainings.NewPages(p.Trainings, p.Files, p.Jobs, p.Words).Routes(),
		replies.NewPages(p.Replies).Routes(),
		reviews.NewPages(p.Reviews, p.Words).Routes(),
		reads.NewPages(p.Reads).Routes(),
		results.NewPages(p.Results, p.Campaigns).Routes(),
		objections.NewPages(p.Objections, p.Jobs).Routes(),
		reopenings.NewPages(p.Reopenings).Routes(),
		editions.NewPages(p.Editions).Routes(),
		dossiers.NewPages(p.Dossiers, p.Areas, p.Campaigns, p.Jobs, p.Words, s.Tiles).Routes(),
		reports.NewPages(p.Reports, p.Campaigns, p.Jobs).Routes(),
		periodic.NewPages(p.Periodic, p.Jobs).Routes(),
		today.NewPages(p.Today, p.Areas).Routes(),
		boards.NewPages(p.Boards, p.Jobs).Routes(),
		twins.NewPages(p.Twins, p.Assessments, p.Inspections, p.Households, p.Logbook, p.Jobs).Routes(),
		notices.NewPages(p.Notices, p.Areas, p.Files, p.Jobs, p.Words).Routes(),
		doors.NewPages(p.Doors, p.Areas, p.Notices, p.Meetings, p.Words).Routes(),
		posted.NewPages(p.Posted, p.Areas, p.Words).Routes(),
		holidays.NewPages(p.Holidays).Routes(),
		inbox.NewPages(p.Inbox).Routes(),
		indicators.NewPages(p.Indicators, p.Jobs).Routes(),
		proposals.NewPages(p.Proposals, p.Files, p.Jobs).Routes(),
		measures.NewPages(p.Measures, p.Files, p.Jobs).Routes(),
		plans.NewPages(p.Plans, p.Jobs, p.Words).Routes(),
		handovers.NewPages(p.Handovers, entry).Routes(),
		privacy.NewPages(p.Privacy, p.Jobs, p.Words).Routes(),
		trail.NewPages(p.Trail, p.Words).Routes(),
		requests.NewPages(p.Requests, p.Jobs, p.Words).Routes(),
		breaches.NewPages(p.Breaches, p.Jobs, p.Words).Routes(),
		jobs.NewPages(p.Jobs).Routes(),
		offline.NewPages(p.assets, assessments.Offline(p.Assessments), inspections.Offline(p.Inspections), plans.Offline(p.Plans), logbook.Offline(p.Logbook),
			households.Offline(p.Households),
			proposals.Offline).Routes(),
	} {
		all = append(all, room...)
	}
	return all
}

// nav is the navigation in the order of the rail; everybody sees the lines whose need they have. On the phone at most four words
// stand below: Hôm nay · Số nhà · Đề xuất · Thêm, or for who has no houses the words of their work; all others are on /more.
func nav() []page.Entry {
	return []page.Entry{
		{Href: "/today", Key: "nav.today", Icon: ui.IconCalendarCheck, Need: access.SignedIn, Phone: true, Unless: access.OwnHome},
		{Href: "/home", Key: "nav.today", Icon: ui.IconCalendarCheck, Need: access.OwnHome, Phone: true},
		{Href: "/my-house", Key: "nav.my_house", Icon: ui.IconHouse, Need: access.OwnHome, Phone: true},
		{Href: "/inbox", Key: "nav.inbox", Icon: ui.IconInbox, Need: access.SignedIn, Inbox: true},
		{Href: "/board", Key: "nav.board", Icon: ui.IconGauge, Need: access.SeeFigures, Phone: true, Aside: access.SeeHouses},
		{Href: "/city", Key: "nav.city", Icon: ui.IconGauge, Need: access.SeeCity, Phone: true},
		{Href: "/streets", Key: "nav.streets", Icon: ui.IconSignpost, Need: access.SeeHouses},
		{Href: "/houses", Key: "nav.houses", Icon: ui.IconHouse, Need: access.SeeHouses, Phone: true},
		{Href: "/proposals", Key: "nav.proposals", Icon: ui.IconMessageSquareText, Need: access.SeeProposals, Phone: true},
		{Href: "/measures", Key: "nav.measures", Icon: ui.IconListChecks, Need: access.SeeMeasures},
		{Href: "/notices", Key: "nav.notices", Icon: ui.IconMegaphone, Need: access.ReadNotices},
		{Href: "/mediations", Key: "nav.mediations", Icon: ui.IconHeartHandshake, Need: access.Mediate, Phone: true},
		{Href: "/meetings", Key: "nav.meetings", Icon: ui.IconCalendarClock, Need: access.SeeMeetings},
		{Href: "/inspections", Key: "nav.inspections", Icon: ui.IconClipboardCheck, Need: access.Inspect},
		{Href: "/monthly", Key: "nav.monthly", Icon: ui.IconNotebookPen, Need: access.SeeReports},
		{Href: "/approvals", Key: "nav.approvals", Icon: ui.IconStamp, Need: access.Approve},
		{Href: "/indicators", Key: "nav.indicators", Icon: ui.IconChartLine, Need: access.SeeFigures},
		{Href: "/city/indicators", Key: "nav.city_indicators", Icon: ui.IconChartLine, Need: access.SeeCity},
		{Href: "/reports", Key: "nav.reports", Icon: ui.IconFileText, Need: access.SeeFigures},
		{Href: "/forms", Key: "nav.forms", Icon: ui.IconPrinter, Need: access.SeeHouses, Apart: true},
		{Href: "/campaigns", Key: "nav.campaigns", Icon: ui.IconNotebookPen, Need: access.RunCampaign, Apart: true},
		{Href: "/criteria", Key: "nav.criteria", Icon: ui.IconListChecks, Need: access.SeeCriteria, Apart: true},
		{Href: "/imports", Key: "nav.imports", Icon: ui.IconUpload, Need: access.Import, Apart: true},
		{Href: "/calendar", Key: "nav.calendar", Icon: ui.IconCalendar, Need: access.SetCalendar, Apart: true},
		{Href: "/posted", Key: "nav.posted", Icon: ui.IconMegaphone, Need: access.RunCampaign, Apart: true},
		{Href: "/doors", Key: "nav.doors", Icon: ui.IconQrCode, Need: access.Plates, Apart: true},
		{Href: "/phones", Key: "nav.phones", Icon: ui.IconPhone, Need: access.KeepPhones, Apart: true},
		{Href: "/commendations", Key: "nav.awards", Icon: ui.IconAward, Need: access.Commend, Apart: true},
		{Href: "/trainings", Key: "nav.trainings", Icon: ui.IconNotebookPen, Need: access.SeeTrainings, Apart: true},
		{Href: "/reviews", Key: "nav.reviews", Icon: ui.IconHistory, Need: access.Review, Apart: true},
		{Href: "/commendations/published", Key: "nav.award_list", Icon: ui.IconAward, Need: access.ReadNotices, Unless: access.Commend, Apart: true},
		{Href: "/commendations/kinds", Key: "nav.award_kinds", Icon: ui.IconAward, Need: access.SetAwards, Apart: true},
		{Href: "/mediations/figures", Key: "nav.mediation_figures", Icon: ui.IconHeartHandshake, Need: access.CountMediations, Unless: access.Mediate, Apart: true},
		{Href: "/areas", Key: "nav.areas", Icon: ui.IconMap, Need: access.ManageAreas, Phone: true},
		{Href: "/accounts", Key: "nav.accounts", Icon: ui.IconUsers, Need: access.ManageUsers, Phone: true},
		{Href: "/data-requests", Key: "nav.data_requests", Icon: ui.IconClipboardList, Need: access.ProtectData, Phone: true},
		{Href: "/breaches", Key: "nav.breaches", Icon: ui.IconShield, Need: access.ProtectData},
		{Href: "/processing", Key: "nav.processing", Icon: ui.IconDatabase, Need: access.SeeProcessing, Aside: access.SeeHouses, Apart: true},
		{Href: "/reads", Key: "nav.reads", Icon: ui.IconHistory, Need: access.SeeReads, Phone: true},
		{Href: "/trail", Key: "nav.trail", Icon: ui.IconShieldCheck, Need: access.SeeTrail, Apart: true},
		{Href: "/my-data", Key: "nav.my_data", Icon: ui.IconFileText, Need: access.OwnHome},
		{Href: "/more", Key: "nav.more", Icon: ui.IconMenu, Need: access.SignedIn, More: true},
	}
}
