package criteria

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Set is one version of the criteria. A set that is in use never changes; a change is a new version.
// Sets are shared between goroutines: read them, do not write to them.
type Set struct {
	// Version counts from 1. A result is kept with the version it was judged by.
	Version int  `json:"version"`
	Name    Text `json:"name"`
	// PassPercent is the share of its applicable points that a content needs, rounded up to whole points.
	PassPercent int `json:"pass_percent" toml:"pass_percent"`
	// MendDays is how long a house that passes on condition has to mend what is missing, in days.
	MendDays int `json:"mend_days" toml:"mend_days"`
	// Contents are the contents that make the class, in the order of the programme.
	Contents []Content `json:"contents" toml:"-"`
	// Modules are optional contents, off unless a ward turns them on. They have a badge of their own and are
	// judged by [JudgeModule]; [Judge] never looks at them.
	Modules []Content `json:"modules,omitempty" toml:"-"`
	// Retired are the items that this version asks no more, of those that the version had from which it was copied.
	Retired []Retired `json:"retired,omitempty" toml:"-"`
}

// Content is one of the programme's fields of work with its items.
type Content struct {
	// Code is two capital letters that never change meaning: VH, TC, TN, NK, GD, HG; CC for the module.
	Code string `json:"code"`
	Name Text   `json:"name"`
	// Short is the name in tables, Phone the name above a question on a narrow screen.
	Short Text `json:"short"`
	Phone Text `json:"phone"`
	// PassPercent is the share of points that this content needs where it is not the set's own; 0 where it is.
	PassPercent int    `json:"pass_percent,omitempty" toml:"-"`
	Items       []Item `json:"items" toml:"item"`
}

// Item is one thing that can be checked about a house number, without entering a private room and without
// naming a person (domain.md §9, guard rails c and d).
type Item struct {
	// Code is the content's code and a number. A code never changes meaning once published.
	Code string `json:"code"`
	// Required marks a condition (★): its content passes only when this item is Pass or does not apply.
	Required bool `json:"required,omitempty"`
	// NA names the answer "does not apply" in the words of this item ("Không có cổng chung"). It is empty
	// where the item applies to every house.
	NA Text `json:"na,omitzero"`
	// Sources say where the answer comes from; an inspection outweighs the others.
	Sources []Source `json:"sources"`
	// Effort ranks the work of mending the item, from 1 (a few minutes) to 5 (months, or money).
	Effort int `json:"effort"`
	// Text is the item as the criteria state it; Label names it in a few words for lists and charts.
	Text  Text `json:"text"`
	Label Text `json:"label" toml:"short"`
	// Question asks a house head in plain words; Explain says what counts as Pass.
	Question Text `json:"question"`
	Explain  Text `json:"explain"`
	// Pass, Partly and Fail are one short line under each answer.
	Pass   Text `json:"pass"`
	Partly Text `json:"partly"`
	Fail   Text `json:"fail"`
	// Evidence and Rule are the columns "minh chứng" and "quy tắc đạt" of the printed set.
	Evidence Text `json:"evidence"`
	Rule     Text `json:"rule"`
	// Action is what mends the item, verb first; How says how, or how long it takes.
	Action Text `json:"action"`
	How    Text `json:"how"`
	// Household asks a single household the same in its own words. Two items a content have it in the first version
	// (domain.md §9.8); it is empty elsewhere, and an item keeps it or goes without it for good.
	Household Text `json:"household,omitzero"`
	// Chips are shortcuts by which an inspector says what is missing.
	Chips []Text `json:"chips"`
}

// AllowsNA reports whether "does not apply" is an answer to the item.
func (i *Item) AllowsNA() bool { return i.NA.VI != "" }

// Starred is the code as paper prints it: with a star where the item is required.
func (i *Item) Starred() string {
	if i.Required {
		return i.Code + " ★"
	}
	return i.Code
}

