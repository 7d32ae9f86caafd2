package accounts_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/ground/access"
	"sonha/ward/accounts"
)

const keyAddress = "https://sonha.example"

// device is a phone that keeps one passkey (P-256, no attestation), as WebAuthn level 2 §6 has it.
type device struct {
	w      *world
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // as the program named the account
	count  uint32
	origin string
	hasty  bool // it asks for no finger
}

func (w *world) device() *device {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	id := make([]byte, 16)
	_, err = rand.Read(id)
	w.must(err)
	return &device{w: w, key: key, id: id, origin: keyAddress}
}

func raw(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// said is clientDataJSON.
func (d *device) said(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	d.w.must(err)
	return b
}

func (d *device) data(flags byte) []byte {
	site := sha256.Sum256([]byte("sonha.example"))
	if !d.hasty {
		flags |= 4
	}
	return binary.BigEndian.AppendUint32(append(site[:], flags|1), d.count)
}

func (d *device) answer(response map[string]any) string {
	b, err := json.Marshal(map[string]any{"id": raw(d.id), "rawId": raw(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response})
	d.w.must(err)
	return string(b)
}

// make answers navigator.credentials.create.
func (d *device) make(options string) string {
	d.w.t.Helper()
	var o struct {
		Challenge string
		User      struct{ ID string }
		Selection struct {
			ResidentKey, UserVerification string
		} `json:"authenticatorSelection"`
	}
	d.w.must(json.Unmarshal([]byte(options), &o))
	if o.Selection.ResidentKey != "required" || o.Selection.UserVerification != "required" {
		d.w.t.Errorf("asked for less than a discoverable, verified key: %s", options)
	}
	d.handle = o.User.ID
	public, err := d.key.PublicKey.Bytes()
	d.w.must(err)
	cose := slices.Concat([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, public[1:33], []byte{0x22, 0x58, 32}, public[33:65])
	data := slices.Concat(d.data(0x40), make([]byte, 16), []byte{0, byte(len(d.id))}, d.id, cose)
	object := slices.Concat([]byte{0xa3, 0x63}, []byte("fmt"), []byte{0x64}, []byte("none"), []byte{0x67}, []byte("attStmt"), []byte{0xa0, 0x68}, []byte("authData"),
		[]byte{0x58, byte(len(data))}, data)
	return d.answer(map[string]any{"clientDataJSON": raw(d.said("webauthn.create", o.Challenge)), "attestationObject": raw(object), "transports": []string{"internal"}})
}

// give answers navigator.credentials.get.
func (d *device) give(options string) string {
	d.w.t.Helper()
	var o struct{ Challenge, UserVerification string }
	d.w.must(json.Unmarshal([]byte(options), &o))
	if o.UserVerification != "required" {
		d.w.t.Errorf("asked for an unverified key: %s", options)
	}
	d.count++
	said, data := d.said("webauthn.get", o.Challenge), d.data(0)
	sum := sha256.Sum256(said)
	digest := sha256.Sum256(slices.Concat(data, sum[:]))
	signed, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	d.w.must(err)
	return d.answer(map[string]any{"clientDataJSON": raw(said), "authenticatorData": raw(data), "signature": raw(signed), "userHandle": d.handle})
}

// asked is what the browser is asked for a new key.
func (b *browser) asked() string {
	b.w.t.Helper()
	page := b.post("/account/passkeys/new").is(http.StatusOK).says("Thêm khóa truy cập")
	if page.header.Get("Cache-Control") != "no-store" {
		b.w.t.Error("a question may be kept")
	}
	return page.attr("form[data-passkey=create]", "data-options")
}

// addKey adds a passkey in a browser that is signed in.
func (b *browser) addKey(d *device, name string) {
	b.w.t.Helper()
	b.post("/account/passkeys", "name", name, "response", d.make(b.asked())).goes("/account/passkeys")
}

// begun is what a browser is asked that wants to sign in.
func (b *browser) begun() string {
	b.w.t.Helper()
	return b.post("/sign-in/passkey/begin").is(http.StatusOK).body
}

func (b *browser) enter(d *device) *answer {
	b.w.t.Helper()
	return b.post("/sign-in/passkey", "next", "/account", "response", d.give(b.begun()))
}

func TestPasskeySignsInWithoutACode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.Accounts.ServeAt(keyAddress)
		a := w.head()
		b, d := w.browser(), w.device()
		b.signIn(headPhone, headPIN)
		b.get("/account").says("chưa có khóa truy cập")
		b.addKey(d, "")
		b.get("/account/passkeys").says("Chrome · Android").says("chưa dùng lần nào")
		b.get("/account").says("Đang có 1 khóa truy cập")
		b.enrol() // two steps by password, from now on

		in := w.browser()
		if form := in.get("/sign-in"); form.attr("form[data-passkey=get]", "data-origin") != keyAddress || form.doc().Find("form[data-passkey=get][hidden]").Length() != 1 {
			t.Error("no button, or one that shows without a script")
		}
		given := d.give(in.begun())
		in.post("/sign-in/passkey", "next", "/account", "response", given).goes("/account")
		in.get("/account").is(http.StatusOK).says("Nguyễn Thị Ủy")
		in.get("/account/passkeys").says("Dùng gần nhất: 08:00, 20/10/2026")
		in.post("/account/passkeys/new").says("Tạo khóa") // it counts as a fresh proof, too
		w.browser().post("/sign-in/passkey", "response", given).is(http.StatusUnprocessableEntity).says("đã được dùng")

		half := w.browser() // the password first, and the passkey in the place of the code
		half.signIn(headPhone, headPIN).goes("/sign-in/code?next=%2Ftoday")
		if half.get("/sign-in/code").doc().Find("form[data-passkey=get]").Length() != 1 {
			t.Error("no passkey in the place of the code")
		}
		half.enter(d).goes("/account")

		for _, line := range []string{"account.passkey_add", "session.passkey"} {
			if !slices.Contains(w.audited(a.ID), line) {
				t.Errorf("the trail has no %s: %v", line, w.audited(a.ID))
			}
		}
	})
}

func TestPasskeyAnswersThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.Accounts.ServeAt(keyAddress)
		w.head()
		b := w.browser()
		b.signIn(headPhone, headPIN)
		refused := func(d *device, options, why string) {
			t.Helper()
			b.post("/account/passkeys", "response", d.make(options)).is(http.StatusUnprocessableEntity).says(why)
		}
		d := w.device()
		d.hasty = true
		refused(d, b.asked(), "không đọc được trả lời")
		d = w.device()
		d.origin = "https://s0nha.example"
		refused(d, b.asked(), "không đọc được trả lời")
		d = w.device()
		late := b.asked()
		w.clock.pass(5 * time.Minute)
		refused(d, late, "quá 5 phút")
		refused(d, w.browser().begun2(b), "quá 5 phút") // a question for signing in makes no key
		other := w.browser()
		other.signIn(headPhone, headPIN)
		refused(d, other.asked(), "quá 5 phút") // of another session
		b.post("/account/passkeys", "response", "{}").is(http.StatusUnprocessableEntity).says("không đọc được")
		kept := d.make(b.asked())
		b.post("/account/passkeys", "name", strings.Repeat("a", 61), "response", kept).is(http.StatusUnprocessableEntity).says("60")
		b.post("/account/passkeys", "name", "Điện thoại", "response", kept).goes("/account/passkeys") // the name mended, the same key
		refused(d, b.asked(), "đã có khóa")

		w.browser().enter(d).goes("/account")
		for name, spoil := range map[string]func(*device){
			"no finger":       func(d *device) { d.hasty = true },
			"a false page":    func(d *device) { d.origin = "https://s0nha.example" },
			"another account": func(d *device) { d.handle = raw([]byte("1.nobody")) },
			"another ward":    func(d *device) { d.handle = raw([]byte("77." + d.w.site.House["36 Hàng Bạc"])) },
			"a copy":          func(d *device) { d.count = 0 },
			"another key":     func(d *device) { d.key = d.w.device().key },
		} {
			x := *d
			spoil(&x)
			if got := w.browser().enter(&x); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, got.status)
			}
		}
		slow := w.browser()
		begun := slow.begun()
		w.clock.pass(5 * time.Minute)
		slow.post("/sign-in/passkey", "response", d.give(begun)).is(http.StatusUnprocessableEntity).says("quá 5 phút")
		slow.enter(d).goes("/account")
	})
}

// begun2 is a question for signing in, asked in the shape of one for a new key.
func (b *browser) begun2(as *browser) string {
	var in struct{ Challenge string }
	b.w.must(json.Unmarshal([]byte(b.begun()), &in))
	var o map[string]any
	b.w.must(json.Unmarshal([]byte(as.asked()), &o))
	o["challenge"] = in.Challenge
	whole, err := json.Marshal(o)
	b.w.must(err)
	return string(whole)
}

func TestPasskeysAreOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.Accounts.ServeAt(keyAddress)
		a := w.head()
		w.administrator()
		b, d, admin := w.browser(), w.device(), w.browser()
		b.signIn(headPhone, headPIN)
		admin.signIn(staffPhone, staffWords)
		b.addKey(d, "Điện thoại")
		id := b.get("/account/passkeys").attr("[name=key]", "value")
		admin.post("/account/passkeys/name", "key", id, "name", "Của tôi").is(http.StatusNotFound)
		admin.post("/account/passkeys/end", "key", id).goes("/account/passkeys")
		b.post("/account/passkeys/name", "key", id, "name", "").is(http.StatusUnprocessableEntity)
		b.post("/account/passkeys/name", "key", id, "name", "0912 345 678").is(http.StatusUnprocessableEntity)
		b.post("/account/passkeys/name", "key", id, "name", "Máy tính bảng").goes("/account/passkeys")
		b.get("/account/passkeys").says("Máy tính bảng")
		w.browser().enter(d).goes("/account")

		w.clock.pass(11 * time.Minute)
		for _, path := range []string{"/account/passkeys/new", "/account/passkeys", "/account/passkeys/name", "/account/passkeys/end"} {
			b.post(path, "key", id, "name", "Khác").is(http.StatusOK).says("Xác nhận lại")
		}
		b.post("/account/passkeys/end", "key", id, "request_proof", headPIN).goes("/account/passkeys")
		w.browser().enter(d).is(http.StatusUnprocessableEntity).says("không mở được tài khoản nào")
		if list := w.audited(a.ID); !slices.Contains(list, "account.passkey_end") || !slices.Contains(list, "account.passkey_name") {
			t.Errorf("the trail: %v", list)
		}
	})
}

// What an administrator does for a lost phone ends its passkeys with it.
func TestPasskeysEndWithALostPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.Accounts.ServeAt(keyAddress)
		a := w.head()
		w.administrator()
		admin := w.browser()
		admin.signIn(staffPhone, staffWords)
		add := func() *device {
			t.Helper()
			b, d := w.browser(), w.device()
			b.signIn(headPhone, headPIN)
			b.addKey(d, "")
			return d
		}
		d := add()
		admin.get("/accounts/" + a.ID).says("Đang có 1 khóa truy cập").says("Gỡ khóa truy cập")
		admin.post("/accounts/"+a.ID+"/factor/end", "reason", "lost_phone").goes("/accounts/" + a.ID)
		w.browser().enter(d).is(http.StatusUnprocessableEntity)
		admin.post("/accounts/"+a.ID+"/factor/end", "reason", "lost_phone").is(http.StatusUnprocessableEntity)

		d = add()
		admin.post("/accounts/" + a.ID + "/disable").is(http.StatusSeeOther)
		w.browser().enter(d).is(http.StatusUnprocessableEntity)
		admin.post("/accounts/" + a.ID + "/enable").is(http.StatusSeeOther)
		w.browser().enter(d).goes("/account")
		if _, err := w.Accounts.Reset(t.Context(), w.site.System(), a.ID); err != nil {
			t.Fatal(err)
		}
		w.browser().enter(d).is(http.StatusUnprocessableEntity)
	})
}

func TestPasskeysNeedANameOverHTTPS(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		for base, want := range map[string]string{
			"https://Sonha.Phuong.VN": "https://sonha.phuong.vn", "https://sonha.phuong.vn:443/": "https://sonha.phuong.vn", "https://sonha.phuong.vn:8443": "https://sonha.phuong.vn:8443",
			"http://localhost:8080": "http://localhost:8080", "http://sonha.phuong.vn": "", "https://10.0.0.5": "", "http://127.0.0.1:8080": "", "": "", "ftp://localhost": "",
		} {
			w.Accounts.ServeAt(base)
			if got := w.Accounts.Origin(); got != want {
				t.Errorf("%q: passkeys at %q, want %q", base, got, want)
			}
		}
		w.Accounts.ServeAt("http://10.0.0.5:8080")
		w.person("Trần Văn Thịnh", staffPhone, staffWords, accounts.Grant{Role: access.Administrator})
		b := w.browser()
		if b.get("/sign-in").doc().Find("form[data-passkey]").Length() != 0 {
			t.Error("a button that leads nowhere")
		}
		b.post("/sign-in/passkey/begin").is(http.StatusNotFound)
		b.signIn(staffPhone, staffWords)
		b.get("/account/passkeys").says("--base-url")
		b.post("/account/passkeys/new").is(http.StatusUnprocessableEntity).says("--base-url")
	})
}

// A stranger who asks for questions without end uses up only what his own network may ask.
func TestPasskeyQuestionsAreRationed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.Accounts.ServeAt(keyAddress)
		w.head()
		owner, d := w.browser(), w.device()
		owner.signIn(headPhone, headPIN)
		owner.addKey(d, "")
		for range 70 {
			w.browser().enter(d).goes("/account") // whoever signs in is counted no more
		}
		stranger := w.browser()
		last := http.StatusOK
		for range 300 {
			if last = stranger.post("/sign-in/passkey/begin").status; last != http.StatusOK {
				break
			}
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("300 questions, and the last answer is %d", last)
		}
	})
}
