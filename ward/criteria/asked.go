package criteria

import (
	"embed"
	"strconv"

	"sonha/ground/fault"
)

// Messages holds the sentences about forms that were drawn by another version.
//
//go:embed messages/*.toml
var Messages embed.FS

// AskedField is the hidden field by which a form says by which version of the criteria its questions were asked.
const AskedField = "criteria"

// NotAsked is the version of answers that no form asked for: those of the program itself, and of sheets of paper, which carry their own.
const NotAsked = 0

// AskedBy reads the field of a form. A form without one was drawn before there was a second version. What is no number belongs to no
// version.
func AskedBy(text string) int {
	if text == "" {
		return Version1().Version
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// Asked refuses answers to the questions of another version: a form may have waited on a phone until the next campaign, and its
// letters would say what nobody was asked.
func (s *Set) Asked(version int) error {
	if version == NotAsked || version == s.Version {
		return nil
	}
	said := strconv.Itoa(version)
	if version < 1 {
		said = "?"
	}
	return fault.Shut("criteria.other_version", "Asked", said, "Now", strconv.Itoa(s.Version))
}

// Drawn is the value of [AskedField] for a form that asks by this version.
func (s *Set) Drawn() string { return strconv.Itoa(s.Version) }
