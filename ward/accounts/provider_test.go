package accounts_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sonha/engine/oidc"
	"sonha/ground/access"
	"sonha/ward/accounts"
)

// issuer is an identity provider that says whatever a test wants; e2e/provider.spec.ts meets a real one.
type issuer struct {
	w      *world
	server *httptest.Server
	key    *rsa.PrivateKey
	odd    []string

	mu    sync.Mutex
	codes map[string]asked
	info  map[string]any
	away  bool
	named bool // it says that it names itself in each answer
}

// asked is what the program sent somebody with, and the token that the code is worth.
type asked struct {
	question url.Values
	token    string
}

func (w *world) issuer(change func(*accounts.Provider)) *issuer {
	w.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	i := &issuer{w: w, key: key, codes: map[string]asked{}}
	i.server = httptest.NewServer(http.HandlerFunc(i.answer))
	w.t.Cleanup(i.server.Close)
	p, err := oidc.New(oidc.Settings{
		Issuer: i.server.URL, Client: "sonha", Secret: "bí mật", Redirect: "https://sonha.example/sign-in/provider/back", Scopes: []string{"phone"}, Groups: "groups",
	})
	w.must(err)
	settings := &accounts.Provider{OIDC: p, Issuer: i.server.URL, Name: "tài khoản cơ quan", Odd: func(err error) { i.odd = append(i.odd, err.Error()) }}
	if change != nil {
		change(settings)
	}
	w.must(w.Accounts.SignInBy(settings))
	return i
}

