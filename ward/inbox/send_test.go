package inbox_test

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/mail"
	"sonha/engine/push"
	"sonha/engine/queue"
	"sonha/engine/sms"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/inbox"
)

// post is a ward with all channels, and what arrived at their other ends.
type post struct {
	*apptest.Site
	mu       sync.Mutex
	now      time.Time
	letters  []string
	texts    []sms.Text
	notes    []push.Note
	answer   int // of the push service and the gateway; 201 when zero
	mailDown bool
	runner   *queue.Runner
	head     access.Actor
	session  string
	browser  *ecdh.PrivateKey
	auth     []byte
	service  *httptest.Server
}

func (p *post) Now() time.Time { p.mu.Lock(); defer p.mu.Unlock(); return p.now }

func (p *post) at(clock string) *post {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", clock, civil.Hanoi)
	if err != nil {
		p.T.Fatal(err)
	}
	p.now = at
	return p
}

// posts runs a test on both databases, each with people at the other end.
func posts(t *testing.T, fn func(t *testing.T, p *post)) {
	t.Helper()
	for name, fresh := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &post{}
			p.now = time.Date(2026, 10, 20, 14, 5, 0, 0, civil.Hanoi)
			d, err := db.Open(t.Context(), db.Options{URL: fresh(t), Clock: p.Now, Testing: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			p.Site = apptest.New(t, d)
			a, err := p.Accounts.Create(t.Context(), p.System(), accounts.New{Name: "Trần Văn Nam", Phone: "0912 345 678", Secret: "246810",
				Grants: []accounts.Grant{{Role: access.Head, Of: p.House["36A Hàng Bạc"]}}})
			if err != nil {
				t.Fatal(err)
			}
			p.head = access.SignedInAs(a.ID, a.Name, access.Head, p.Ward.ID, []access.Grant{{Role: access.Head, Ward: p.Ward.ID, ID: p.House["36A Hàng Bạc"]}})
			p.connect(t)
			p.runner = queue.New(d, nil)
			p.Inbox.Serve(p.runner)
			fn(t, p)
		})
	}
}

