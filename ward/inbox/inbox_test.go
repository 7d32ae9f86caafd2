package inbox_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/inbox"
)

// site is the small ward in which everybody has an account.
func site(t *testing.T, d *db.DB) *apptest.Site {
	t.Helper()
	s := apptest.New(t, d)
	s.Enrol()
	return s
}

func tell(t *testing.T, s *apptest.Site, who access.Actor, to inbox.To, m inbox.Message) {
	t.Helper()
	if m.Kind == "" {
		m.Kind = inbox.Notices
	}
	if m.Key == "" {
		m.Key = "inbox.urgent_because"
	}
	if err := s.DB.Write(t.Context(), who, func(tx *db.Tx) error {
		if err := inbox.Tell(t.Context(), tx, to, m); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test"})
	}); err != nil {
		t.Fatal(err)
	}
}

// reached lists who has an unread message.
func reached(t *testing.T, s *apptest.Site) []string {
	t.Helper()
	var out []string
	for _, person := range apptest.People() {
		n, err := s.Inbox.Unread(t.Context(), s.Actor(person))
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out = append(out, person)
		}
	}
	return out
}

func TestAMessageReachesThoseWhoseReachHoldsTheHouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		everybody := access.Roles()
		tell(t, s, s.System(), inbox.To{Roles: everybody, House: s.House["36A Hàng Bạc"]}, inbox.Message{House: s.House["36A Hàng Bạc"], Pairs: []any{"Reason", "x"}})
		if got, want := reached(t, s), []string{"household", "other household", "head", "group lead", "mediator", "officer", "command"}; !slices.Equal(got, want) {
			t.Errorf("a house of the ward: %v, want %v", got, want)
		}
		for _, person := range []string{"household", "head", "group lead", "officer", "command"} {
			s.As(person).Get("/inbox").OK().Has(".inbox", "Khẩn vì: x")
		}
	})
}

func TestAMessageToRolesReachesTheWholeWardAndNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		tell(t, s, s.Actor("officer"), inbox.To{Roles: []access.Role{access.Head, access.Officer, access.Committee}}, inbox.Message{Pairs: []any{"Reason", "x"}})
		if got, want := reached(t, s), []string{"head", "other head", "other officer", "committee"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v: all but who told it", got, want)
		}
		tell(t, s, s.System(), inbox.To{Accounts: []string{s.Actor("administrator").Account(), s.Actor("other command").Account(), "nobody"}}, inbox.Message{Pairs: []any{"Reason", "x"}})
		if got := reached(t, s); !slices.Contains(got, "administrator") || slices.Contains(got, "other command") {
			t.Errorf("by account: %v", got)
		}
	})
}

func TestWhatIsToldIsUndoneWithItsAct(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		_ = s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			if err := inbox.Tell(t.Context(), tx, inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{Kind: inbox.Notices, Key: "inbox.new"}); err != nil {
				t.Fatal(err)
			}
			return context.Canceled
		})
		if got := reached(t, s); len(got) != 0 {
			t.Errorf("told without its act: %v", got)
		}
	})
}

func TestANewerMessageTakesThePlaceOfAnUnreadOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		to := inbox.To{Roles: []access.Role{access.Head}}
		say := func(text string, once bool) {
			tell(t, s, s.System(), to, inbox.Message{Pairs: []any{"Reason", text}, About: "phase:1", Once: once})
		}
		head := s.As("head")
		say("một", false)
		say("hai", false)
		page := head.Get("/inbox").OK().Has(".inbox", "hai").Lacks(".inbox", "một").Has("main", "1 tin chưa đọc")
		id, _ := page.Doc().Find(".inbox a").First().Attr("href")
		head.Get(id).Goes()
		say("ba", false) // what was read stays beside it
		head.Get("/inbox").OK().Has(".inbox", "hai").Has(".inbox", "ba")
		say("bốn", true)
		head.Get("/inbox").OK().Lacks(".inbox", "bốn")
	})
}

func TestEachReadsInTheirOwnLanguage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		tell(t, s, s.System(), inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{
			Key: "inbox.day_at", Pairs: []any{"Time", inbox.Word("campaigns.phase.review"), "Day", civil.Day("2026-11-05")},
		})
		tell(t, s, s.System(), inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{Key: "inbox.unread", Pairs: []any{"N", 1}})
		s.As("head").Get("/inbox").OK().Has(".inbox", "ngày 05/11/2026").Has(".inbox", s.Words.In("vi").T("campaigns.phase.review")).Has(".inbox", "Ông/bà có 1 tin chưa đọc.")
		s.As("head").With("Test-Language", "en").Get("/inbox").OK().Has(".inbox", "5 November 2026").Has(".inbox", s.Words.In("en").T("campaigns.phase.review")).
			Has(".inbox", "You have 1 unread message.")
	})
}