func (i *issuer) answer(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	tell := func(v any) { w.Header().Set("Content-Type", "application/json"); _ = json.NewEncoder(w).Encode(v) } //nolint:errchkjson // answers of this file's own
	base := i.server.URL
	switch {
	case i.away:
		w.WriteHeader(http.StatusBadGateway)
	case r.URL.Path == "/.well-known/openid-configuration":
		more := map[string]any{"issuer": base, "authorization_endpoint": base + "/auth", "token_endpoint": base + "/token", "jwks_uri": base + "/jwks", "id_token_signing_alg_values_supported": []string{"RS256"}}
		if i.info != nil {
			more["userinfo_endpoint"] = base + "/me"
		}
		if i.named {
			more["authorization_response_iss_parameter_supported"] = true
		}
		tell(more)
	case r.URL.Path == "/jwks":
		tell(map[string]any{"keys": []any{map[string]string{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": raw(i.key.N.Bytes()), "e": raw(big.NewInt(int64(i.key.E)).Bytes())}}})
	case r.URL.Path == "/me":
		tell(i.info)
	case r.URL.Path == "/token":
		a, ok := i.codes[r.FormValue("code")]
		delete(i.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		name, secret, _ := r.BasicAuth()
		if secret, _ = url.QueryUnescape(secret); !ok || raw(sum[:]) != a.question.Get("code_challenge") || r.FormValue("redirect_uri") != a.question.Get("redirect_uri") || name != "sonha" || secret != "bí mật" {
			w.WriteHeader(http.StatusBadRequest)
			tell(map[string]string{"error": "invalid_grant"})
			return
		}
		tell(map[string]any{"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": a.token})
	default:
		http.NotFound(w, r)
	}
}

// token is signed by a key.
func (i *issuer) token(key *rsa.PrivateKey, header, claims map[string]any) string {
	h, err := json.Marshal(header)
	i.w.must(err)
	c, err := json.Marshal(claims)
	i.w.must(err)
	text := raw(h) + "." + raw(c)
	sum := sha256.Sum256([]byte(text))
	signed, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	i.w.must(err)
	return text + "." + raw(signed)
}

// sent is where the browser is sent to.
func (b *browser) sent() url.Values {
	b.w.t.Helper()
	a := b.get("/sign-in/provider?next=/account").is(http.StatusSeeOther)
	to, err := url.Parse(a.header.Get("Location"))
	b.w.must(err)
	if a.header.Get("Cache-Control") != "no-store" {
		b.w.t.Error("the way there may be kept")
	}
	return to.Query()
}

// says gives the way back of somebody, with claims beside or in the place of the usual ones.
func (i *issuer) says(q url.Values, subject string, more map[string]any) string {
	now := time.Now()
	claims := map[string]any{"iss": i.server.URL, "aud": "sonha", "sub": subject, "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	maps.Copy(claims, more)
	return i.back(q, i.token(i.key, map[string]any{"alg": "RS256", "kid": "1"}, claims))
}

func (i *issuer) back(q url.Values, token string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	code := "code" + q.Get("state")
	i.codes[code] = asked{q, token}
	return "/sign-in/provider/back?" + url.Values{"state": {q.Get("state")}, "code": {code}, "iss": {i.server.URL}}.Encode()
}

func TestSomebodyBoundSignsInByTheProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		i := w.issuer(nil)
		b := w.browser()
		if got := b.get("/sign-in").says("Vào bằng tài khoản cơ quan").attr("a[href^='/sign-in/provider']", "href"); got != "/sign-in/provider?next=%2Ftoday" {
			t.Errorf("the way there: %q", got)
		}
		q := b.sent()
		if q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != "https://sonha.example/sign-in/provider/back" || q.Get("response_type") != "code" || q.Get("scope") != "openid phone" {
			t.Errorf("asked %v", q)
		}
		// Not bound: neither by a phone number, which nobody said that it counts.
		b.get(i.says(q, "u1", map[string]any{"phone_number": headPhone, "phone_number_verified": true})).is(http.StatusUnprocessableEntity).says("chưa gắn với tài khoản Sonha nào").says("Số điện thoại")
		if b.in() {
			t.Fatal("in")
		}
		w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
		b.get(i.says(b.sent(), "u1", nil)).goes("/account")
		if !b.in() || b.cookies["provider"] != "" {
			t.Error("not in, or the mark stays")
		}
		other := w.browser()
		other.get(i.says(other.sent(), "u2", nil)).is(http.StatusUnprocessableEntity)
		w.must(w.Accounts.Disable(t.Context(), w.site.System(), a.ID))
		other.get(i.says(other.sent(), "u1", nil)).is(http.StatusUnprocessableEntity).says("tạm khóa")
		w.must(w.Accounts.Enable(t.Context(), w.site.System(), a.ID))
		w.must(w.Accounts.Unbind(t.Context(), w.site.System(), a.ID))
		if b.get(i.says(b.sent(), "u1", nil)).is(http.StatusUnprocessableEntity); b.in() {
			t.Error("still in")
		}
		if trail := w.audited(a.ID); !slices.Contains(trail, "account.provider_bind") || !slices.Contains(trail, "session.provider") || !slices.Contains(trail, "account.provider_unbind") {
			t.Errorf("the trail: %v", trail)
		}
	})
}

// A token that is not for us, not now, not of this provider or not of this question opens nothing, and no page says more than that.
func TestATokenThatIsNotToBeBelieved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		i := w.issuer(nil)
		w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
		for name, more := range map[string]map[string]any{
			"another audience": {"aud": "khac"}, "two audiences": {"aud": []string{"sonha", "khac"}}, "another party": {"azp": "khac"}, "another question": {"nonce": "x"},
			"no question": {"nonce": ""}, "expired": {"exp": time.Now().Add(-time.Hour).Unix()}, "another issuer": {"iss": "https://khac.example"}, "nobody": {"sub": ""},
		} {
			b := w.browser()
			if b.get(i.says(b.sent(), "u1", more)).is(http.StatusUnprocessableEntity).says("không xác nhận được trả lời"); b.in() {
				t.Errorf("%s is believed", name)
			}
		}
		stranger, err := rsa.GenerateKey(rand.Reader, 2048)
		w.must(err)
		good := func(q url.Values) map[string]any {
			return map[string]any{"iss": i.server.URL, "aud": "sonha", "sub": "u1", "nonce": q.Get("nonce"), "exp": time.Now().Add(time.Minute).Unix()}
		}
		for name, forge := range map[string]func(url.Values) string{
			"another key": func(q url.Values) string {
				return i.token(stranger, map[string]any{"alg": "RS256", "kid": "1"}, good(q))
			},
			"no signature": func(q url.Values) string {
				whole := strings.Split(i.token(i.key, map[string]any{"alg": "none"}, good(q)), ".")
				return whole[0] + "." + whole[1] + "."
			},
			"no token": func(url.Values) string { return "" },
		} {
			b := w.browser()
			q := b.sent()
			if b.get(i.back(q, forge(q))).is(http.StatusUnprocessableEntity); b.in() {
				t.Errorf("%s is believed", name)
			}
		}
		b := w.browser()
		if b.get(strings.Replace(i.says(b.sent(), "u1", nil), url.QueryEscape(i.server.URL), "https%3A%2F%2Fkhac.example", 1)).is(http.StatusUnprocessableEntity); b.in() {
			t.Error("an answer of another provider is taken")
		}
		if len(i.odd) < 11 {
			t.Errorf("the operator hears %v", i.odd)
		}
	})
}

