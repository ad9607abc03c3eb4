// http_download URL BYTES: a big body in chunks of at most 64 KiB into one buffer.
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	url, bytes := os.Args[1], number(2)
	watch := start()
	response, err := http.Get(url)
	check(err)
	buffer := make([]byte, 65536)
	total := 0
	for {
		n, err := response.Body.Read(buffer)
		total += n
		if err == io.EOF {
			break
		}
		check(err)
	}
	watch.report(total)
	if total != bytes {
		panic("bytes were lost")
	}
}
