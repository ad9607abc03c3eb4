// http_download_undici.js URL BYTES: a big body from undici's request, in the chunks it comes in.
"use strict";

const { request } = require("undici");
const { download } = require("./http_client");

download(async (url) => (await request(url)).body);
