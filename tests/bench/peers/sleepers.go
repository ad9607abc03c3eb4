// sleepers TASKS: goroutines that each sleep a random 1 to 2 s, all at once.
package main

import (
	"math/rand"
	"sync"
	"time"
)

func main() {
	tasks := number(1)
	before := memory("VmRSS")
	watch := start()
	var group sync.WaitGroup
	group.Add(tasks)
	for i := 0; i < tasks; i++ {
		go func() {
			time.Sleep(time.Second + time.Duration(rand.Int63n(int64(time.Second))))
			group.Done()
		}()
	}
	group.Wait()
	watch.reportWithMemory(tasks, (memory("VmHWM")-before)/float64(tasks))
}
