package app_test

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// storeys are the four floors of the house; imports go down only.
var storeys = map[string]int{"app": 4, "ward": 3, "engine": 2, "ground": 1}

// rooms are the features of the ward and the floor each stands on:
// 1 what the work refers to, 2 the work, 3 judging the work, 4 reading across features.
var rooms = map[string]int{
	"areas": 1, "accounts": 1, "houses": 1, "criteria": 1, "campaigns": 1, "holidays": 1, "inbox": 1,
	"consents": 1, "periods": 1, "reads": 1, "gatherings": 1,
	"assessments": 2, "households": 2, "logbook": 2, "inspections": 2, "measures": 2, "proposals": 2,
	"mediations": 2, "meetings": 2, "trainings": 2, "replies": 2, "notices": 2, "plans": 2, "privacy": 2,
	"results": 3, "reviews": 3, "indicators": 3, "awards": 3, "objections": 3, "editions": 3,
	"today": 4, "twins": 4, "doors": 4, "posted": 4, "dossiers": 4, "reports": 4, "boards": 4, "search": 4, "open311": 4,
	"handovers": 4, "trail": 4,
}

// chosen are the modules that our code may import: each was chosen by trial (docs/decisions and the table in CONTRIBUTING.md).
// The value says where: "" anywhere below the rules of .golangci.yml, "test" in tests only.
var chosen = map[string]string{
	"codeberg.org/go-pdf/fpdf":          "",
	"filippo.io/age":                    "",
	"github.com/BurntSushi/toml":        "",
	"github.com/PuerkitoBio/goquery":    "test",
	"github.com/a-h/templ":              "",
	"github.com/arran4/golang-ical":     "",
	"github.com/alecthomas/kong":        "",
	"github.com/coreos/go-oidc/v3":      "",
	"github.com/google/go-cmp":          "test",
	"github.com/go-webauthn/webauthn":   "",
	"github.com/google/uuid":            "",
	"github.com/jackc/pgx/v5":           "",
	"github.com/johannesboyne/gofakes3": "test",
	"github.com/klauspost/compress":     "",
	"github.com/makiuchi-d/gozxing":     "test",
	"github.com/minio/minio-go/v7":      "",
	"github.com/nicksnyder/go-i18n/v2":  "",
	"github.com/pkg/sftp":               "",
	"github.com/pquerna/otp":            "",
	"github.com/pressly/goose/v3":       "",
	"github.com/rogpeppe/go-internal":   "test",
	"github.com/xuri/excelize/v2":       "",
	"golang.org/x/crypto":               "",
	"golang.org/x/image":                "",
	"golang.org/x/oauth2":               "",
	"golang.org/x/text":                 "",
	"modernc.org/sqlite":                "",
	"pgregory.net/rapid":                "test",
	"rsc.io/qr":                         "",

	// what carries messages out of the inbox
	"github.com/SherClockHolmes/webpush-go": "",
	"github.com/wneessen/go-mail":           "",
}

// carried are the modules that the chosen ones bring along.
var carried = []string{
	"github.com/andybalholm/cascadia",                                                                                                   // goquery
	"github.com/dustin/go-humanize", "github.com/mattn/go-isatty", "github.com/ncruces/go-strftime", "github.com/remyoudompheng/bigfft", // sqlite
	"modernc.org/libc", "modernc.org/mathutil", "modernc.org/memory", // sqlite
	"github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/puddle/v2", // pgx
	"github.com/mfridman/interpolate", "github.com/sethvargo/go-retry", "go.uber.org/multierr", // goose
	"github.com/richardlehane/mscfb", "github.com/richardlehane/msoleps", "github.com/tiendc/go-deepcopy", // excelize
	"github.com/xuri/efp", "github.com/xuri/nfp", // excelize
	"github.com/kr/fs",                                                                                    // sftp
	"filippo.io/hpke",                                                                                     // age
	"golang.org/x/net", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/tools", "golang.org/x/mod", // several
	"golang.org/x/xerrors",                                                                                                        // gozxing
	"github.com/golang-jwt/jwt/v5",                                                                                                // webpush-go
	"github.com/boombuler/barcode",                                                                                                // otp
	"github.com/fxamacker/cbor/v2", "github.com/go-viper/mapstructure/v2", "github.com/go-webauthn/x", "github.com/google/go-tpm", // webauthn
	"github.com/philhofer/fwd", "github.com/tinylib/msgp", "github.com/x448/float16", // webauthn
	"github.com/go-jose/go-jose/v4",                                                                                             // go-oidc
	"github.com/cespare/xxhash/v2", "github.com/klauspost/cpuid/v2", "github.com/klauspost/crc32", "github.com/minio/crc64nvme", // minio-go
	"github.com/minio/md5-simd", "github.com/rs/xid", "github.com/zeebo/xxh3", "go.yaml.in/yaml/v3", "gopkg.in/ini.v1", // minio-go
	"github.com/ryszard/goskiplist", "go.shabbyrobe.org/gocovmerge", // gofakes3
}

