// Package ical writes a calendar to which calendar programs subscribe (RFC 5545). It knows no feature.
package ical

import (
	"fmt"
	"io"
	"time"

	ics "github.com/arran4/golang-ical"

	"sonha/ground/civil"
)

// Type is the content type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Event is one entry. UID stays the same for as long as the entry lives; Sequence grows with each change that readers must see.
type Event struct {
	UID          string
	Sequence     int
	Stamp        time.Time // when it was last changed
	Starts, Ends time.Time
	Summary      string
	Description  string
	Location     string
	URL          string
	Cancelled    bool
}

const (
	zone  = "Asia/Ho_Chi_Minh"
	local = "20060102T150405"
	// The zone has had UTC+7 since 13/06/1975 and no summer time (tzdata, Asia/Ho_Chi_Minh).
	zoneSince = "19750613T000000"
	offset    = "+0700"
	// refresh asks programs to look again every three hours.
	refresh = "PT3H"
)

// Write writes a calendar with its events. Times stand in the zone of Vietnam, with its definition, so that a program that knows no
// zones shows the right hour.
func Write(w io.Writer, name, product string, events []Event) error {
	c := ics.NewCalendar()
	c.SetProductId("-//Sonha//" + product + "//VI")
	c.SetMethod(ics.MethodPublish)
	c.SetCalscale("GREGORIAN")
	c.SetXWRCalName(name)
	c.SetXWRTimezone(zone)
	c.SetXPublishedTTL(refresh)
	c.SetRefreshInterval(refresh) // says by itself that it is a duration; said twice, the line is no calendar's
	s := c.AddTimezone(zone).AddStandard()
	s.SetProperty(ics.ComponentPropertyDtStart, zoneSince)
	s.SetProperty("TZOFFSETFROM", "+0800")
	s.SetProperty("TZOFFSETTO", offset)
	s.SetProperty("TZNAME", "+07")
	for i := range events {
		add(c, &events[i])
	}
	if err := c.SerializeTo(w, ics.WithNewLine("\r\n")); err != nil {
		return fmt.Errorf("write calendar: %w", err)
	}
	return nil
}

func add(c *ics.Calendar, x *Event) {
	e := c.AddEvent(x.UID)
	e.SetDtStampTime(x.Stamp.UTC())
	e.SetProperty(ics.ComponentPropertyDtStart, x.Starts.In(civil.Hanoi).Format(local), ics.WithTZID(zone))
	e.SetProperty(ics.ComponentPropertyDtEnd, x.Ends.In(civil.Hanoi).Format(local), ics.WithTZID(zone))
	e.SetSequence(x.Sequence)
	e.SetSummary(x.Summary)
	e.SetStatus(ics.ObjectStatusConfirmed)
	if x.Cancelled {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	for _, p := range []struct {
		property ics.ComponentProperty
		text     string
	}{{ics.ComponentPropertyDescription, x.Description}, {ics.ComponentPropertyLocation, x.Location}, {ics.ComponentPropertyUrl, x.URL}} {
		if p.text != "" {
			e.SetProperty(p.property, p.text)
		}
	}
}
