// Works with files as programs in Go do, in the directory that the first argument names, and prints a line for each
// thing that did not succeed.
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

func want(what string, err error) {
	if err != nil {
		fmt.Println(what+":", err)
	}
}

func same(what string, got, wanted string) {
	if got != wanted {
		fmt.Printf("%s: %q instead of %q\n", what, got, wanted)
	}
}

func reads(d string) {
	text, err := os.ReadFile(d + "/file")
	want("read a file", err)
	same("contents", string(text), "hello")
	entries, err := os.ReadDir(d)
	want("list", err)
	same("entries", fmt.Sprint(entries), "[- file d sub/]")
	dir, err := os.Open(d)
	want("open a directory", err)
	names, err := dir.Readdirnames(-1)
	want("names", err)
	same("count of names", fmt.Sprint(len(names)), "2")
	want("close", dir.Close())
	want("walk", filepath.WalkDir(d, func(_ string, _ fs.DirEntry, err error) error { return err }))
	file, err := os.Open(d + "/file")
	want("open", err)
	_, err = file.Seek(2, io.SeekStart)
	want("seek", err)
	rest, err := io.ReadAll(file)
	want("read on", err)
	same("rest", string(rest), "llo")
	_, err = file.Stat()
	want("attributes", err)
	root, err := os.OpenRoot(d)
	want("open as root", err)
	_, err = root.Open("sub/inner")
	want("open beneath", err)
}

func writes(d string) error {
	err := os.WriteFile(d+"/made", []byte("new"), 0o644)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(d+"/log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	want("append", err)
	_, err = log.WriteString("line")
	want("appended", err)
	want("sync", log.Sync())
	want("truncate", log.Truncate(0))
	want("make directories", os.MkdirAll(d+"/a/b", 0o755))
	want("set times", os.Chtimes(d+"/made", time.Unix(1, 0), time.Unix(2, 0)))
	want("set times of a directory", os.Chtimes(d+"/a", time.Unix(1, 0), time.Unix(2, 0)))
	want("rename", os.Rename(d+"/made", d+"/a/made"))
	want("link", os.Symlink("made", d+"/a/link"))
	temporary, err := os.CreateTemp(d, "t")
	want("temporary file", err)
	want("remove it", os.Remove(temporary.Name()))
	want("remove a tree", os.RemoveAll(d+"/a"))
	return os.Remove(d + "/log")
}

func main() {
	reads(os.Args[1])
	err := writes(os.Args[1])
	if os.Args[2] == "read" && err != nil {
		fmt.Println("writing is refused")
	} else {
		want("write", err)
	}
}
