package app

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"sonha/engine/words"
)

// misused says in Vietnamese what of the arguments cannot be taken, and where their use is told. What the commands' own Validate says is
// Vietnamese already; the sentences of kong have no other form than their text.
func misused(w *words.Words, err error) string {
	use := "sonha --help"
	if at, ok := errors.AsType[*kong.ParseError](err); ok {
		if n := at.Context.Selected(); n != nil {
			use = n.FullPath() + " --help"
		}
	}
	text := err.Error()
	for _, s := range kongSays() {
		if found := s.text.FindStringSubmatch(text); found != nil {
			text = s.say(w, found)
			break
		}
	}
	return text + "\n" + w.F("app.arg_usage", "Use", use)
}

// said is a sentence of kong's, and ours for it.
type said struct {
	text *regexp.Regexp
	say  func(w *words.Words, found []string) string
}

func kongSays() []said {
	bare := func(s string) string { return strings.NewReplacer(`"`, "", "<", "", ">", "").Replace(s) }
	listed := func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(bare(s), ", ", ","), ",", ", ") }
	return []said{
		{regexp.MustCompile(`^unexpected argument (.+), did you mean (?:one of )?(.+)\?$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_unknown", "Word", f[1]) + " " + w.F("app.arg_meant", "Words", listed(f[2]))
		}},
		{regexp.MustCompile(`^unexpected argument (.+)$`), func(w *words.Words, f []string) string { return w.F("app.arg_unknown", "Word", f[1]) }},
		{regexp.MustCompile(`^unknown flag (\S+), did you mean (?:one of )?(.+)\?$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_unknown", "Word", f[1]) + " " + w.F("app.arg_meant", "Words", listed(f[2]))
		}},
		{regexp.MustCompile(`^unknown flag (\S+)$`), func(w *words.Words, f []string) string { return w.F("app.arg_unknown", "Word", f[1]) }},
		{regexp.MustCompile(`^missing flags: (.+)$`), func(w *words.Words, f []string) string { return w.F("app.arg_missing", "What", f[1]) }},
		{regexp.MustCompile(`^expected "(<[^,]+)"$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_missing", "What", strings.ToUpper(bare(f[1])))
		}},
		{regexp.MustCompile(`^expected (?:one of )?(".+)$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_which", "Words", strings.ReplaceAll(listed(f[1]), "...", "…"))
		}},
		{regexp.MustCompile(`^(\S+): expected a valid \d+ bit u?int but got "(.*)"$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_number", "Flag", f[1], "Value", f[2])
		}},
		{regexp.MustCompile(`^(\S+): expected duration but got "(.*?)"`), func(w *words.Words, f []string) string {
			return w.F("app.arg_duration", "Flag", f[1], "Value", f[2])
		}},
		{regexp.MustCompile(`^(\S+): expected .* value but got`), func(w *words.Words, f []string) string { return w.F("app.arg_empty", "Flag", f[1]) }},
		{regexp.MustCompile(`^(\S+) must be one of (.+) but got "(.*)"$`), func(w *words.Words, f []string) string {
			return w.F("app.arg_choice", "Flag", bare(f[1]), "Words", listed(f[2]), "Value", f[3])
		}},
		{regexp.MustCompile(`^(\S+): stat (.+): no such file or directory$`), func(w *words.Words, f []string) string {
			return f[1] + ": " + w.F("app.file_gone", "Place", f[2])
		}},
		{regexp.MustCompile(`^(\S+): "(.+)" exists but is a directory`), func(w *words.Words, f []string) string {
			return f[1] + ": " + w.F("app.file_folder", "Place", f[2])
		}},
	}
}

// unopened says why a file that was named could not be read or written; "" when the error is not about that.
func unopened(w *words.Words, err error) string {
	var place string
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		place = path.Path
	case errors.As(err, &link):
		place = link.New
	default:
		return ""
	}
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		return w.F("app.file_no_folder", "Place", place)
	case errors.Is(err, fs.ErrNotExist):
		return w.F("app.file_gone", "Place", place)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return w.F("app.file_closed", "Place", place)
	case errors.Is(err, syscall.EISDIR):
		return w.F("app.file_folder", "Place", place)
	case errors.Is(err, syscall.ENOSPC):
		return w.F("app.file_full", "Place", place)
	}
	return ""
}