// Line is the short line under the answer v; for NA it is the item's own name of that answer.
// It is empty for Unanswered.
func (i *Item) Line(v Value) Text {
	switch v {
	case Pass:
		return i.Pass
	case Partly:
		return i.Partly
	case Fail:
		return i.Fail
	case NA:
		return i.NA
	}
	return Text{}
}

// Source says where the answer to an item comes from (domain.md §9).
type Source string

// The sources. On conflict the inspection wins, with its reasons recorded.
const (
	FromHouseholds Source = "T" // the households' own answers, as shares
	FromLog        Source = "N" // the house head's log
	FromInspection Source = "K" // seen on site
	FromDossier    Source = "H" // a document in the dossier
)

// Name is the source in words; empty for an unknown one.
func (s Source) Name() Text {
	switch s {
	case FromHouseholds:
		return Text{"Các hộ tự đánh giá", "Household self-assessment"}
	case FromLog:
		return Text{"Nhật ký trưởng số nhà", "House head's log"}
	case FromInspection:
		return Text{"Kiểm tra tại chỗ", "Inspection on site"}
	case FromDossier:
		return Text{"Tài liệu trong hồ sơ", "Document in the dossier"}
	}
	return Text{}
}

// Len is the number of items of the contents, modules left out: the length of the set's answers.
func (s *Set) Len() int {
	n := 0
	for i := range s.Contents {
		n += len(s.Contents[i].Items)
	}
	return n
}

// Item gives the item at a position of the answers, counted from 0 through the contents, with its content.
// It gives nils outside 0 … Len-1.
func (s *Set) Item(index int) (*Item, *Content) {
	for i := range s.Contents {
		c := &s.Contents[i]
		if index < 0 {
			break
		}
		if index < len(c.Items) {
			return &c.Items[index], c
		}
		index -= len(c.Items)
	}
	return nil, nil
}

// Index gives the position of the item with this code in the answers, or -1. Items of modules have none.
func (s *Set) Index(code string) int {
	at := 0
	for i := range s.Contents {
		for j := range s.Contents[i].Items {
			if s.Contents[i].Items[j].Code == code {
				return at
			}
			at++
		}
	}
	return -1
}

// Percent is the share of its applicable points that a content of the set needs, in percent.
func (s *Set) Percent(c *Content) int {
	if c.PassPercent > 0 {
		return c.PassPercent
	}
	return s.PassPercent
}

// Content gives the content or module with this code, or nil.
func (s *Set) Content(code string) *Content {
	for _, list := range [][]Content{s.Contents, s.Modules} {
		for i := range list {
			if list[i].Code == code {
				return &list[i]
			}
		}
	}
	return nil
}

// HouseholdItems gives the positions of the items that households are asked about, in order.
func (s *Set) HouseholdItems() []int {
	var list []int
	at := 0
	for i := range s.Contents {
		for j := range s.Contents[i].Items {
			if s.Contents[i].Items[j].Household.VI != "" {
				list = append(list, at)
			}
			at++
		}
	}
	return list
}

// Encode gives the set as JSON, always the same bytes for the same set, for keeping and for [Decode].
func (s *Set) Encode() ([]byte, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("criteria: encode set %d: %w", s.Version, err)
	}
	return data, nil
}

// Decode reads a set that [Set.Encode] wrote, and refuses one that [Set.Problems] finds fault with.
func Decode(data []byte) (*Set, error) {
	set := new(Set)
	if err := json.Unmarshal(data, set); err != nil {
		return nil, fmt.Errorf("criteria: decode set: %w", err)
	}
	if problems := set.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("criteria: set %d: %w", set.Version, problems[0])
	}
	return set, nil
}

// Hash identifies the wording and the rules of the set: SHA-256 of its encoding, in hexadecimal. Results
// keep it beside the version, so that a later change of a frozen set shows.
func (s *Set) Hash() string {
	data, err := s.Encode()
	if err != nil {
		// Text, numbers and lists always encode; nothing a caller passes can lead here.
		panic(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
