// http_get_agent.js URL REQUESTS CONCURRENCY: GET the same small body again and again with http.Agent, so many at once.
"use strict";

const { getAll } = require("./http_client");
const http = require(process.argv[2].startsWith("https:") ? "https" : "http");

const agent = new http.Agent({ keepAlive: true, maxSockets: Number(process.argv[4]) });

getAll((url) => new Promise((resolve, reject) => {
  http.get(url, { agent }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk) => { text += chunk; });
    response.on("end", () => resolve({ status: response.statusCode, text }));
    response.on("error", reject);
  }).on("error", reject);
}));
