package main

import (
	"net/http"
	"os"
)

func main() {
	_, err := http.NewRequest("GET", "http://127.0.0.1/", nil)
	check(err)
	os.Exit(0)
}
