// http_get.js URL REQUESTS CONCURRENCY: GET the same small body again and again with fetch, so many at once.
"use strict";

const { getAll } = require("./http_client");

getAll(async (url) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
});
