require "arun.http"
