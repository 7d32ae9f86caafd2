package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// papers measures the yearly report as people fetch it: the best of three, from the click to the last byte.
func (o Options) papers(ctx context.Context, r *report, c *client, s *server) error {
	for _, f := range []struct {
		kind string
		most float64 // seconds
	}{{"docx", 1}, {"pdf", 2}} {
		best := time.Duration(0)
		for range 3 {
			began := time.Now()
			if err := c.fetch(ctx, s.base, "/reports/campaign."+f.kind); err != nil {
				return err
			}
			if took := time.Since(began); best == 0 || took < best {
				best = took
			}
		}
		r.bar("yearly report, "+strings.ToUpper(f.kind), best.Seconds(), "s", true, f.most)
	}
	return nil
}

// fetch reads a file to its end, and waits for one that is not made at once.
func (c *client) fetch(ctx context.Context, base, path string) error {
	const patience, pause = time.Minute, 20 * time.Millisecond
	for began := time.Now(); time.Since(began) < patience; time.Sleep(pause) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
		if err != nil {
			return err
		}
		res, err := c.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		switch to := res.Header.Get("Location"); {
		case err != nil || res.StatusCode == http.StatusOK:
			return err
		case res.StatusCode == http.StatusSeeOther && strings.HasPrefix(to, "/jobs/"):
			path = to + "/file"
		case res.StatusCode != http.StatusNotFound: // not found: not made yet
			return fmt.Errorf("%s: %s", path, res.Status)
		}
	}
	return fmt.Errorf("%s: not made within a minute", path)
}

// sheetRows is the size of the workbook that is measured: a list of all houses of a large city.
const sheetRows = 100_000

// sheets measures writing a workbook of 100,000 rows of twelve columns, and how much memory it takes beyond what was in use.
func (o Options) sheets(r *report) error {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		const often = 10 * time.Millisecond
		for {
			select {
			case <-done:
				return
			case <-time.After(often):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	})
	var thrift jobs.Thrift
	end := thrift.Begin() // as all long work is done
	began := time.Now()
	err := workbook(io.Discard)
	took := time.Since(began)
	end()
	close(done)
	watching.Wait()
	if err != nil {
		return err
	}
	r.line("A workbook of %d rows", sheetRows)
	r.bar("time", took.Seconds(), "s", true, 10)
	r.bar("memory beyond what was in use", float64(max(most, before)-before)/(1<<20), "MB", true, 64)
	return nil
}

func workbook(out io.Writer) error {
	x, err := sheet.NewXLSX(out)
	if err != nil {
		return err
	}
	var columns []sheet.Column
	for i := range 12 {
		columns = append(columns, sheet.Column{Title: fmt.Sprintf("Cột %d", i+1), Width: 18})
	}
	if err := x.Begin(sheet.Table{Name: "Số nhà", Title: "Số nhà", Columns: columns}); err != nil {
		return err
	}
	for i := range sheetRows {
		if err := x.Row(fmt.Sprintf("%dA", i), "Hàng Bạc", "Tổ dân phố 1", "Khu vực 2", i%30, "Đang hoạt động", "Đạt an toàn", civil.Day("2026-10-20"), 42, 40,
			"Đèn cầu thang", 95.2); err != nil {
			return err
		}
	}
	return x.Close()
}
