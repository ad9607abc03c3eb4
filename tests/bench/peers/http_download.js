// http_download.js URL BYTES: a big body with fetch, in the chunks it comes in.
"use strict";

const { download } = require("./http_client");

download(async (url) => (await fetch(url)).body);
