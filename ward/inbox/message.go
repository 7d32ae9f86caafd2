package inbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// The kinds of message. Each has a name (inbox.kind.…) and a sentence that says why one gets it (inbox.why.…).
const (
	Phases       = "phases"       // the campaign was moved to another phase
	Shortcomings = "shortcomings" // an inspection noted what is to be mended, or its day has passed
	Results      = "results"      // a class was approved or changed
	Rechecks     = "rechecks"     // the day of the next inspection of a house comes near
	Proposals    = "proposals"    // a proposal moved on
	Notices      = "notices"      // an announcement of the ward
	Meetings     = "meetings"     // a meeting to which one is invited, was moved or cancelled
	Trainings    = "trainings"    // training to which one is invited, was moved or cancelled
	Logbook      = "logbook"      // monthly reports, roll-call
	Households   = "households"   // cards, pledges and answers of households
	Handover     = "handover"     // a house passes to another head
	Mediation    = "mediation"    // days of the mediation register
	Awards       = "awards"       // commendations that moved on
	Reads        = "reads"        // reading of records that is to be looked at, or to be explained
	Rights       = "rights"       // requests about personal data, and breaches
	Server       = "server"       // the machine on which all this runs, for the administrator
	Own          = "own"          // the account itself, such as a channel that was turned on
)

// Kinds lists the kinds in the order of the settings page.
func Kinds() []string {
	return []string{Notices, Meetings, Trainings, Phases, Proposals, Shortcomings, Results, Rechecks, Logbook, Households, Mediation, Awards, Handover, Reads, Rights, Server, Own}
}

// To is for whom a message is: accounts by their ids, or everybody in one of the roles whose reach holds the house; without a
// house, everybody in one of the roles in the ward. Whoever acts is not told by role of what they did themselves.
type To struct {
	Accounts []string
	Roles    []access.Role
	House    string
}

// Message is what is told.
type Message struct {
	// Kind is one of Kinds: it decides by which channels a person wants to hear of it.
	Kind string
	// Key is a sentence of the catalogs, Pairs the names and values in it: text, int, civil.Day or Word. With a value named N
	// the form of the sentence that goes with that number is taken.
	Key   string
	Pairs []any
	// Href is the page to open: a path on this site.
	Href string
	// House is the house that the message is about, if any: who does not reach it any more does not see the message.
	House string
	// Urgent messages stand out in the inbox. With a Reason they also leave at night and never wait for the digest.
	Urgent bool
	// Reason says why it cannot wait, as the sender stated it; shown to the reader.
	Reason string
	// About names the matter. A newer message about the same takes the place of one that was not read yet.
	About string
	// Once tells nothing when the same matter was told before, read or not: for work that looks every day.
	Once bool
}

// Word is a value that is itself a sentence of the catalogs, such as the name of a phase.
type Word string

const (
	mostReason = 300 // characters
	mostAbout  = 120
)

func (m *Message) check() error {
	switch {
	case !slices.Contains(Kinds(), m.Kind):
		return fmt.Errorf("inbox: no kind %q: add it to inbox.Kinds with its sentences inbox.kind and inbox.why", m.Kind)
	case m.Key == "":
		return errors.New("inbox: a message without a sentence")
	case m.Href != "" && (!strings.HasPrefix(m.Href, "/") || strings.HasPrefix(m.Href, "//") || strings.Contains(m.Href, `\`)):
		return fmt.Errorf("inbox: %q is no page of this site", m.Href)
	case len(m.About) > mostAbout:
		return errors.New("inbox: the name of the matter is too long")
	case m.Once && m.About == "":
		return errors.New("inbox: what is told once needs the name of its matter")
	case len(m.Pairs)%2 != 0:
		return errors.New("inbox: a name without a value")
	}
	return nil
}

// value is a value of a sentence as it is stored: one of the fields is set.
type value struct {
	Name string    `json:"f"`
	Text *string   `json:"s,omitempty"`
	N    *int      `json:"n,omitempty"`
	Day  civil.Day `json:"d,omitempty"`
	Word Word      `json:"w,omitempty"`
}

// pack writes the values of a sentence as JSON.
func pack(pairs []any) (string, error) {
	out := make([]value, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return "", fmt.Errorf("inbox: %v is no name of a value", pairs[i])
		}
		v := value{Name: name}
		switch x := pairs[i+1].(type) {
		case string:
			v.Text = &x
		case int:
			v.N = &x
		case civil.Day:
			v.Day = x
		case Word:
			v.Word = x
		default:
			return "", fmt.Errorf("inbox: the value of %s is a %T; give text, int, civil.Day or inbox.Word", name, x)
		}
		out = append(out, v)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return "", fmt.Errorf("inbox: write the values: %w", err)
	}
	return strings.TrimSpace(b.String()), nil
}

// say gives a stored sentence in the words of a reader.
func say(w *words.Words, key, pairs string) string {
	var list []value
	if err := json.Unmarshal([]byte(pairs), &list); err != nil {
		return w.T("inbox.unreadable")
	}
	if !w.Has(key) {
		return w.T("inbox.unreadable") // a sentence that a newer program no longer has
	}
	var out []any
	n := -1
	for _, v := range list {
		switch {
		case v.N != nil:
			if v.Name == "N" {
				n = *v.N
			}
			out = append(out, v.Name, *v.N)
		case v.Day != "":
			out = append(out, v.Name, v.Day)
		case v.Word != "":
			out = append(out, v.Name, w.T(string(v.Word)))
		case v.Text != nil:
			out = append(out, v.Name, *v.Text)
		default:
			out = append(out, v.Name, "")
		}
	}
	if n >= 0 {
		return w.N(key, n, out...)
	}
	return w.F(key, out...)
}

// Item is a message in somebody's inbox.
type Item struct {
	ID     string
	Kind   string
	Href   string
	Urgent bool
	Reason string
	At     time.Time
	Read   time.Time // zero: not yet

	key, pairs string
}

// Text is the message in the words of a reader.
func (i *Item) Text(w *words.Words) string { return say(w, i.key, i.pairs) }
