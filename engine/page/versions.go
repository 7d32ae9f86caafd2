package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"sonha/engine/page/ui"
)

// Version is one side of a line on which two people differ.
type Version struct {
	Value string `json:"value"` // as the form sends it
	Text  string `json:"text"`  // as people read it
	By    string `json:"by,omitempty"`
}

// Line is one field of a form that somebody else changed meanwhile.
type Line struct {
	Name   string  `json:"name"`
	Label  string  `json:"label"`
	Mine   Version `json:"mine"`
	Theirs Version `json:"theirs"`
}

// Versions is a form that was filled in from a version which is not the latest. Nothing of it was written.
type Versions struct {
	Lines []Line
	// Base are the fields that say from which version the form is made, as they must be now.
	Base []ui.FieldValue
}

// TwoVersions answers a form whose lines somebody else has changed meanwhile: both versions, line by line, to choose
// from. Everything that was sent stands in the answer, so nothing is lost and nothing is overwritten. A script gets
// the lines as data, under status 409 in either case.
func (r *Request) TwoVersions(w http.ResponseWriter, v Versions) error {
	r.status = http.StatusConflict
	if r.WantsJSON() {
		base := make([][2]string, len(v.Base))
		for i, f := range v.Base {
			base[i] = [2]string{f.Name, f.Value}
		}
		body, err := json.Marshal(struct {
			Status int         `json:"status"`
			Title  string      `json:"title"`
			Lines  []Line      `json:"lines"`
			Base   [][2]string `json:"base"`
		}{r.status, r.Words.T("page.two_about"), v.Lines, base})
		if err != nil {
			return fmt.Errorf("write the two versions: %w", err)
		}
		w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(r.status)
		_, _ = w.Write(body)
		return nil
	}
	return r.render(w, r.status, twoVersions(r.Frame(r.Words.T("page.two_versions")), r.URL.RequestURI(), v.Lines, r.carried(v)))
}

// carried are the fields of the form that nobody differs on, with the base as it is now.
func (r *Request) carried(v Versions) []ui.FieldValue {
	differs := func(name string) bool {
		return slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Name == name })
	}
	list := slices.Clone(v.Base)
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if strings.HasPrefix(name, meta) || differs(name) || slices.ContainsFunc(v.Base, func(f ui.FieldValue) bool { return f.Name == name }) {
			continue
		}
		for _, value := range r.PostForm[name] {
			list = append(list, ui.FieldValue{Name: name, Value: value})
		}
	}
	return list
}
