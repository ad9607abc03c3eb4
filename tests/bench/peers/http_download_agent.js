// http_download_agent.js URL BYTES: a big body from http.get, in the chunks it comes in.
"use strict";

const http = require("http");
const { download } = require("./http_client");

download((url) => new Promise((resolve, reject) => http.get(url, resolve).on("error", reject)));