func TestFloorsGoDownOnly(t *testing.T) {
	report(t, steps(project(t)))
	report(t, cycles(project(t)))

	flagged(t, steps, `
-- ground/civil/a.go --
package civil
import _ "sonha/engine/db" // want
import _ "github.com/google/uuid" // want
import _ "golang.org/x/text/unicode/norm"
-- engine/page/a.go --
package page
import _ "sonha/ward/houses" // want
import _ "sonha/ground/access"
import _ "sonha/scripts/tally" // want
-- engine/page/a_test.go --
package page_test
import _ "sonha/app" // want
import _ "sonha/app/apptest"
-- ward/houses/store.go --
package houses
import _ "sonha/app" // want
import _ "sonha/ward/reports" // want
import _ "sonha/ward/areas"
import _ "sonha/ward/campaigns/phases"
-- ward/houses/store_test.go --
package houses_test
import _ "sonha/ward/reports"
-- ward/gossip/doc.go --
package gossip // want
-- app/main.go --
package app
import _ "sonha/ward/reports"
-- main.go --
package main
import _ "sonha/app"
import _ "sonha/engine/db" // want
`)
	flagged(t, cycles, `
-- ward/houses/a.go --
package houses
import _ "sonha/ward/areas/names" // want
-- ward/areas/a.go --
package areas
import _ "sonha/ward/houses"
-- ward/criteria/a.go --
package criteria
import _ "sonha/ward/houses"
`)
}

// steps finds the imports that go up.
func steps(h house) []offence {
	var found []offence
	for _, s := range h.files {
		from, feature := standing(s.dir)
		if from == 3 && rooms[feature] == 0 {
			found = append(found, offence{s, s.file.Package, fmt.Sprintf("ward/%s stands on no floor: give it one in rooms, app/floors_test.go", feature)})
			continue
		}
		for _, spec := range s.file.Imports {
			if why := step(s, from, feature, importPath(spec)); why != "" {
				found = append(found, offence{s, spec.Pos(), why})
			}
		}
	}
	return found
}

// step says why a file on a storey may not import a path, or "" when it may.
func step(s source, from int, feature, path string) string {
	ours, inside := strings.CutPrefix(path, "sonha/")
	if !inside {
		if from == 1 && !s.test && external(path) && !within(path, "golang.org/x/text") {
			return "ground imports the standard library and x/text only, not " + path
		}
		return ""
	}
	to, other := standing(ours)
	switch {
	case s.dir == "." && ours != "app":
		return "main.go calls app and nothing else"
	case from == 0:
		return "" // scripts and e2e stand outside the house
	case s.test && strings.HasSuffix(ours, "test"):
		return "" // a test kit may be fetched from the roof
	case to == 0:
		return "the house does not import " + path
	case to > from:
		return fmt.Sprintf("a step up: %s imports %s", s.dir, path)
	case from == 3 && to == 3 && !s.test && rooms[other] > rooms[feature]:
		return fmt.Sprintf("a step up inside the ward: %s is on floor %d, %s on %d", feature, rooms[feature], other, rooms[other])
	}
	return ""
}

