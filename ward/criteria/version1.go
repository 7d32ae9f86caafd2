package criteria

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed set1/*.toml
var set1Files embed.FS

var (
	set1Contents = []string{"vh", "tc", "tn", "nk", "gd", "hg"}
	set1Modules  = []string{"cc"}

	version1 = sync.OnceValue(parseVersion1)
)

// Version1 gives the programme's own set: six contents with 42 items, and the optional module CC with 7
// (domain.md §9.1 to §9.7). It is parsed at the first call; every call gives the same set.
func Version1() *Set { return version1() }

// parseVersion1 panics on a file that cannot be read: the texts are compiled in, so that this is a defect of the build. What
// they may say is held by a test and not looked at again at each start, of which it took a twelfth.
func parseVersion1() *Set {
	dir, err := fs.Sub(set1Files, "set1")
	if err != nil {
		panic(err)
	}
	set, err := readSet(dir, set1Contents, set1Modules)
	if err != nil {
		panic(err)
	}
	return set
}

// readSet reads set.toml and one file a content from dir, and refuses a key that it does not know: a
// misspelt key would lose a text without a word.
func readSet(dir fs.FS, contents, modules []string) (*Set, error) {
	set := new(Set)
	if err := decodeFile(dir, "set.toml", set); err != nil {
		return nil, err
	}
	var err error
	if set.Contents, err = parseContents(dir, contents); err != nil {
		return nil, err
	}
	if set.Modules, err = parseContents(dir, modules); err != nil {
		return nil, err
	}
	return set, nil
}

func parseContents(dir fs.FS, names []string) ([]Content, error) {
	list := make([]Content, len(names))
	for i, name := range names {
		if err := decodeFile(dir, name+".toml", &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func decodeFile(dir fs.FS, name string, into any) error {
	meta, err := toml.DecodeFS(dir, name, into)
	if err != nil {
		return fmt.Errorf("criteria: %s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("criteria: %s: unknown key %s", name, unknown[0])
	}
	return nil
}
