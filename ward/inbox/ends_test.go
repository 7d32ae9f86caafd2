package inbox_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sonha/ward/inbox"
)

func TestABrowserThatEndedIsForgotten(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		here := func() bool {
			t.Helper()
			s, err := p.Inbox.Settings(t.Context(), p.head, p.session)
			if err != nil {
				t.Fatal(err)
			}
			return s.Here
		}
		if !here() {
			t.Fatal("not subscribed")
		}
		p.answer = http.StatusGone
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if here() {
			t.Error("a subscription that ended is kept")
		}
	})
}

func TestShortMessagesHaveADailyLimitAndSignedOutBrowsersSleep(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		if err := p.Accounts.EndSession(t.Context(), p.head, p.session); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		}
		for range 5 {
			p.run()
		}
		if len(p.texts) != 2 || len(p.letters) != 4 || len(p.notes) != 0 {
			t.Errorf("%d texts, %d letters, %d notes", len(p.texts), len(p.letters), len(p.notes))
		}
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		before := len(p.texts)
		p.run()
		if len(p.texts) != before {
			t.Error("more texts than the ward allows in a day")
		}
		p.at("2026-10-21 09:00:00").tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.texts) != before+1 {
			t.Error("the next day has no texts")
		}
	})
}

var stopLink = regexp.MustCompile(`https://sonha\.example(/inbox/(?:stop|confirm)/[^\s>]+)`)

func TestALetterConfirmsAndEndsByItsLinks(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		ctx := context.WithoutCancel(t.Context())
		if _, err := p.Inbox.SetMail(ctx, p.head, "nam@phuong.example", inbox.AtOnce); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Inbox.SetMail(ctx, p.head, "khac@phuong.example", inbox.AtOnce); err == nil {
			t.Error("letters to any address, one after another")
		}
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.letters) != 1 || !strings.Contains(read(p.letters[0]), "bấm nút xác nhận") {
			t.Fatalf("letters before the address was confirmed: %q", p.letters)
		}
		visitor := p.As("visitor")
		link := stopLink.FindStringSubmatch(read(p.letters[0]))[1]
		visitor.Get(link).OK().Has("h1", "Nhận tin ở địa chỉ này?") // looking at a link does nothing
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.letters) != 1 {
			t.Error("looking at the link confirmed it")
		}
		visitor.Post(link, nil).OK().Has("h1", "Đã xác nhận")
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.letters) != 2 {
			t.Fatalf("%d letters", len(p.letters))
		}
		stop := stopLink.FindStringSubmatch(read(p.letters[1]))[1]
		visitor.Get(stop).OK().Has("button", "Ngừng nhận e-mail")
		visitor.Post(stop+"x", nil).Is(http.StatusNotFound).Has("main", "không còn dùng được")
		visitor.Post(strings.Replace(stop, "/stop/", "/confirm/", 1), nil).Is(http.StatusNotFound)
		visitor.Post(stop, url.Values{"List-Unsubscribe": {"One-Click"}}).OK().Has("h1", "Đã ngừng")
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.letters) != 2 {
			t.Error("a letter after they were ended")
		}
	})
}

func TestAKindThatIsNotWantedStaysInTheInbox(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		if err := p.Inbox.SetKinds(t.Context(), p.head, map[inbox.Channel][]string{inbox.Push: {inbox.Notices}}); err != nil {
			t.Fatal(err)
		}
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if n, err := p.Inbox.Unread(t.Context(), p.head); err != nil || n != 1 || len(p.notes) != 0 || len(p.letters) != 1 {
			t.Errorf("%d unread (%v), %d notes, %d letters", n, err, len(p.notes), len(p.letters))
		}
	})
}

func TestALetterNobodyTakesIsGivenUpAndSaid(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		if _, err := p.Inbox.SetMail(t.Context(), p.head, "nobody@phuong.example", inbox.AtOnce); err != nil {
			t.Fatal(err)
		}
		if err := p.Inbox.Confirm(t.Context(), p.Inbox.ConfirmToken(p.Ward.ID, p.head.Account(), "nobody@phuong.example")); err != nil {
			t.Fatal(err)
		}
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		states, err := p.Inbox.States(t.Context(), p.System())
		if err != nil || states[1].Lost != 1 || states[1].LastLost.IsZero() || strings.Contains(states[1].LastWhy, "nobody@") {
			t.Errorf("%+v %v", states[1], err)
		}
	})
}

func TestRetention(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.tell(inbox.Message{Kind: inbox.Notices})
		if _, err := p.Inbox.ReadAll(t.Context(), p.head, "zzzzzzzzzzzzzzzzzzzzzzzzzz"); err != nil {
			t.Fatal(err)
		}
		p.tell(inbox.Message{Kind: inbox.Notices}) // not read
		retain := func(dry bool, want string) {
			t.Helper()
			lines, err := p.runner.Run(t.Context(), p.System(), "inbox.retention", dry)
			if err != nil || strings.Join(lines, "") != want {
				t.Errorf("%q %v, want %q", lines, err, want)
			}
		}
		p.at("2027-10-20 14:00:00")
		retain(false, "xóa 0 tin đã đọc quá 12 tháng")
		p.at("2027-10-20 14:06:00")
		retain(true, "xóa 1 tin đã đọc quá 12 tháng")
		retain(false, "xóa 1 tin đã đọc quá 12 tháng")
		retain(false, "xóa 0 tin đã đọc quá 12 tháng")
		if l, err := p.Inbox.List(t.Context(), p.head, ""); err != nil || len(l.Items) != 1 || l.Unread != 1 {
			t.Errorf("%+v %v", l, err)
		}
	})
}
