// queue.js CAPACITY WORKERS ITEMS: as many producers as consumers on one bounded queue.
"use strict";

const assert = require("assert");
const { stopwatch } = require("./stopwatch");

// Node has no such queue. In this one put and get make a promise only when they must wait,
// and items stay in a ring, because shift() on an array moves the rest.
class Queue {
  constructor(capacity) {
    this.ring = new Array(capacity);
    this.capacity = capacity;
    this.head = 0;
    this.size = 0;
    this.getters = [];
    this.putters = [];
  }

  put(item) {
    if (this.size === this.capacity) return this.putLater(item);
    this.ring[(this.head + this.size++) % this.capacity] = item;
    if (this.getters.length > 0) this.getters.shift()();
  }

  get() {
    if (this.size === 0) return this.getLater();
    const item = this.ring[this.head];
    this.head = (this.head + 1) % this.capacity;
    this.size--;
    if (this.putters.length > 0) this.putters.shift()();
    return item;
  }

  async putLater(item) {
    while (this.size === this.capacity) await new Promise((resolve) => this.putters.push(resolve));
    this.put(item);
  }

  async getLater() {
    while (this.size === 0) await new Promise((resolve) => this.getters.push(resolve));
    return this.get();
  }
}

async function produce(queue, count) {
  for (let i = 0; i < count; i++) await queue.put(i);
}

async function consume(queue, count) {
  let total = 0;
  for (let i = 0; i < count; i++) total += await queue.get();
  return total;
}

async function main(capacity, workers, items) {
  const share = items / workers;
  const queue = new Queue(capacity);
  const report = stopwatch();
  const consumers = Array.from({ length: workers }, () => consume(queue, share));
  const producers = Array.from({ length: workers }, () => produce(queue, share));
  const totals = await Promise.all(consumers);
  await Promise.all(producers);
  report(items);
  assert(totals.reduce((a, b) => a + b) === (workers * share * (share - 1)) / 2);
}

main(...process.argv.slice(2).map(Number));
