package accounts

import (
	"sync"
	"time"
)

const (
	// waitLife is how long a browser may take to come back: with the answer of a passkey, or from the identity provider.
	waitLife = 5 * time.Minute
	// waitsMost bounds what waits at the same time; the oldest goes.
	waitsMost = 10000
)

// waits is what a browser is waited for with, by a word that nobody guesses: each is taken once, within waitLife. It lives in memory, as
// wrong tries do: after a restart one presses the button again.
type waits[T any] struct {
	mu    sync.Mutex
	at    map[string]waited[T]
	order []string // as they came, which is as they end
}

type waited[T any] struct {
	what T
	ends time.Time
}

func newWaits[T any]() *waits[T] { return &waits[T]{at: map[string]waited[T]{}} }

func (w *waits[T]) keep(word string, what T, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.order) > 0 && (len(w.order) >= waitsMost || !now.Before(w.at[w.order[0]].ends)) { // the zero time of one that was taken is over, too
		delete(w.at, w.order[0])
		w.order = w.order[1:]
	}
	w.at[word] = waited[T]{what, now.Add(waitLife)}
	w.order = append(w.order, word)
}

// take gives what still waits, for the last time.
func (w *waits[T]) take(word string, now time.Time) (what T, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x, ok := w.at[word]
	delete(w.at, word)
	return x.what, ok && now.Before(x.ends)
}
