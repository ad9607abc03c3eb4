// What the Node peers share: timing and memory.
"use strict";

const fs = require("fs");

// Started when called; what it returns prints the one line the driver reads.
exports.stopwatch = () => {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  return (ops, more = {}) => {
    const seconds = (performance.now() - wall) / 1e3;
    const spent = process.cpuUsage(cpu);
    const cpu_seconds = (spent.user + spent.system) / 1e6;
    console.log(JSON.stringify({ seconds, cpu_seconds, ops, peak_bytes: exports.memory("VmHWM"), ...more }));
  };
};

// Bytes of a field of /proc/self/status. VmHWM, unlike ru_maxrss, does not include what
// the process was before it called exec.
exports.memory = (field) => {
  const status = fs.readFileSync("/proc/self/status", "latin1");
  return Number(status.match(new RegExp(`^${field}:\\s+(\\d+)`, "m"))[1]) * 1024;
};
