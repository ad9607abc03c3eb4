// What the Go peers share: timing, memory, arguments.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

type stopwatch struct {
	wall time.Time
	cpu  float64
}

func start() stopwatch { return stopwatch{time.Now(), cpuSeconds()} }

// report prints the one line the driver reads.
func (s stopwatch) report(ops int) { s.reportWithMemory(ops, 0) }

func (s stopwatch) reportWithMemory(ops int, bytesPerTask float64) {
	seconds, cpu := time.Since(s.wall).Seconds(), cpuSeconds()-s.cpu
	fmt.Printf("{\"seconds\": %.9f, \"cpu_seconds\": %.9f, \"ops\": %d, \"peak_bytes\": %.0f, \"bytes_per_task\": %.1f}\n",
		seconds, cpu, ops, memory("VmHWM"), bytesPerTask)
}

// memory gives the bytes of a field of /proc/self/status. VmHWM, unlike ru_maxrss, does not
// include what the process was before it called exec.
func memory(field string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	_, rest, _ := strings.Cut(string(status), "\n"+field+":")
	kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	check(err)
	return kib * 1024
}

func number(argument int) int {
	n, err := strconv.Atoi(os.Args[argument])
	check(err)
	return n
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
