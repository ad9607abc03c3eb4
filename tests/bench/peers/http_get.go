// http_get URL REQUESTS CONCURRENCY: GET the same small body again and again, in so many goroutines.
package main

import (
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
)

func main() {
	url, requests, concurrency := os.Args[1], number(2), number(3)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: concurrency, MaxIdleConnsPerHost: concurrency}}
	watch := start()
	var next, total atomic.Int64
	var group sync.WaitGroup
	group.Add(concurrency)
	for w := 0; w < concurrency; w++ {
		go func() {
			for next.Add(1) <= int64(requests) {
				response, err := client.Get(url)
				check(err)
				body, err := io.ReadAll(response.Body)
				check(err)
				response.Body.Close()
				if response.StatusCode != 200 {
					panic(response.Status)
				}
				total.Add(int64(len(body)))
			}
			group.Done()
		}()
	}
	group.Wait()
	watch.report(requests)
	if total.Load() != int64(requests*len("hello, world\n")) {
		panic("bytes were lost")
	}
}
