package pdf

import "syscall"

// confine bounds what this process may take: two minutes of a processor, and 1.5 GB of memory.
func confine() error {
	for resource, limit := range map[int]uint64{syscall.RLIMIT_CPU: 120, syscall.RLIMIT_DATA: 3 << 29} {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	return nil
}
