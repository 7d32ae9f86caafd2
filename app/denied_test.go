package app_test

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"sonha/ground/civil"
)

// denied are the subjects that no field, enum, tag or seed text may offer (docs/words.md): religion, politics, petitions, ethnicity,
// health, criminal record; and "đối tượng", a police word that is not for residents. Written in lower case, as a person would.
var denied = []string{
	"tôn giáo", "tín ngưỡng", "theo đạo", "religion", "religious",
	"chính trị", "đảng viên", "đảng phái", "political", "politics", "party member",
	"khiếu kiện", "biểu tình", "petition", "petitions",
	"dân tộc", "sắc tộc", "chủng tộc", "ethnic", "ethnicity",
	"sức khỏe", "sức khoẻ", "bệnh tật", "bệnh án", "bệnh nền", "tâm thần", "khuyết tật", "hiv", "health", "disease", "illness", "disability", "disabled person",
	"tiền án", "tiền sự", "lý lịch tư pháp", "án tích", "nghiện", "criminal record", "criminal records", "conviction", "addict", "addicts",
	"đối tượng",
}

// spoken are sentences in which such a word is right, because they say that it is not asked or are the name of something else.
var spoken = []string{
	"không ghi tên, tiền án, tiền sự", "do not contain names or criminal records", // GD3, which forbids them
	"cai nghiện tự nguyện",                     // TN5: the name of a helpline
	"chính trị - xã hội", "chính trị – xã hội", // kinds of organisation, in the heading of a document
	"đại đoàn kết toàn dân tộc", // the festival of 18 November
}

func TestFloorsDeniedSubjects(t *testing.T) {
	for _, o := range subjects(t, os.DirFS("..")) {
		t.Error(o)
	}

	got := subjects(t, fstest.MapFS{
		"engine/db/migrate/0001_a.sql":       {Data: []byte("-- no religion here\ncreate table households (\n  religion text,\n  ton_giao text,\n  healthy_lights integer\n);")},
		"ward/houses/messages/vi.toml":       {Data: []byte("# tôn giáo\n[a]\nother = \"Hộ theo Tôn  giáo nào?\"\n[b]\nother = \"Nhật ký không ghi tên, tiền án, tiền sự\"\n[c]\nother = \"Người nghiện\"\n")},
		"ward/criteria/set1/a.toml":          {Data: []byte("text = [\"Dân tộc\", \"Ethnicity\"]")},
		"ward/houses/pages.templ":            {Data: []byte("<p>Đối tượng quản lý</p>")},
		"ward/houses/house.go":               {Data: []byte("package houses\n\ntype House struct {\n\tPartyMember bool\n\tNote string `json:\"criminal_record\"`\n\tHealthy bool\n}\n\nconst (\n\tkind = \"religion\"\n)\n")},
		"ward/houses/messages/en.toml":       {Data: []byte("other = \"Ethnography\"")},
		"ward/houses/testdata/anything.toml": {Data: []byte("other = \"Tôn giáo\"")},
	})
	want := []string{
		"engine/db/migrate/0001_a.sql:3: religion", "engine/db/migrate/0001_a.sql:4: tôn giáo",
		"ward/criteria/set1/a.toml:1: dân tộc", "ward/criteria/set1/a.toml:1: ethnicity",
		"ward/houses/house.go:4: party member", "ward/houses/house.go:5: criminal record", "ward/houses/house.go:10: religion",
		"ward/houses/messages/vi.toml:3: tôn giáo", "ward/houses/messages/vi.toml:7: nghiện",
		"ward/houses/pages.templ:1: đối tượng",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("flagged\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// subjects looks for denied subjects in the schema, the catalogs and seeds, the templates, and in the fields, tags and constants of the ward's types.
func subjects(t *testing.T, root fs.FS) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		comment, ok := map[string]string{".sql": "--", ".toml": "#", ".templ": "//"}[path.Ext(name)]
		if !ok {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), comment) {
				continue
			}
			for _, word := range offers(line) {
				found = append(found, at(name, i+1, word))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h := parse(t, root)
	for _, s := range h.files {
		if s.test || s.generated || !strings.HasPrefix(s.dir, "ward/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, text := range declared(n) {
				for _, word := range offers(text) {
					found = append(found, at(s.path, h.fset.Position(n.Pos()).Line, word))
				}
			}
			return true
		})
	}
	return found
}

// declared returns the names, tags and constant values that a node declares.
func declared(n ast.Node) []string {
	var out []string
	switch n := n.(type) {
	case *ast.Field:
		for _, name := range n.Names {
			out = append(out, name.Name)
		}
		if n.Tag != nil {
			out = append(out, n.Tag.Value)
		}
	case *ast.ValueSpec:
		for _, name := range n.Names {
			out = append(out, name.Name)
		}
		for _, v := range n.Values {
			if literal, ok := v.(*ast.BasicLit); ok {
				out = append(out, literal.Value)
			}
		}
	}
	return out
}

// offers returns the denied words in a sentence, in a name such as PartyMember or in a column such as ton_giao.
func offers(text string) []string {
	plain := spaced(text)
	for _, sentence := range spoken {
		plain = strings.ReplaceAll(plain, spaced(sentence), " . ")
	}
	name := strings.TrimSpace(plain) == civil.Fold(plain)
	var found []string
	for _, word := range denied {
		// Names carry no marks. A single word without its marks may mean anything: nghien_cuu is research.
		unmarked := name && strings.Contains(word, " ") && strings.Contains(plain, " "+civil.Fold(word)+" ")
		if unmarked || strings.Contains(plain, " "+word+" ") {
			found = append(found, word)
		}
	}
	return found
}

// hump is where one word of PartyMember ends and the next begins.
var hump = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// spaced lowers a text and leaves its words with one space around each.
func spaced(text string) string {
	words := strings.FieldsFunc(strings.ToLower(hump.ReplaceAllString(text, "$1 $2")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return " " + strings.Join(words, " ") + " "
}

func at(file string, line int, word string) string {
	return fmt.Sprintf("%s:%d: %s", file, line, word)
}
