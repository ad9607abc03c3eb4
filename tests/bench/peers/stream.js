// stream.js FILE: read a big file in 64 KiB chunks through FileHandle.read into one buffer.
"use strict";

const assert = require("assert");
const { open } = require("fs/promises");
const { stopwatch } = require("./stopwatch");

async function main(path) {
  const report = stopwatch();
  const file = await open(path);
  const buffer = Buffer.allocUnsafe(65536);
  let total = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    total += bytesRead;
  }
  report(total);
  assert(total === (await file.stat()).size);
  await file.close();
}

main(process.argv[2]);
