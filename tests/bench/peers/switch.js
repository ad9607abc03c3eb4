// switch.js TASKS ROUNDS: tasks that do nothing but give way to each other.
"use strict";

const { stopwatch } = require("./stopwatch");

async function giveWay(rounds) {
  // The arrow is not idle: `new Promise(setImmediate)` hands setImmediate a second
  // argument to keep, and takes half as long again.
  for (let i = 0; i < rounds; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function main(tasks, rounds) {
  const report = stopwatch();
  await Promise.all(Array.from({ length: tasks }, () => giveWay(rounds)));
  report(tasks * rounds);
}

main(...process.argv.slice(2).map(Number));
