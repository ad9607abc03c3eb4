// queue CAPACITY WORKERS ITEMS: as many producers as consumers on one buffered channel.
package main

import "sync"

func main() {
	capacity, workers, items := number(1), number(2), number(3)
	share := items / workers
	queue := make(chan int, capacity)
	totals := make([]int, workers)
	watch := start()
	var group sync.WaitGroup
	group.Add(2 * workers)
	for w := 0; w < workers; w++ {
		go func(w int) {
			for i := 0; i < share; i++ {
				totals[w] += <-queue
			}
			group.Done()
		}(w)
		go func() {
			for i := 0; i < share; i++ {
				queue <- i
			}
			group.Done()
		}()
	}
	group.Wait()
	watch.report(items)
	sum := 0
	for _, total := range totals {
		sum += total
	}
	if sum != workers*share*(share-1)/2 {
		panic("items were lost")
	}
}