// The way back belongs to the browser that was sent, once, for five minutes.
func TestTheWayBackIsOneBrowsersOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		i := w.issuer(nil)
		w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
		thief, victim := w.browser(), w.browser()
		planted := i.says(thief.sent(), "u1", nil)
		victim.sent()
		if victim.get(planted).is(http.StatusUnprocessableEntity).says("trình duyệt khác"); victim.in() {
			t.Error("a planted way back opens")
		}
		if thief.get(planted).is(http.StatusUnprocessableEntity); thief.in() {
			t.Error("it is taken twice")
		}
		b := w.browser()
		back := i.says(b.sent(), "u1", nil)
		b.get(back).goes("/account")
		b.post("/sign-out")
		if b.get(back).is(http.StatusUnprocessableEntity); b.in() {
			t.Error("the code opens again")
		}
		q := b.sent()
		b.get("/sign-in/provider/back?error=access_denied&state=" + q.Get("state")).is(http.StatusUnprocessableEntity).says("báo chưa đăng nhập")
		b.get("/sign-in/provider/back").is(http.StatusUnprocessableEntity)
	})
}

// A provider that says that each of its answers names it is not behind one that does not; another may leave its name out.
func TestAnAnswerWithoutANameIsNotThatOfAProviderThatNamesItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		for _, named := range []bool{false, true} {
			i := w.issuer(nil)
			i.named = named
			if named { // bound at the one before
				w.must(w.Accounts.Unbind(t.Context(), w.site.System(), a.ID))
			}
			w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
			b := w.browser()
			back, err := url.Parse(i.says(b.sent(), "u1", nil))
			w.must(err)
			q := back.Query()
			q.Del("iss")
			if b.get(back.Path + "?" + q.Encode()); b.in() == named {
				t.Errorf("a provider that names itself: %t; an answer without a name opens: %t", named, b.in())
			}
			b = w.browser()
			if b.get(i.says(b.sent(), "u1", nil)); !b.in() {
				t.Errorf("a provider that names itself: %t; an answer with its name does not open", named)
			}
		}
	})
}

// While the provider is away the page says so, and the other ways in stay.
func TestTheProviderIsAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		i := w.issuer(nil)
		i.away = true
		b := w.browser()
		b.get("/sign-in/provider").is(http.StatusUnprocessableEntity).says("chưa trả lời").says("Số điện thoại")
		b.signIn(headPhone, headPIN).goes("/today")
		w.must(w.Accounts.SignInBy(nil))
		b.get("/sign-in/provider").is(http.StatusNotFound)
		if strings.Contains(w.browser().get("/sign-in").text("main"), "tài khoản cơ quan") {
			t.Error("a button to nowhere")
		}
	})
}

