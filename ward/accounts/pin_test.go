package accounts_test

import (
	"net/http"
	"testing"

	"sonha/ground/access"
	"sonha/ward/accounts"
)

// A password account may be typed into the form that asks for a PIN: nothing cuts it after six characters.
func TestAPasswordMayBeTypedWhereAPINIsAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.person("Trần Văn Thịnh", "0912 345 678", "ho-tu-phong-so-nha", accounts.Grant{Role: access.Command})
		b := w.browser()
		form := b.get("/sign-in?with=pin").is(http.StatusOK)
		if most := form.attr("#f-secret", "maxlength"); most == "6" || form.attr("#f-secret", "pattern") != "" {
			t.Errorf("the field takes %s characters", most)
		}
		b.signIn("0912 345 678", "ho-tu-").is(http.StatusUnprocessableEntity)
		b.signIn("0912 345 678", "ho-tu-phong-so-nha").goes("/today")
	})
}
