package twins

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/logbook"
)

// printTime is how long the file of a whole ward may take over a slow line.
const printTime = 5 * time.Minute

// chooseView is the page on which sheets of many houses are asked for.
type chooseView struct {
	forms  []ui.Option
	form   string
	wheres []ui.Option
	where  string
	blanks []ui.Link
}

func (p *Pages) choose(w http.ResponseWriter, r *page.Request) error {
	places, err := p.store.Places(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := chooseView{form: string(Assessment), where: r.Text("where")}
	if f, m, ok := parseForm(r.Text("form")); ok {
		v.form = f.value(m)
	}
	for _, f := range Forms() {
		if f == Month { // printed for this month, and towards its end for the next
			for _, m := range []logbook.Month{logbook.MonthOf(r.Today()), logbook.MonthOf(logbook.MonthOf(r.Today()).Last().AddDays(1))} {
				v.forms = append(v.forms, ui.Option{Value: f.value(m), Label: r.Words.F("twins.month_form", "Month", m.Text())})
			}
		} else {
			v.forms = append(v.forms, ui.Option{Value: string(f), Label: name(r.Words, f)})
		}
		v.blanks = append(v.blanks, ui.Link{Href: "/forms/blank.pdf?form=" + string(f), Label: name(r.Words, f)})
	}
	for _, x := range places {
		label := x.Name
		switch x.Kind {
		case "all":
			label = r.Words.T("twins.all_reach")
		case "street":
			label = r.Words.F("twins.street", "Street", x.Name)
		}
		v.wheres = append(v.wheres, ui.Option{Value: x.Value(), Label: r.Words.F("twins.where_count", "Where", label, "N", civil.IntIn(r.Words.Lang(), x.Houses))})
	}
	return r.HTML(w, choosePage(r.Frame(r.Words.T("twins.title"), ui.Link{Label: r.Words.T("twins.name")}), v))
}

// printMany gives the sheets of many houses as a file: at once when they are few, else behind a page that tells how far
// they are.
func (p *Pages) printMany(w http.ResponseWriter, r *page.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	places, err := p.store.Places(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(places, func(x Place) bool { return x.Value() == r.Text("where") })
	if at < 0 {
		return fault.NotFound("fault.not_found")
	}
	where := places[at]
	switch where.Kind {
	case "street":
		c.Street = where.ID
	case "group":
		c.Group = where.ID
	case "beat":
		c.Beat = where.ID
	}
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	who, view := r.Actor, p.view(r)
	file := jobs.File{Name: fileName(c, where.Name), Type: "application/pdf"}
	return jobs.GiveFile(w, r, p.jobs, "twins.printing", access.SeeHouses, file, func(ctx context.Context, progress *jobs.Progress, out io.Writer) error {
		run, err := p.store.Prepare(ctx, who, c)
		if err != nil {
			return err
		}
		if run.Sheets() == 0 {
			return fault.NotFound("twins.no_houses")
		}
		return run.Write(ctx, out, view, fonts, progress.Set)
	})
}

// fileName is the name under which sheets are saved: "phieu-tu-danh-gia-36a-hang-bac.pdf".
func fileName(which Choice, where string) string {
	stem := map[Form]string{
		Pledge: "cam-ket", Household: "phieu-ho", Assessment: "phieu-tu-danh-gia", Log: "nhat-ky", Month: "bao-cao-thang", Inspection: "phieu-kiem-tra",
	}[which.Form]
	if which.Month != "" {
		stem += "-" + string(which.Month)
	}
	text := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, civil.Fold(where))
	if text = strings.Trim(text, "-"); text != "" {
		stem += "-" + text
	}
	return stem + ".pdf"
}
