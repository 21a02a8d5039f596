//go:build !race

package answer

// raceEnabled says that the race detector is on, which makes the check ten times as slow.
const raceEnabled = false
