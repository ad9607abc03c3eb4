// What the HTTP peers in Node share: the loops around a request and around a body.
"use strict";

const assert = require("assert");
const { stopwatch } = require("./stopwatch");

// `get(url, concurrency)` resolves to the status and the text of an answer.
exports.getAll = async (get) => {
  const [url, requests, concurrency] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  let left = requests;
  let total = 0;
  const work = async () => {
    while (left-- > 0) {
      const { status, text } = await get(url, concurrency);
      assert(status === 200);
      total += text.length;
    }
  };
  const report = stopwatch();
  await Promise.all(Array.from({ length: concurrency }, work));
  report(requests);
  assert(total === requests * "hello, world\n".length);
  process.exit();
};

// `open(url)` resolves to an async iterable of chunks.
exports.download = async (open) => {
  const [url, bytes] = [process.argv[2], Number(process.argv[3])];
  const report = stopwatch();
  let total = 0;
  for await (const chunk of await open(url)) total += chunk.length;
  report(total);
  assert(total === bytes);
  process.exit();
};
