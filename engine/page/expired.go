package page

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"sonha/engine/page/ui"
	"sonha/ground/fault"
)

// mostCarried is how many bytes of a form come back to who is not signed in any more; the longest of ours has a tenth of it.
const mostCarried = 256 << 10

// secretPath begins the addresses of a person's own account: no page carries what is typed there.
const secretPath = "/account/"

// secretFields are the names that fields for a PIN, a password or an authenticator's key have: a form with one of them is not carried.
func secretFields() []string { return []string{"secret", "again", "present", "key"} }

// resending is what the page of an ended session shows.
type resending struct {
	Action  string
	Enctype string
	Carried []ui.FieldValue // the form that was sent
	Files   bool            // it had files, which no page can carry
}

// expired answers a form of somebody whose session ended while they filled it in: nothing that they typed is lost, they sign in
// beside this page and send it from here.
func (s *Server) expired(w http.ResponseWriter, r *Request) error {
	if r.Method != http.MethodPost || r.WantsJSON() || r.Later() || strings.HasPrefix(r.URL.Path, secretPath) {
		return fault.SignIn()
	}
	form, ok := r.typed()
	if !ok || slices.ContainsFunc(form.Carried, func(f ui.FieldValue) bool { return slices.Contains(secretFields(), f.Name) }) {
		return fault.SignIn()
	}
	s.refused(r, fault.SignInFirst, fault.SignIn())
	frame := r.Frame(r.Words.T("fault.title.sign_in"))
	frame.NoShell = true
	return r.render(w, http.StatusUnauthorized, resend(frame, form))
}

// typed reads what was typed without keeping any file; false when there is nothing, or too much to come back on a page.
func (r *Request) typed() (resending, bool) {
	c := resending{Action: r.URL.RequestURI()}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if r.ContentLength > mostCarried || r.parsePlain() != nil {
			return c, false
		}
		c.Carried = fieldsOf(r.PostForm)
		return c, len(c.Carried) > 0
	}
	c.Enctype = "multipart/form-data"
	parts, err := r.MultipartReader()
	if err != nil {
		return c, false
	}
	form, left := map[string][]string{}, int64(mostCarried)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return c, false
		}
		if isFile(part) {
			c.Files = c.Files || part.FileName() != ""
			continue
		}
		var value bytes.Buffer
		n, err := io.CopyN(&value, part, left+1)
		if left -= n; !errors.Is(err, io.EOF) || left < 0 {
			return c, false
		}
		form[part.FormName()] = append(form[part.FormName()], value.String())
	}
	c.Carried = fieldsOf(form)
	return c, len(c.Carried) > 0
}

// isFile tells a field for a file, also one in which none was chosen.
func isFile(part *multipart.Part) bool {
	return strings.Contains(part.Header.Get("Content-Disposition"), "filename=")
}
