// http_get_undici.js URL REQUESTS CONCURRENCY: GET the same small body again and again from a pool, so many at once.
"use strict";

const { Pool } = require("undici");
const { getAll } = require("./http_client");

const { origin, pathname: path } = new URL(process.argv[2]);
const pool = new Pool(origin, { connections: Number(process.argv[4]), pipelining: 1 });

getAll(async () => {
  const { statusCode, body } = await pool.request({ path, method: "GET" });
  return { status: statusCode, text: await body.text() };
});
