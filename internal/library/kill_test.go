package library_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"attache/internal/library"
)

// These two make the test binary a process that writes to a library until it is killed.
const (
	childPath = "ATTACHE_KILLED_LIBRARY"
	childStep = "ATTACHE_KILLED_STEP"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// writeUntilKilled carries out step after step and prints the number of each once the library has acknowledged it.
func writeUntilKilled(path string) {
	n, err := strconv.Atoi(os.Getenv(childStep))
	if err != nil {
		panic(err)
	}
	lib, err := library.Open(path)
	if err != nil {
		panic(err)
	}
	for ctx := context.Background(); ; n++ {
		puts, remove := step(n)
		switch {
		case remove != "":
			err = lib.Remove(ctx, remove, nil)
		case len(puts) > 1:
			err = lib.PutAll(ctx, puts)
		default:
			_, err = lib.Put(ctx, puts[0])
		}
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

// TestKillLosesNothing kills a writing process with SIGKILL at random moments, again and again on the same file. After each kill the library must hold
// exactly the state after the last acknowledged step, or after the one that was under way: nothing lost, nothing half.
//
// ATTACHE_KILLS sets how often; 20 times when it is not set.
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	kills := 20
	if s := os.Getenv("ATTACHE_KILLS"); s != "" {
		var err error
		if kills, err = strconv.Atoi(s); err != nil {
			t.Fatalf("ATTACHE_KILLS: %v", err)
		}
	}
	path := filepath.Join(t.TempDir(), "library.db")
	w, next := world{}, 0
	for kill := range kills {
		from := next
		for acknowledged := range killedRun(t, path, next) {
			if acknowledged != next {
				t.Fatalf("kill %d: step %d was acknowledged after %d", kill, acknowledged, next-1)
			}
			w.step(next)
			next++
		}
		lib := openAt(t, path)
		got := stored(t, lib)
		if !reflect.DeepEqual(got, w.records()) {
			under := maps.Clone(w)
			if under.step(next); !reflect.DeepEqual(got, under.records()) {
				t.Fatalf("kill %d, after steps %d to %d: %d articles are neither the state after the last acknowledged step (%d articles) nor after the next one (%d)",
					kill, from, next-1, len(got), len(w), len(under))
			}
			w, next = under, next+1
		}
		lib.Integrity(t)
		if err := lib.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d steps, %d articles at the end", kills, next, len(w))
	if next < kills {
		t.Errorf("only %d steps were acknowledged in %d runs: too few to tell anything", next, kills)
	}
}

// killedRun starts a writing process at the step, kills it at a random moment, and returns the steps that it acknowledged.
func killedRun(t *testing.T, path string, next int) func(yield func(int) bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+path, fmt.Sprint(childStep, "=", next))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func(within time.Duration) {
		time.AfterFunc(rand.N(within), func() { _ = child.Process.Kill() })
	}
	if rand.N(4) == 0 { // while it starts, opens the library or makes its schema
		kill(40 * time.Millisecond)
	}
	return func(yield func(int) bool) {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the writing process said %q", lines.Text())
			}
			if n == next { // it is under way: let it go on for a while
				kill(60 * time.Millisecond)
			}
			if !yield(n) {
				break
			}
		}
		if err := child.Wait(); err == nil || child.ProcessState.Exited() {
			t.Errorf("the writing process ended by itself: %v", err)
		}
	}
}