// cycles finds features of one floor that lean on each other. Go forbids this for packages; a feature is a folder with all below it.
func cycles(h house) []offence {
	type edge struct {
		to   string
		from offence
	}
	uses := map[string][]edge{}
	for _, s := range h.files {
		from, feature := standing(s.dir)
		if from != 3 || s.test {
			continue
		}
		for _, spec := range s.file.Imports {
			ours, _ := strings.CutPrefix(importPath(spec), "sonha/")
			if to, other := standing(ours); to == 3 && other != feature {
				uses[feature] = append(uses[feature], edge{other, offence{s, spec.Pos(), fmt.Sprintf("%s and %s lean on each other", feature, other)}})
			}
		}
	}
	var found []offence
	var walk func(start, at string, seen map[string]bool) bool
	walk = func(start, at string, seen map[string]bool) bool {
		for _, e := range uses[at] {
			if e.to == start {
				return true
			}
			if !seen[e.to] {
				seen[e.to] = true
				if walk(start, e.to, seen) {
					return true
				}
			}
		}
		return false
	}
	for _, feature := range slices.Sorted(maps.Keys(uses)) {
		for _, e := range uses[feature] {
			if feature > e.to && walk(feature, e.to, map[string]bool{}) { // each pair once
				found = append(found, e.from)
			}
		}
	}
	return found
}

// standing says on which storey a folder lies (0: none) and, in the ward, to which feature it belongs.
func standing(dir string) (storey int, feature string) {
	first, rest, _ := strings.Cut(dir, "/")
	feature, _, _ = strings.Cut(rest, "/")
	return storeys[first], feature
}

func TestFloorsModules(t *testing.T) {
	root := os.DirFS("..")
	report(t, foreign(parse(t, root)))
	text, err := fs.ReadFile(root, "go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, module := range unlisted(string(text)) {
		t.Errorf("go.mod requires %s, which nobody chose: add it to chosen or carried in app/floors_test.go, with a decision in docs/decisions", module)
	}

	flagged(t, foreign, `
-- engine/db/a.go --
package db
import _ "github.com/lib/pq" // want
import _ "pgregory.net/rapid" // want
import _ "net/http"
import _ "github.com/jackc/pgx/v5/stdlib"
-- engine/db/a_test.go --
package db
import _ "pgregory.net/rapid"
-- engine/db/dbtest/a.go --
package dbtest
import _ "github.com/google/go-cmp/cmp"
`)
	got := unlisted("module sonha\n\nrequire rsc.io/qr v0.2.0\n\nrequire (\n\tgithub.com/lib/pq v1.0.0 // indirect\n\tgolang.org/x/text v0.43.0\n)\n")
	if !slices.Equal(got, []string{"github.com/lib/pq"}) {
		t.Errorf("unlisted = %v, want the one foreign module", got)
	}
}

// foreign finds imports of modules that nobody chose, or of test modules in the program.
func foreign(h house) []offence {
	var found []offence
	for _, s := range h.files {
		for _, spec := range s.file.Imports {
			path := importPath(spec)
			if !external(path) {
				continue
			}
			module, known := "", false
			for m := range chosen {
				if within(path, m) {
					module, known = m, true
				}
			}
			switch {
			case !known:
				found = append(found, offence{s, spec.Pos(), path + " is of no chosen module"})
			case chosen[module] == "test" && !s.test && !s.kit:
				found = append(found, offence{s, spec.Pos(), module + " is for tests only"})
			}
		}
	}
	return found
}

// requirement finds a module in go.mod, on a line of its own or inside a block.
var requirement = regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9.-]+\.[a-z]+/[^\s]+) v[0-9]`)

// unlisted returns the modules of a go.mod that are neither chosen nor carried.
func unlisted(gomod string) []string {
	var out []string
	for _, m := range requirement.FindAllStringSubmatch(gomod, -1) {
		if _, ok := chosen[m[1]]; !ok && !slices.Contains(carried, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// external reports whether an import path is of another module: its first part looks like a host.
func external(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return strings.Contains(host, ".")
}

func within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

func importPath(spec *ast.ImportSpec) string {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return path
}
