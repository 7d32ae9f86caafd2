package page

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Proof is what an account shows to say once more that it is the one who signed in.
type Proof string

// The kinds of proof.
const (
	ByCode     Proof = "code" // of an authenticator, or a recovery code
	ByPassword Proof = "password"
	ByPIN      Proof = "pin"
)

// Prover takes proofs. ward/accounts satisfies it.
type Prover interface {
	// Prove compares what was typed with what the account has and notes the time in the session. Its refusals name the
	// field ProofField.
	Prove(ctx context.Context, who access.Actor, session, typed string) error
}

// FreshFor is how long a proof is good for: whoever finds a desk left open after that cannot take the ward's lists along,
// approve a class or change a role.
const FreshFor = 10 * time.Minute

// ProofField is the field of a proof. Its name tells that it is of the sending and not of what is sent: the same form
// with and without it is one submission.
const ProofField = meta + "proof"

// ConfirmPath takes a proof alone and leads on to where its field next says.
const ConfirmPath = "/account/confirm"

// fresh reports whether the request may go on: the reader proved within FreshFor who acts, or does so with this very
// request. Otherwise it answers with a page that asks for it and sends the same form again, with all that was typed.
func (s *Server) fresh(w http.ResponseWriter, r *Request) (bool, error) {
	if s.Prover == nil || !r.Identity.Proved.IsZero() && s.Now().Sub(r.Identity.Proved) < FreshFor {
		return true, nil
	}
	r.Actor.Touch()
	if r.WantsJSON() || r.Later() {
		return false, &fault.Error{Kind: fault.Closed, Key: "page.confirm_first"}
	}
	typed := ""
	if r.Method == http.MethodPost {
		if err := r.Parse(); err != nil {
			return false, err
		}
		typed = strings.TrimSpace(r.PostForm.Get(ProofField))
		r.PostForm.Del(ProofField)
		r.Form.Del(ProofField)
	}
	reason := ""
	if typed != "" {
		err := s.Prover.Prove(r.Context(), r.Actor, r.Identity.Session, typed)
		if err == nil {
			return true, nil
		}
		texts, ok := r.Refused(err)
		if !ok {
			return false, err
		}
		reason = texts[ProofField] + texts[""]
	}
	page := confirmation(r.Frame(r.Words.T("page.confirm")), r.confirm(reason))
	if reason != "" {
		return false, r.Again(w, page)
	}
	return false, r.HTML(w, page)
}

// confirming is what the page that asks for a proof shows.
type confirming struct {
	Action  string
	Carried []ui.FieldValue // the form that was sent
	Field   ui.Field
	About   string
	Back    string
}

func (r *Request) confirm(reason string) confirming {
	c := confirming{Action: r.URL.RequestURI(), Back: "/today"}
	if r.Method == http.MethodPost {
		c.Carried = fieldsOf(r.PostForm)
	} else {
		c.Action = ConfirmPath
		c.Carried = []ui.FieldValue{{Name: "next", Value: r.URL.RequestURI()}}
	}
	if from := Next(r.refererPath(), ""); from != "" {
		c.Back = from
	}
	kind := map[Proof]ui.FieldKind{ByPassword: ui.PasswordField, ByPIN: ui.PINField}[r.Identity.Proof]
	name := string(r.Identity.Proof)
	if r.Identity.Proof == ByCode {
		kind = ui.TextField // six figures, or a recovery code
	}
	c.About = r.Words.T("page.confirm_about_" + name)
	c.Field = ui.Field{Kind: kind, Name: ProofField, Label: r.Words.T("page.confirm_" + name), Error: reason, Required: true, Focus: true}
	if r.Identity.Proof == ByCode {
		c.Field.Complete, c.Field.Hint = "one-time-code", r.Words.T("page.confirm_hint_code")
	}
	return c
}

// fieldsOf are the fields of a form in one order, without those that tell of its sending.
func fieldsOf(form map[string][]string) []ui.FieldValue {
	var list []ui.FieldValue
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if strings.HasPrefix(name, meta) {
			continue
		}
		for _, v := range form[name] {
			list = append(list, ui.FieldValue{Name: name, Value: v})
		}
	}
	return list
}

// refererPath is the path of this site's page from which the reader came; empty when it is not known.
func (r *Request) refererPath() string {
	_, rest, ok := strings.Cut(r.Referer(), "://"+r.Host)
	if !ok {
		return ""
	}
	return rest
}
