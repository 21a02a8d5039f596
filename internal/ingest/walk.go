package ingest

import (
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// File is one file that Walk came by. Skip is empty for a file to be read, else the reason why it is not.
type File struct {
	Path string
	Skip string
}

// Walk lists the files under root in lexical order, folders in folders included. Hidden files and folders, files of types that are not
// read, symbolic links and files that describe their folder (README, LICENSE) are listed with the reason why they are passed over. A root
// that is a file is listed to be read whatever its name is, so that Read says what is wrong with it. A folder that cannot be read, or a
// root that does not exist, is a skipped File too.
func Walk(root string) iter.Seq[File] {
	return func(yield func(File) bool) {
		info, err := os.Stat(root)
		if err != nil {
			yield(File{Path: root, Skip: fileError(err).Error()})
			return
		}
		if !info.IsDir() {
			yield(File{Path: root})
			return
		}
		// With the separator a root that is itself a link to a folder is entered.
		_ = filepath.WalkDir(root+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			path = filepath.Clean(path)
			if path == filepath.Clean(root) && err == nil {
				return nil
			}
			var f File
			skipFolder := false
			if err != nil {
				f, skipFolder = File{path, fileError(err).Error()}, true
			} else {
				f = classify(path, d)
				if d.IsDir() && f.Skip == "" {
					return nil
				}
				skipFolder = d.IsDir()
			}
			if !yield(f) {
				return fs.SkipAll
			}
			if skipFolder {
				return skipUnlessFile(d)
			}
			return nil
		})
	}
}

func skipUnlessFile(d fs.DirEntry) error {
	if d == nil || d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// classify says whether an entry of a folder is to be read.
func classify(path string, d fs.DirEntry) File {
	name := d.Name()
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch {
	case strings.HasPrefix(name, "."):
		return File{path, "hidden"}
	case d.IsDir():
		return File{Path: path}
	case d.Type()&fs.ModeSymlink != 0:
		return File{path, "a symbolic link: name it itself to have it read"}
	case !d.Type().IsRegular():
		return File{path, "not a regular file"}
	case stem == "readme" || stem == "license" || stem == "licence" || stem == "notice":
		return File{path, "describes its folder: name it itself to have it read"}
	}
	if _, ok := formatOf(name); !ok {
		return File{path, unknownFormat(name).Error()}
	}
	return File{Path: path}
}
