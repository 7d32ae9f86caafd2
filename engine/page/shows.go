package page

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"sonha/ground/access"
)

// Shows names the kind of record that a route gives out; the room that keeps the lines of who read what says which kinds there are
// (ward/reads). Empty: the route gives out no record of a house or household.
type Shows string

// ShowsMade is of the route that gives a file which was made for another route: what it holds is what that one shows.
const ShowsMade Shows = "made"

// ShowsAhead is of the list of pages that a phone fetches to have them without a network.
const ShowsAhead Shows = "pack"

// AheadHeader is sent by the worker of a phone that fetches a page before anybody opens it, to have it without a network.
const AheadHeader = "Sonha-Ahead"

// Shown is what one answer gives out: which kind of record, by which id or filter, how many rows of a list.
type Shown struct {
	Shows Shows
	ID    string     // what the path names, such as a house or a photo; empty for a list
	Asked url.Values // what stood behind the question mark
	Rows  int        // of a list that is taken away; 0 when it was not counted
	Place string     // what the account answers for, as the session says: "36A Hàng Bạc", "Khu vực 2"
	Ahead bool       // a phone fetched it by itself
}

// Witness is told what is about to be given out. Where it refuses, nothing is given out. ward/reads satisfies it.
type Witness interface {
	Witness(ctx context.Context, who access.Actor, s Shown) error
}

// Showing says that the answer gives out another record than the route's own line says: a file that was asked for elsewhere.
func (r *Request) Showing(s Shown) { r.shown = s }

// Shown is what the answer gives out, as far as it is known.
func (r *Request) Shown() Shown { return r.shown }

// Rows says how many rows the list has that the answer gives out.
func (r *Request) Rows(n int) { r.shown.Rows = n }

// witness hands the request to its handler with a witness at the door: before the first byte of a record leaves, it is written down
// who gets it.
func (s *Server) witness(w http.ResponseWriter, r *Request, route Route) error {
	if s.Witness == nil || route.Shows == "" {
		return s.once(w, r, route.Handle)
	}
	r.shown = Shown{Shows: route.Shows, ID: r.PathValue("id"), Asked: r.URL.Query(), Place: r.Identity.Place, Ahead: r.Header.Get(AheadHeader) != ""}
	d := &door{ResponseWriter: w, tell: func() error { return s.Witness.Witness(r.Context(), r.Actor, r.shown) }}
	before := maps.Clone(w.Header())
	err := s.once(d, r, route.Handle)
	if d.refused != nil {
		clear(w.Header())
		maps.Copy(w.Header(), before)
		return d.refused
	}
	return err
}

// door lets an answer through once the witness has written it down.
type door struct {
	http.ResponseWriter

	tell    func() error
	begun   bool
	refused error
}

// WriteHeader begins the answer, unless it gives out a record and the witness cannot write it down.
func (d *door) WriteHeader(status int) {
	if !d.begun {
		d.begun = true
		// What the reader's browser has kept is shown again by "not modified".
		if status >= http.StatusOK && status < http.StatusMultipleChoices || status == http.StatusNotModified {
			d.refused = d.tell()
		}
	}
	if d.refused == nil {
		d.ResponseWriter.WriteHeader(status)
	}
}

// Write gives out a piece of the answer.
func (d *door) Write(b []byte) (int, error) {
	if !d.begun {
		d.WriteHeader(http.StatusOK)
	}
	if d.refused != nil {
		return 0, d.refused
	}
	return d.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (d *door) Unwrap() http.ResponseWriter { return d.ResponseWriter }
