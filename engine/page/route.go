// Package page is the way of a request: routes that state their need, one chain in front of them, a
// request that carries its actor and its words, replies, and one place where errors become pages.
// It knows no feature.
package page

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sonha/ground/access"
)

// Handler answers one request. What it returns as an error is turned into a page by Server.fail.
type Handler func(w http.ResponseWriter, r *Request) error

// Route is one line of the route table.
type Route struct {
	// Pattern is a ServeMux pattern with its method: "GET /houses/{id}".
	Pattern string
	// Need is the power that the actor must have; the zero Need stops the program at start.
	Need access.Need
	// Handle answers.
	Handle Handler
	// Body is the most bytes of a request body; 64 KiB when zero.
	Body int64
	// Fresh asks the reader to prove once more who acts unless that was done within FreshFor: for what leaves the ward, and for
	// what decides about others. Not for a route that takes files.
	Fresh bool
	// Early lets an account in before it has the second factor that its ward demands: for the way to it, and for going away.
	Early bool
	// Watch marks what a page left open asks for again and again: such a request is no sign that somebody sits there, and keeps no session
	// from ending for want of use.
	Watch bool
	// Shows is the kind of record of a house or household that the answer gives out; each leaves a line of who read it.
	Shows Shows
	// Time is the longest that reading the request and writing the answer may take; 15 s when zero.
	Time time.Duration
}

// Method is the HTTP method of the pattern.
func (r Route) Method() string { m, _, _ := strings.Cut(r.Pattern, " "); return m }

const (
	defaultBody = 64 << 10
	defaultTime = 15 * time.Second
)

// register puts the routes on the mux. It refuses a route without a need and a pattern given twice.
func (s *Server) register(routes []Route) error {
	for _, route := range routes {
		switch {
		case route.Need == access.None:
			return fmt.Errorf("route %q names no need", route.Pattern)
		case route.Need.String() == "none":
			return fmt.Errorf("route %q names more than one need", route.Pattern)
		case route.Handle == nil:
			return fmt.Errorf("route %q has no handler", route.Pattern)
		case !strings.Contains(route.Pattern, " /"):
			return fmt.Errorf("route %q names no method", route.Pattern)
		}
		if slices.ContainsFunc(s.routes, func(r Route) bool { return r.Pattern == route.Pattern }) {
			return fmt.Errorf("route %q stands twice", route.Pattern)
		}
		if route.Body == 0 {
			route.Body = defaultBody
		}
		if route.Time == 0 {
			route.Time = defaultTime
		}
		s.routes = append(s.routes, route)
		s.mux.Handle(route.Pattern, s.serve(route))
	}
	return nil
}

// Routes lists every route, for the golden file and the access matrix.
func (s *Server) Routes() []Route { return slices.Clone(s.routes) }
