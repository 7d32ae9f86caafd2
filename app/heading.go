package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// headsFolder is where, in a folder, the heads of the trail lie: a file for each month, which sonha audit verify --heads reads.
const headsFolder = "ma-chot"

// keepHeads is periodic work: it adds where the trail of a ward stood at the end of yesterday to a file in each of the folders. One of them
// is that of the copies, on another disk as a rule: whoever makes the chain anew there, makes it anew against what was kept elsewhere.
func (p *Program) keepHeads(folders ...string) func(ctx context.Context, who access.Actor) error {
	return func(ctx context.Context, who access.Actor) error {
		day := civil.DayOf(p.DB.Now()).AddDays(-1)
		h, err := p.DB.ChainHead(ctx, who, day.AddDays(1).Time())
		if fault.Is(err, fault.Missing) {
			return nil // nothing was done yet
		}
		if err != nil {
			return err
		}
		queue.Note(ctx, "dòng %s, mã chốt %s", civil.Int(int(h.Seq)), h.Shown())
		if queue.Dry(ctx) {
			return nil
		}
		for _, folder := range folders {
			name := filepath.Join(folder, headsFolder, fmt.Sprintf("ward-%d-%s.json", who.Ward(), day[:len("2026-11")]))
			if err := addHead(name, h); err != nil {
				return unwritable(folder, err)
			}
		}
		return nil
	}
}

// addHead puts a head into a file of heads, unless it has the line already.
func addHead(name string, h db.Head) error {
	var heads []db.Head
	body, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(body, &heads)
	} else if errors.Is(err, os.ErrNotExist) {
		err = os.MkdirAll(filepath.Dir(name), 0o700)
	}
	if err != nil {
		return fmt.Errorf("heads of the trail in %s: %w", name, err)
	}
	if slices.ContainsFunc(heads, func(k db.Head) bool { return k.Seq == h.Seq && k.Hash == h.Hash }) {
		return nil
	}
	return replaceFile(name, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(append(heads, h))
	})
}