func (p *post) connect(t *testing.T) {
	t.Helper()
	p.service = httptest.NewServer(http.HandlerFunc(p.receive))
	t.Cleanup(p.service.Close)
	keys, err := p.Inbox.Keys(t.Context(), access.System(0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	p.Inbox.Connect(inbox.Outside{
		Base: "https://sonha.example", Words: p.Words, SMSDaily: 2,
		Push: &push.Sender{Keys: keys, Subject: "https://sonha.example", AnyHost: true},
		Mail: &mail.Sender{Host: "127.0.0.1", Port: p.mailServer(t), Security: mail.None, From: "sonha@phuong.example", Name: "Sonha"},
		SMS:  &sms.Gateway{URL: p.service.URL + "/sms", Secret: "khoa", Now: p.Now},
	})
}

// receive is the push service and the gateway.
func (p *post) receive(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if p.answer != 0 {
		w.WriteHeader(p.answer)
		return
	}
	if r.URL.Path == "/sms" {
		if r.Header.Get("Sonha-Signature") != sms.Sign("khoa", r.Header.Get("Sonha-Time"), body) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		var text sms.Text
		_ = json.Unmarshal(body, &text)
		p.texts = append(p.texts, text)
	} else {
		plain, err := p.decrypt(body)
		if err != nil || !strings.HasPrefix(r.Header.Get("Authorization"), "vapid ") || r.Header.Get("Content-Encoding") != "aes128gcm" {
			p.T.Errorf("push: %v, %v", err, r.Header)
		}
		var note push.Note
		_ = json.Unmarshal(plain, &note)
		p.notes = append(p.notes, note)
	}
	w.WriteHeader(http.StatusCreated)
}

// decrypt is what the browser does (RFC 8291).
func (p *post) decrypt(body []byte) ([]byte, error) {
	if len(body) < 86 {
		return nil, errors.New("too short")
	}
	salt, from := body[:16], body[21:21+65]
	if binary.BigEndian.Uint32(body[16:20]) < 100 || body[20] != 65 {
		return nil, errors.New("no header")
	}
	sender, err := ecdh.P256().NewPublicKey(from)
	if err != nil {
		return nil, err
	}
	shared, err := p.browser.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := append(append([]byte("WebPush: info\x00"), p.browser.PublicKey().Bytes()...), from...)
	ikm, err := hkdf.Key(sha256.New, shared, p.auth, string(info), 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, body[86:], nil)
	return bytes.TrimRight(plain, "\x00\x02"), err
}

// mailServer is a mail server that takes one letter a line; it gives its port.
func (p *post) mailServer(t *testing.T) int {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.speak(c)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func (p *post) speak(c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	say := func(line string) { _, _ = io.WriteString(c, line+"\r\n") }
	say("220 test ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		p.mu.Lock()
		down := p.mailDown
		p.mu.Unlock()
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			say("250-test\r\n250 8BITMIME")
		case strings.HasPrefix(verb, "RCPT") && strings.Contains(verb, "NOBODY@"):
			say("550 5.1.1 <nobody@phuong.example> no such box")
		case strings.HasPrefix(verb, "MAIL") && down:
			say("451 4.3.0 come back later")
		case verb == "DATA":
			say("354 go on")
			var text strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				text.WriteString(line)
			}
			p.mu.Lock()
			p.letters = append(p.letters, text.String())
			p.mu.Unlock()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// read is a letter as its reader sees it.
func read(letter string) string {
	head, body, _ := strings.Cut(letter, "\r\n\r\n")
	plain, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	return head + "\n\n" + string(plain)
}

func (p *post) run() {
	p.T.Helper()
	if _, err := p.runner.RunDue(p.T.Context()); err != nil {
		p.T.Fatal(err)
	}
}

// signUp turns all channels on, at a pace.
func (p *post) signUp(pace inbox.Pace) {
	t, ctx := p.T, p.T.Context()
	t.Helper()
	p.session = db.NewID()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(p.DB.Write(ctx, p.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into sessions (ward_id, id, account_id, role, device, address, created_at, seen_at, expires_at) values ({ward}, $1, $2, 'head', '', '', $3, $3, $4)`,
			p.session, p.head.Account(), tx.Millis(), tx.Now.AddDate(1, 0, 0).UnixMilli())
		tx.Untold("a test")
		return err
	}))
	var err error
	p.browser, err = ecdh.P256().GenerateKey(rand.Reader)
	must(err)
	p.auth = make([]byte, 16)
	_, _ = rand.Read(p.auth)
	b64 := base64.RawURLEncoding.EncodeToString
	must(p.Inbox.Subscribe(ctx, p.head, p.session, push.Subscription{Endpoint: p.service.URL + "/push", P256dh: b64(p.browser.PublicKey().Bytes()), Auth: b64(p.auth)}))
	must(p.Inbox.SetPush(ctx, p.head, pace))
	must(p.Inbox.SetSMS(ctx, p.head, pace))
	_, err = p.Inbox.SetMail(ctx, p.head, "nam@phuong.example", pace)
	must(err)
	p.run()
	must(p.Inbox.Confirm(ctx, p.Inbox.ConfirmToken(p.Ward.ID, p.head.Account(), "nam@phuong.example")))
	p.letters = nil
}

var secretText = "Trần Thị Bưởi thiếu bình chữa cháy"

func (p *post) tell(m inbox.Message) {
	p.T.Helper()
	m.Key, m.Pairs, m.Href = "inbox.urgent_because", []any{"Reason", secretText}, "/today"
	if m.Kind == "" {
		m.Kind = inbox.Shortcomings
	}
	tell(p.T.(*testing.T), p.Site, p.System(), inbox.To{Accounts: []string{p.head.Account()}}, m)
}

func TestWhatLeavesSaysNoMoreThanALockedScreenMayShow(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		p.run()
		if len(p.notes) != 1 || len(p.letters) != 1 || len(p.texts) != 1 {
			t.Fatalf("%d notes, %d letters, %d texts", len(p.notes), len(p.letters), len(p.texts))
		}
		if n := p.notes[0]; n.Body != "Số nhà 36A có thông báo mới." || !strings.HasPrefix(n.Href, "/inbox/") || n.Title != "Sonha" {
			t.Errorf("note: %+v", n)
		}
		if x := p.texts[0]; x.Text != "So nha 36A co thong bao moi. Xem: https://sonha.example/inbox" || x.To != "+84912345678" || x.ID == "" {
			t.Errorf("text: %+v", x)
		}
		letter := read(p.letters[0])
		for _, want := range []string{"Số nhà 36A có thông báo mới.", "https://sonha.example/inbox/", "Ông/bà phụ trách số nhà có việc cần khắc phục.", "Ngừng nhận e-mail: https://sonha.example/inbox/stop/",
			"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Auto-Submitted: auto-generated"} {
			if !strings.Contains(letter, want) {
				t.Errorf("the letter lacks %q:\n%s", want, letter)
			}
		}
		note, _ := json.Marshal(p.notes)
		text, _ := json.Marshal(p.texts)
		for _, out := range []string{string(note), string(text), letter} {
			for _, private := range []string{secretText, "Bưởi", "Hàng Bạc", "Trần Văn Nam"} {
				if strings.Contains(out, private) {
					t.Errorf("%q leaves the program: %s", private, out)
				}
			}
		}
	})
}

func TestQuietHours(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		house := p.House["36A Hàng Bạc"]
		p.at("2026-10-20 20:59:59").tell(inbox.Message{House: house})
		p.run()
		if len(p.notes) != 1 {
			t.Errorf("before nine in the evening: %d", len(p.notes))
		}
		p.at("2026-10-20 21:00:00").tell(inbox.Message{House: house})
		p.tell(inbox.Message{House: house, Urgent: true}) // no reason was stated
		p.at("2026-10-21 06:59:59").run()
		if len(p.notes) != 1 {
			t.Errorf("at night: %d", len(p.notes)-1)
		}
		p.tell(inbox.Message{House: house, Urgent: true, Reason: "Cắt nước từ 08:00"})
		p.run()
		if len(p.notes) != 2 || p.notes[1].Body != "Tin khẩn: số nhà 36A có thông báo mới." {
			t.Errorf("urgent at night: %+v", p.notes)
		}
		p.at("2026-10-21 07:00:00").run()
		if len(p.notes) != 4 || len(p.letters) != 4 {
			t.Errorf("at seven: %d notes, %d letters", len(p.notes), len(p.letters))
		}
	})
	for clock, want := range map[string]string{"20:59": "20:59", "21:00": "07:00", "00:00": "07:00", "06:59": "07:00", "07:00": "07:00", "12:00": "12:00"} {
		at, err := time.ParseInLocation("2006-01-02 15:04", "2026-12-31 "+clock, civil.Hanoi)
		if err != nil {
			t.Fatal(err)
		}
		got := inbox.Awake(at.UTC())
		if civil.Clock(got) != want || got.Before(at) || got.Sub(at) > 10*time.Hour {
			t.Errorf("%s: %v", clock, got)
		}
	}
}

func TestTheMorningDigest(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.Digest)
		house := p.House["36A Hàng Bạc"]
		morning := func(day string) {
			t.Helper()
			p.at(day + " 07:30:00")
			if _, err := p.runner.Run(t.Context(), p.System(), "inbox.digest", false); err != nil {
				t.Fatal(err)
			}
			p.run()
		}
		p.tell(inbox.Message{House: house})
		p.tell(inbox.Message{House: house})
		p.tell(inbox.Message{Kind: inbox.Notices})
		p.tell(inbox.Message{Kind: inbox.Notices, About: "đã thay"})
		p.tell(inbox.Message{Kind: inbox.Notices, About: "đã thay"})
		p.run()
		if len(p.notes)+len(p.letters)+len(p.texts) != 0 {
			t.Error("sent before the morning")
		}
		lines, err := p.runner.Run(t.Context(), p.System(), "inbox.digest", true)
		if err != nil || strings.Join(lines, "") != "gửi 3 bản tin sáng" {
			t.Errorf("dry run: %v %v", lines, err)
		}
		morning("2026-10-21")
		if len(p.notes) != 1 || len(p.letters) != 1 || len(p.texts) != 1 {
			t.Fatalf("%d notes, %d letters, %d texts", len(p.notes), len(p.letters), len(p.texts))
		}
		letter := read(p.letters[0])
		for _, want := range []string{"Ông/bà có 4 thông báo mới.", "- Tin của phường: 2", "- Số nhà 36A: 2 tin", "bản tin sáng"} {
			if !strings.Contains(letter, want) {
				t.Errorf("the digest lacks %q:\n%s", want, letter)
			}
		}
		if p.notes[0].Body != "Ông/bà có 4 thông báo mới." || p.texts[0].Text != "Co 4 thong bao moi. Xem: https://sonha.example/inbox" {
			t.Errorf("%+v %+v", p.notes, p.texts)
		}
		morning("2026-10-22") // nothing new
		p.tell(inbox.Message{House: house})
		if _, err := p.Inbox.ReadAll(t.Context(), p.head, "zzzzzzzzzzzzzzzzzzzzzzzzzz"); err != nil {
			t.Fatal(err)
		}
		morning("2026-10-23") // read meanwhile
		if len(p.notes) != 1 {
			t.Errorf("%d digests", len(p.notes))
		}
	})
}

func TestAFailingChannelBlocksNoOtherAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		p.mailDown = true
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		p.run()
		if len(p.notes) != 1 || len(p.texts) != 1 || len(p.letters) != 0 {
			t.Errorf("%d notes, %d texts, %d letters", len(p.notes), len(p.texts), len(p.letters))
		}
		states, err := p.Inbox.States(t.Context(), p.System())
		if err != nil {
			t.Fatal(err)
		}
		if s := states[1]; s.Channel != inbox.Mail || s.Waiting != 1 || !strings.Contains(s.LastWhy, "come back later") || strings.Contains(s.LastWhy, "nam@") {
			t.Errorf("the administrator sees %+v", s)
		}
		p.mailDown = false
		p.at("2026-10-20 14:10:00").run()
		p.run()
		if len(p.letters) != 1 {
			t.Errorf("%d letters after it came back", len(p.letters))
		}
	})
}

// The program dies after a text was handed over and before that was noted: it is handed over again, under the same number.
func TestACrashSendsAgainUnderTheSameNumber(t *testing.T) {
	t.Parallel()
	posts(t, func(t *testing.T, p *post) {
		p.signUp(inbox.AtOnce)
		p.tell(inbox.Message{House: p.House["36A Hàng Bạc"]})
		var payload []byte
		who := p.System()
		if err := p.DB.Read(t.Context(), who, func(tx *db.Tx) error {
			return tx.One(t.Context(), `select j.payload from jobs j where j.ward_id = {ward} and j.kind = 'inbox.sms'`).Scan(&payload)
		}); err != nil {
			t.Fatal(err)
		}
		p.run()
		if err := p.DB.Write(t.Context(), who, func(tx *db.Tx) error { // as it was before the note
			if _, err := tx.Exec(t.Context(), `update deliveries as d set state = 'waiting', ended_at = null where d.ward_id = {ward} and d.id = $1`, string(payload)); err != nil {
				return err
			}
			if err := queue.Add(t.Context(), tx, queue.Job{Kind: "inbox.sms", Payload: payload, Key: string(payload)}); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		p.run()
		if len(p.texts) != 2 || p.texts[0].ID != p.texts[1].ID {
			t.Errorf("%+v", p.texts)
		}
		if err := p.DB.Write(t.Context(), who, func(tx *db.Tx) error { // the note was written, the job's end was not
			if err := queue.Add(t.Context(), tx, queue.Job{Kind: "inbox.sms", Payload: payload}); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		p.run()
		if len(p.texts) != 2 {
			t.Error("sent again although it was noted as sent")
		}
	})
}
