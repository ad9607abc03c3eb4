// read_files FOLDER FILES CONCURRENCY: read whole files, so many goroutines at once.
package main

import (
	"os"
	"strconv"
	"sync"
	"sync/atomic"
)

func main() {
	folder, files, concurrency := os.Args[1], number(2), number(3)
	watch := start()
	var next, total atomic.Int64
	var group sync.WaitGroup
	group.Add(concurrency)
	for w := 0; w < concurrency; w++ {
		go func() {
			for i := next.Add(1); i <= int64(files); i = next.Add(1) {
				data, err := os.ReadFile(folder + "/" + strconv.FormatInt(i, 10))
				check(err)
				total.Add(int64(len(data)))
			}
			group.Done()
		}()
	}
	group.Wait()
	watch.report(files)
	if total.Load() != int64(files)*4096 {
		panic("bytes were lost")
	}
}
