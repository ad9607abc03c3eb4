// switch TASKS ROUNDS: goroutines that do nothing but give way to each other.
package main

import (
	"runtime"
	"sync"
)

func main() {
	tasks, rounds := number(1), number(2)
	watch := start()
	var group sync.WaitGroup
	group.Add(tasks)
	for i := 0; i < tasks; i++ {
		go func() {
			for j := 0; j < rounds; j++ {
				runtime.Gosched()
			}
			group.Done()
		}()
	}
	group.Wait()
	watch.report(tasks * rounds)
}
