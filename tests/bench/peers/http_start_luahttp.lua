require "http.request"
