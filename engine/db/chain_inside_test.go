package db

import (
	"encoding/hex"
	"testing"

	"sonha/ground/access"
)

// The form in which a line is hashed is for ever: a chain that was written once must be checked by every later program.
func TestTheEncodingOfALineStays(t *testing.T) {
	t.Parallel()
	l := line{
		Entry: Entry{Action: "result.approve", Object: "result", ID: "r", House: "h", Detail: "Đạt an toàn", Reason: "lý do", Before: Digest("a"), After: Digest("b", "c")},
		ward:  7, id: "0192", at: 1_767_225_600_000, account: "a", actor: "Chỉ huy", role: "command",
	}
	hash, _ := l.sum(3, noLine().hash, nil)
	const want = "0163af5d81e3cb1e5af0732a41b05e27eaa8b5a2cb752ca6255fe1d7e75015ae29"
	if got := hex.EncodeToString(hash); got != want {
		t.Errorf("hashed as %s", got)
	}
	// What stands in one field is not the same in the next.
	moved := l
	moved.Detail, moved.Reason = l.Detail+l.Reason, ""
	if other, _ := moved.sum(3, noLine().hash, nil); hex.EncodeToString(other) == want {
		t.Error("two lines of one hash")
	}
}

// Whoever changes a line and hashes it anew is found by the next.
func TestALineHashedAnewIsFound(t *testing.T) {
	t.Parallel()
	d := lite(t)
	who := access.System(1, "test")
	if err := d.Write(t.Context(), who, func(tx *Tx) error {
		for range 3 {
			if err := tx.Audit(t.Context(), Entry{Action: "test"}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var l line
	var before []byte
	conn := d.writer.conn
	firstRow(t, conn, `select id, at, account_id, actor, role, action, before_hash from audit where seq = 2`,
		&l.id, &l.at, &l.account, &l.actor, &l.role, &l.Action, &before)
	l.ward, l.Detail = 1, "khác"
	hash, _ := l.sum(2, before, nil)
	if _, err := conn.ExecContext(t.Context(), `update audit set detail = 'khác', hash = $1 where seq = 2`, hash); err != nil {
		t.Fatal(err)
	}
	c, err := d.CheckChain(t.Context(), who, nil, nil)
	if err != nil || c.Break == nil || c.Break.Seq != 2 || c.Break.Wrong != Changed || c.Lines != 1 {
		t.Errorf("%+v %+v %v", c, c.Break, err)
	}
}
