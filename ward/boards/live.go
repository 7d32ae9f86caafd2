package boards

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"sonha/engine/page"
)

// A stream is kept short: the browser opens the next one by itself and says what it saw last, and a server that is
// to stop waits for no reader.
const (
	streamLasts = 10 * time.Second
	lookEvery   = 2 * time.Second
)

// live tells a browser when figures of the board change, as server-sent events. An event carries no figure: the
// browser asks for the board again, so that there is one way to the figures.
func (p *Pages) live(w http.ResponseWriter, r *page.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	seen := r.Header.Get("Last-Event-ID")
	stamp, err := p.store.Stamp(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep events back until it has 4 KB of them
	out := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil {
		return nil // the reader has gone
	}
	end, tick := time.NewTimer(streamLasts), time.NewTicker(lookEvery)
	defer end.Stop()
	defer tick.Stop()
	listens := strings.Contains(r.Header.Get("Accept"), "text/event-stream")
	for {
		if stamp != seen {
			name := "changed"
			if seen == "" {
				name = "begin" // the page was made a moment ago
			}
			if _, err := fmt.Fprintf(w, "id: %s\nevent: %s\ndata:\n\n", stamp, name); err != nil {
				return nil // the reader has gone
			}
			seen = stamp
		}
		if err := out.Flush(); err != nil || !listens {
			return nil // the reader has gone, or only looks what is here
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-tick.C:
		}
		if stamp, err = p.store.Stamp(r.Context(), r.Actor, year); err != nil {
			return err
		}
	}
}
