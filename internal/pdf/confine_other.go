//go:build !linux

package pdf

// confine does nothing here: the bounds of the WebAssembly memory, of the heap and of time remain.
func confine() error { return nil }