// Where the ward says so, a phone number that the provider has verified binds once; the number alone opens nothing later.
func TestAVerifiedNumberBindsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		i := w.issuer(func(p *accounts.Provider) { p.ByPhone = true })
		i.info = map[string]any{"sub": "u1", "phone_number": headPhone, "phone_number_verified": false}
		b := w.browser()
		b.get(i.says(b.sent(), "u1", nil)).is(http.StatusUnprocessableEntity).says("chưa gắn")
		i.info = map[string]any{"sub": "u9", "phone_number": headPhone, "phone_number_verified": true}
		b.get(i.says(b.sent(), "u1", nil)).is(http.StatusUnprocessableEntity).says("không xác nhận được")
		i.info["sub"] = "u1"
		b.get(i.says(b.sent(), "u1", nil)).goes("/account")
		i.info["sub"] = "u2"
		other := w.browser()
		other.get(i.says(other.sent(), "u2", nil)).is(http.StatusUnprocessableEntity).says("chưa gắn")
		i.info = map[string]any{"sub": "u1"}
		b.get(i.says(b.sent(), "u1", nil)).goes("/account")
	})
}

// A group gives a role at sign-in and takes it when it is gone, with the sessions; what people gave stays. A provider whose word does not
// stand for the second step leaves it to the code.
func TestGroupsGiveAndTakeRoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.person("Trần Văn Thịnh", staffPhone, staffWords, accounts.Grant{Role: access.Committee})
		i := w.issuer(func(p *accounts.Provider) {
			p.Roles = map[string]access.Role{"chi-huy": access.Command, "ubnd": access.Committee}
			p.Means = []string{"otp"}
		})
		w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
		roles := func() string {
			got, err := w.Accounts.Get(t.Context(), w.site.System(), a.ID)
			w.must(err)
			var list []string
			for _, g := range got.Grants {
				list = append(list, string(g.Role))
			}
			slices.Sort(list)
			return strings.Join(list, " ")
		}
		b := w.browser()
		b.get(i.says(b.sent(), "u1", map[string]any{"groups": []string{"chi-huy", "ubnd", "khac"}})).is(http.StatusSeeOther)
		if got := roles(); got != "command committee" || !b.in() {
			t.Fatalf("roles: %s", got)
		}
		again := w.browser()
		again.get(i.says(again.sent(), "u1", map[string]any{"groups": []string{"chi-huy"}})).is(http.StatusSeeOther)
		if !b.in() {
			t.Error("nothing was taken, but the session ended")
		}
		again.get(i.says(again.sent(), "u1", nil)).is(http.StatusSeeOther)
		if got := roles(); got != "committee" || b.in() || !again.in() {
			t.Errorf("the group is gone: %s, in: %v", got, b.in())
		}
		again.enrol()
		b.get(i.says(b.sent(), "u1", map[string]any{"amr": []string{"pwd"}})).goes("/sign-in/code?next=%2Faccount")
		if b.in() {
			t.Error("in without the code")
		}
		b.get(i.says(b.sent(), "u1", map[string]any{"amr": []string{"pwd", "otp"}})).is(http.StatusSeeOther)
		if !b.in() {
			t.Error("the word of the provider does not stand for the second step")
		}
		if err := w.Accounts.SignInBy(&accounts.Provider{Roles: map[string]access.Role{"x": access.Administrator}}); err == nil {
			t.Error("a group gives away the administrator")
		}
	})
}

// A group that is not the ward's says nothing to whoever is refused: roles are given only with the binding.
func TestARefusedStrangerGivesNoRoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.person("Trần Văn Thịnh", staffPhone, staffWords, accounts.Grant{Role: access.Committee})
		i := w.issuer(func(p *accounts.Provider) {
			p.ByPhone, p.Roles = true, map[string]access.Role{"chi-huy": access.Command}
		})
		w.must(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u1"))
		b := w.browser()
		b.get(i.says(b.sent(), "u2", map[string]any{"groups": "chi-huy", "phone_number": staffPhone, "phone_number_verified": true})).is(http.StatusUnprocessableEntity)
		got, err := w.Accounts.Get(t.Context(), w.site.System(), a.ID)
		w.must(err)
		if len(got.Grants) != 1 {
			t.Errorf("%+v", got.Grants)
		}
		if err := errors.Join(w.Accounts.Bind(t.Context(), w.site.System(), a.ID, "u3")); err == nil {
			t.Error("bound twice")
		}
	})
}
