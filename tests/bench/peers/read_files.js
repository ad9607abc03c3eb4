// read_files.js FOLDER FILES CONCURRENCY: read whole files, so many at once.
"use strict";

const assert = require("assert");
const { readFile } = require("fs/promises");
const { stopwatch } = require("./stopwatch");

async function main(folder, files, concurrency) {
  let next = 1;
  let total = 0;
  const readAll = async () => {
    while (next <= files) {
      const data = await readFile(`${folder}/${next++}`);
      total += data.length;
    }
  };
  const report = stopwatch();
  await Promise.all(Array.from({ length: concurrency }, readAll));
  report(files);
  assert(total === files * 4096);
}

const [folder, files, concurrency] = process.argv.slice(2);
main(folder, Number(files), Number(concurrency));
