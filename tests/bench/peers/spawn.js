// spawn.js TASKS BATCH [--plain]: gather trivial tasks.
"use strict";

const assert = require("assert");
const { stopwatch } = require("./stopwatch");

// A task that really suspends. Without `await`, which --plain measures, an async function
// runs to its end inside the call: cheaper, but nothing was scheduled.
const awaiting = async (x) => await x;
const plain = async (x) => x;

async function main(tasks, batch, identity) {
  const report = stopwatch();
  for (let done = 0; done < tasks; done += batch) {
    const pending = [];
    for (let i = 0; i < batch; i++) pending.push(identity(i));
    const results = await Promise.all(pending);
    assert(results[batch - 1] === batch - 1);
  }
  report(tasks);
}

const [tasks, batch, flag] = process.argv.slice(2);
main(Number(tasks), Number(batch), flag === "--plain" ? plain : awaiting);
