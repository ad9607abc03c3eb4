// stream FILE: read a big file in 64 KiB chunks into one buffer.
package main

import (
	"io"
	"os"
)

func main() {
	watch := start()
	file, err := os.Open(os.Args[1])
	check(err)
	buffer := make([]byte, 65536)
	total := 0
	for {
		n, err := file.Read(buffer)
		if err == io.EOF {
			break
		}
		check(err)
		total += n
	}
	watch.report(total)
	info, err := file.Stat()
	check(err)
	if int64(total) != info.Size() {
		panic("bytes were lost")
	}
}
