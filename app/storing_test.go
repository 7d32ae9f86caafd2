package app_test

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestScriptStore sends copies to a store of S3 on this machine, at $STORE, and brings them back, as an operator types it.
func TestScriptStore(t *testing.T) {
	testscript.Run(t, params(func(env *testscript.Env) {
		mem := s3mem.New()
		if err := mem.CreateBucket("sao-luu"); err != nil {
			panic(err)
		}
		server := httptest.NewTLSServer(gofakes3.New(mem).Server())
		env.Defer(server.Close)
		env.Setenv("STORE", "s3://"+server.Listener.Addr().String()+"/sao-luu/hoan-kiem")
		for name, text := range map[string][]byte{
			"kho.txt": []byte("MATRUYCAP\nmabimat\n"),
			"kho.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		} {
			if err := os.WriteFile(filepath.Join(env.WorkDir, name), text, 0o600); err != nil {
				panic(err)
			}
		}
		env.Setenv("SONHA_BACKUP_S3_CA", filepath.Join(env.WorkDir, "kho.pem"))
	}, "testdata/script/store/*.txtar"))
}
