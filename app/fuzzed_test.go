package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every parser of what comes from outside is fed with invented input by `make fuzz`. A new one gets a line here.
func TestEveryParserIsFuzzed(t *testing.T) {
	t.Parallel()
	for _, x := range [][3]string{
		{"a house number", "ground/civil", "FuzzParseHouseNumber"}, {"a day", "ground/civil", "FuzzParseDay"}, {"a phone number", "ground/civil", "FuzzParsePhone"},
		{"text in old encodings", "ground/civil", "FuzzLegacyBytes"}, {"free text", "ground/civil/personal", "FuzzFind"}, {"a roster", "ward/houses/roster", "FuzzParse"},
		{"paper sheets", "ward/criteria/paper", "FuzzParse"}, {"earlier results", "ward/results/history", "FuzzParse"}, {"a series", "ward/indicators", "FuzzParse"},
		{"a CSV file", "engine/sheet", "FuzzCSV"}, {"a workbook", "engine/sheet", "FuzzSheetXML"}, {"a form and its files", "engine/page", "FuzzForm"},
		{"a photo", "engine/files", "FuzzSavePhoto"}, {"what is searched for", "ward/dossiers", "FuzzSearch"}, {"a filter in an address", "ward/dossiers", "FuzzParseFilter"},
		{"a code on paper", "ward/twins", "FuzzParseCode"}, {"a one-time link", "ward/accounts", "FuzzToken"}, {"a backup file", "engine/backup", "FuzzRead"},
		{"what a proxy says", "app", "FuzzProxies"}, {"a map of places", "ward/houses/points", "FuzzGeoJSON"}, {"a passkey's answer", "ward/accounts", "FuzzPasskey"},
		{"a link in a letter", "ward/inbox", "FuzzLink"}, {"a browser's push service", "engine/push", "FuzzCheck"},
	} {
		files, err := filepath.Glob(filepath.Join("..", x[1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(text), "\nfunc "+x[2]+"(f *testing.F)")
		}
		if !found {
			t.Errorf("%s: no %s in %s", x[0], x[2], x[1])
		}
	}
}