// Who hands a house over does not read on about it, and a message about it does not count for them.
func TestAMessageAboutAHouseGoesWithTheHouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		head := s.Actor("head")
		tell(t, s, s.System(), inbox.To{Accounts: []string{head.Account()}}, inbox.Message{Pairs: []any{"Reason", "mine"}, House: s.House["36A Hàng Bạc"]})
		tell(t, s, s.System(), inbox.To{Accounts: []string{head.Account()}}, inbox.Message{Pairs: []any{"Reason", "elsewhere"}, House: s.House["6 bis Đinh Liệt"]})
		page := s.As("head").Get("/inbox").OK().Has(".inbox", "mine").Lacks("body", "elsewhere").Has("main", "1 tin chưa đọc").Has(".notice", "1 tin chưa đọc ở vai trò khác")
		if n := page.Doc().Find(".inbox > li").Length(); n != 1 {
			t.Errorf("%d messages", n)
		}
		if _, err := s.Inbox.ReadAll(t.Context(), head, db.NewID()); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/inbox").OK().Has(".notice", "1 tin chưa đọc ở vai trò khác") // not marked read unseen
	})
}

func TestTheInboxOnEveryPage(t *testing.T) {
	t.Parallel()
	s := site(t, dbtest.Lite(t))
	head := s.As("head")
	head.Get("/today").OK().Has(".topbar .end", "Hộp thư").Lacks(".topbar .count", "1")
	for range 2 {
		tell(t, s, s.System(), inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{Pairs: []any{"Reason", "x"}, Href: "/houses", Urgent: true, Reason: "Mất nước toàn phố"})
	}
	head.Get("/today").OK().Has(".topbar .count", "2").Has(".rail .count", "2")
	page := head.Get("/inbox").OK().Has("h1", "Hộp thư").Has(".inbox .mark", "Khẩn").Has(".inbox .reason", "Mất nước toàn phố").Has(".inbox details", "Vì sao tôi nhận tin này?").
		Has(".inbox details p", "gửi đến nơi ông/bà ở")
	id, _ := page.Doc().Find(".inbox li").Last().Find("a").First().Attr("href")
	if to := head.Get(id).Goes(); to != "/houses" {
		t.Errorf("opening leads to %s", to)
	}
	head.Get("/today").OK().Has(".topbar .count", "1")
	s.As("officer").Get(id).Is(404)
	upTo := page.Value("up_to")
	tell(t, s, s.System(), inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{Pairs: []any{"Reason", "after the page was drawn"}})
	head.Post("/inbox/read", url.Values{"up_to": {upTo}}).Follow().OK().Has("main", "1 tin chưa đọc").Has(".inbox .fresh", "after the page was drawn")
	s.As("other head").Get("/inbox").OK().Has("main", "3 tin chưa đọc")
}

func TestOldMessagesAreOnOlderPages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		for i := range inbox.PageMost*2 + 1 {
			tell(t, s, s.System(), inbox.To{Roles: []access.Role{access.Head}}, inbox.Message{Key: "inbox.unread", Pairs: []any{"N", i + 1}})
		}
		seen, at := 0, "/inbox"
		for range 5 {
			page := s.As("head").Get(at).OK()
			seen += page.Doc().Find(".inbox > li").Length()
			next := ""
			for _, a := range page.Doc().Find("nav.actions a").EachIter() {
				if href, _ := a.Attr("href"); strings.Contains(href, "after=") {
					next = href
				}
			}
			if next == "" {
				break
			}
			at = next
		}
		if seen != inbox.PageMost*2+1 {
			t.Errorf("%d messages on all pages", seen)
		}
		s.As("head").Get("/inbox?after=nonsense").OK()
	})
}

func TestTellRefusesWhatNobodyCouldRead(t *testing.T) {
	t.Parallel()
	s := site(t, dbtest.Lite(t))
	for name, m := range map[string]inbox.Message{
		"kind": {Kind: "gossip", Key: "inbox.new"}, "sentence": {Kind: inbox.Notices}, "address": {Kind: inbox.Notices, Key: "inbox.new", Href: "https://example.org"},
		"other site": {Kind: inbox.Notices, Key: "inbox.new", Href: "//example.org"}, "value": {Kind: inbox.Notices, Key: "inbox.new", Pairs: []any{"A", 1.5}},
		"once": {Kind: inbox.Notices, Key: "inbox.new", Once: true},
	} {
		err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			return inbox.Tell(t.Context(), tx, inbox.To{Roles: []access.Role{access.Head}}, m)
		})
		if err == nil || !strings.Contains(err.Error(), "inbox: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, lang := range []string{"vi", "en"} {
		for _, kind := range inbox.Kinds() {
			for _, key := range []string{"inbox.kind." + kind, "inbox.why." + kind} {
				if !s.Words.In(lang).Has(key) {
					t.Errorf("%s: no sentence %s", lang, key)
				}
			}
		}
	}
}
