//go:build !race

package answer

// underRace says that the race detector is on, which makes the check ten times as slow.
const underRace = false
