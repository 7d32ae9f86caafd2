package db

import (
	"bytes"
	"errors"
	"runtime"
	"sync"
)

// nesting knows which goroutines are inside a unit of work. A unit inside a unit waits for a connection that the
// outer one may hold: on a quiet day it works, on a busy one everything stands. Tests find it (Options.Testing),
// whoever calls whom; the running program does not pay for it. A nil nesting checks nothing.
type nesting struct{ inside sync.Map }

var errNested = errors.New("db: a unit of work inside another; pass the Tx down")

func (n *nesting) check() error {
	if n == nil {
		return nil
	}
	if _, ok := n.inside.Load(goroutine()); ok {
		return errNested
	}
	return nil
}

// enter marks the goroutine until the returned function is called.
func (n *nesting) enter() func() {
	if n == nil {
		return func() {}
	}
	id := goroutine()
	n.inside.Store(id, nil)
	return func() { n.inside.Delete(id) }
}

// goroutine is the number of the running goroutine, as a stack trace prints it.
func goroutine() string {
	var b [64]byte
	_, line, _ := bytes.Cut(b[:runtime.Stack(b[:], false)], []byte("goroutine "))
	id, _, _ := bytes.Cut(line, []byte(" "))
	return string(id)
}
