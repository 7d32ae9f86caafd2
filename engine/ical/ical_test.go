package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"pgregory.net/rapid"

	"sonha/engine/ical"
	"sonha/ground/civil"
)

// What is written reads back the same, no line is longer than 75 bytes and none ends inside a letter (RFC 5545, 3.1).
func TestReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Za-zÀ-ỹ0-9 ,;:\\"\n–★]{0,200}`)
		trimmed := func(name string) string { return strings.Trim(text.Draw(t, name), " \n") }
		e := ical.Event{
			UID: "019a-" + rapid.StringMatching(`[0-9a-f]{12}`).Draw(t, "uid") + "@sonha", Sequence: rapid.IntRange(0, 40).Draw(t, "sequence"),
			Stamp: time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC), Starts: time.Date(2026, 10, 25, 19, 30, 0, 0, civil.Hanoi), Ends: time.Date(2026, 10, 25, 21, 0, 0, 0, civil.Hanoi),
			Summary: "Họp " + trimmed("summary"), Description: "Nội dung: " + trimmed("description"), Location: "Sân " + trimmed("location"),
			URL: "https://sonha.example/meetings/0", Cancelled: rapid.Bool().Draw(t, "cancelled"),
		}
		var b bytes.Buffer
		if err := ical.Write(&b, "Họp số nhà 36A Hàng Bạc", "Lịch", []ical.Event{e}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT3H\r\n") { // a parameter that stands twice is refused (RFC 5545, 3.2)
			t.Fatalf("how often to look again: %s", b.String())
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
		c, err := ics.ParseCalendar(&b)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Events()[0]
		starts, _ := got.GetStartAt()
		ends, _ := got.GetEndAt()
		if !starts.Equal(e.Starts) || !ends.Equal(e.Ends) {
			t.Fatalf("from %s to %s", starts, ends)
		}
		status := "CONFIRMED"
		if e.Cancelled {
			status = "CANCELLED"
		}
		for _, x := range []struct {
			property ics.ComponentProperty
			want     string
		}{
			{ics.ComponentPropertyUniqueId, e.UID}, {ics.ComponentPropertySummary, e.Summary}, {ics.ComponentPropertyDescription, e.Description},
			{ics.ComponentPropertyLocation, e.Location}, {ics.ComponentPropertyStatus, status},
		} {
			if p := got.GetProperty(x.property); p == nil || p.Value != x.want {
				t.Fatalf("%s reads back as %+v, want %q", x.property, p, x.want)
			}
		}
		if len(c.Timezones()) != 1 {
			t.Fatal("the zone is not defined")
		}
	})
}
