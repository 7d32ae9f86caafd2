package boards

import (
	"strings"
	"testing"

	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ward/results"
)

// The page of a ward with a hundred groups shows both ends and how many lie between; all of them are a link away, and nothing is left out of a
// ward of ordinary size.
func TestManyGroupsShowTheirEnds(t *testing.T) {
	t.Parallel()
	catalog, err := words.Load(Messages, ui.Messages)
	if err != nil {
		t.Fatal(err)
	}
	page := func(n int, all bool) string {
		x := &view{w: catalog.In("vi"), lang: "vi", all: all}
		for i := range n {
			x.Groups = append(x.Groups, Group{Tally: results.Tally{GroupID: string(rune('a' + i%26)), Name: "Tổ dân phố mẫu", Houses: 80, Inspected: n - i}})
		}
		var b strings.Builder
		if err := groupsPart(x).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const row = `<th scope="row">`
	for _, x := range []struct {
		groups int
		all    bool
		rows   int
		said   string
	}{{manyGroups, false, manyGroups, ""}, {100, false, bestShown + leastShown, "Xem cả 76 tổ dân phố ở giữa"}, {100, true, 100, ""}} {
		html := page(x.groups, x.all)
		if got := strings.Count(html, row) - 1; got != x.rows {
			t.Errorf("%d groups, all %t: %d rows", x.groups, x.all, got)
		}
		if strings.Contains(html, "ở giữa") != (x.said != "") || !strings.Contains(html, x.said) {
			t.Errorf("%d groups, all %t: it does not say %q", x.groups, x.all, x.said)
		}
	}
	if html := page(100, false); !strings.Contains(html, "groups=all") {
		t.Error("no way to all groups")
	}
}
