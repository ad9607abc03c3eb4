// json.js decode|encode FILE: JSON.parse or JSON.stringify on one document, for about a second.
"use strict";

const fs = require("fs");
const { stopwatch } = require("./stopwatch");

const [direction, path] = process.argv.slice(2);
const size = fs.statSync(path).size;
const text = fs.readFileSync(path, "utf8");
const value = JSON.parse(text);
const step = direction === "decode" ? () => JSON.parse(text) : () => JSON.stringify(value);

step();
let done = 0;
const report = stopwatch();
const end = performance.now() + 1000;
while (performance.now() < end) {
  step();
  done += size;
}
report(done);
