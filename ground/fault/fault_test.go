package fault

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestKindsAreFoundInAChain(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	for _, c := range []struct {
		err  error
		kind Kind
		key  string
	}{
		{NotFound("fault.not_found"), Missing, "fault.not_found"},
		{Invalid("phone", "accounts.phone_wrong"), Wrong, "fault.check_form"},
		{InvalidFields([]Field{{Name: "a"}, {Name: "b"}}), Wrong, "fault.check_form"},
		{Refused("app.which_ward"), Wrong, "app.which_ward"},
		{Conflict("fault.changed"), Clash, "fault.changed"},
		{Shut("campaigns.closed"), Closed, "campaigns.closed"},
		{SignIn(), SignInFirst, "fault.sign_in"},
		{Slow("fault.slow", time.Minute), TooMany, "fault.slow"},
		{Large("fault.too_large", "MB", 5), TooLarge, "fault.too_large"},
		{Unavailable(cause), Busy, "fault.busy"},
	} {
		for _, err := range []error{c.err, fmt.Errorf("store: %w", c.err), errors.Join(cause, c.err)} {
			e, ok := As(err)
			if !ok || e.Key != c.key || KindOf(err) != c.kind || !Is(err, c.kind) || Is(err, Internal) {
				t.Errorf("%v: kind %d, want %d", err, KindOf(err), c.kind)
			}
		}
	}
	for _, err := range []error{cause, nil} {
		if _, ok := As(err); ok || KindOf(err) != Internal {
			t.Errorf("%v is classified", err)
		}
	}
	if Is(nil, Internal) {
		t.Error("no error is a defect")
	}
	if InvalidFields(nil) != nil {
		t.Error("a form without a fault is refused")
	}
}

func TestTheLogLearnsTheCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := Unavailable(cause)
	if !errors.Is(err, cause) || err.Error() != "fault.busy: disk" {
		t.Errorf("%v", err)
	}
	if got := Invalid("phone", "accounts.phone_wrong", "Phone", "0912").Error(); got != "fault.check_form [phone: accounts.phone_wrong]" {
		t.Errorf("%q: the log must name the field and never what was typed", got)
	}
	e, _ := As(Slow("fault.slow", 90*time.Second, "Name", "x"))
	if e.Wait != 90*time.Second || len(e.Pairs) != 2 {
		t.Errorf("%+v", e)
	}
}
