// Pops numbered records from a shared ring in a worker thread and posts what was wrong with them.
import { parentPort, workerData } from 'node:worker_threads';

const { SharedRingConsumer } = await import(workerData.module);
const consumer = new SharedRingConsumer(workerData.memory);
const batch = new Float64Array(consumer.words * 16);
const until = Date.now() + 30_000;
const pause = new Int32Array(new SharedArrayBuffer(4));
let next = 0;
let faults = 0;
while (next < workerData.count && Date.now() < until) {
  const count = consumer.pop(batch);
  // Gives way to the producer where both share a core.
  if (count === 0) Atomics.wait(pause, 0, 0, 1);
  for (let i = 0; i < count; i += 1, next += 1) {
    for (let word = 0; word < consumer.words; word += 1) {
      if (batch[i * consumer.words + word] !== next + word / 8) faults += 1;
    }
  }
}
parentPort.postMessage({ next, faults, refused: consumer.refused });
