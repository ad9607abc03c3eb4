// spawn TASKS BATCH: a goroutine per trivial task, gathered with a WaitGroup.
package main

import "sync"

// What a task needs is passed, not captured: a closure per goroutine costs half as much again.
func identity(results []int, x int, group *sync.WaitGroup) {
	results[x] = x
	group.Done()
}

func main() {
	tasks, batch := number(1), number(2)
	watch := start()
	var group sync.WaitGroup
	for done := 0; done < tasks; done += batch {
		results := make([]int, batch)
		group.Add(batch)
		for i := 0; i < batch; i++ {
			go identity(results, i, &group)
		}
		group.Wait()
		if results[batch-1] != batch-1 {
			panic("a result is wrong")
		}
	}
	watch.report(tasks)
}
