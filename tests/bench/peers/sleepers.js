// sleepers.js TASKS: tasks that each sleep a random 1 to 2 s, all at once.
"use strict";

const { stopwatch, memory } = require("./stopwatch");

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function sleeper() {
  await sleep(1000 + 1000 * Math.random());
}

async function main(tasks) {
  const before = memory("VmRSS");
  const report = stopwatch();
  await Promise.all(Array.from({ length: tasks }, sleeper));
  report(tasks, { bytes_per_task: (memory("VmHWM") - before) / tasks });
}

main(Number(process.argv[2]));
