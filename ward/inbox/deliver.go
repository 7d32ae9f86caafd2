package inbox

import (
	"context"

	"sonha/engine/db"
)

// deliver asks for a message to be sent by the channels that its readers turned on.
func deliver(_ context.Context, _ *db.Tx, _ string, _ *Message) error { return nil }
