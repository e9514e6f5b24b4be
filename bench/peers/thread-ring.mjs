// The ring between threads of Node against postMessage of an object: records of eight numbers from
// this thread to a worker, in batches of 32 through the ring, one message each through the port. Both
// sides write and read every field of every record.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORDS = 8;
const BATCH = 32;
const CAPACITY = 8192;

/** The field `word` of record `n`; the checksum is the sum over all of them. */
const field = (n, word) => (n & 1023) + word;

const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, batch } = workerData;
let wanted = 0, sum = 0, seen = 0, viaRing = false;
const finish = () => { const total = sum; sum = 0; seen = 0; parentPort.postMessage(total); };
import(module).then(({ SharedRingConsumer }) => {
  const consumer = new SharedRingConsumer(memory);
  const { slots } = consumer;
  parentPort.on('message', (message) => {
    if (message.ring !== undefined) {
      while (seen < message.ring) {
        const count = consumer.peek(batch);
        if (count === 0) continue;
        for (let at = consumer.place, end = at + count * 8; at < end; at += 8) {
          sum += (slots[at] + slots[at + 1] + (slots[at + 2] + slots[at + 3])) +
            (slots[at + 4] + slots[at + 5] + (slots[at + 6] + slots[at + 7]));
        }
        consumer.release(count);
        seen += count;
      }
      finish();
    } else if (message.count !== undefined) {
      wanted = message.count;
    } else {
      sum += (message.price + message.quantity + (message.side + message.id)) +
        (message.at + message.bid + (message.ask + message.sequence));
      if (++seen === wanted) finish();
    }
  });
  parentPort.postMessage('ready');
});
`;

async function throughRing(worker, producer, count) {
  const { slots } = producer;
  const answer = once(worker, 'message');
  worker.postMessage({ ring: count });
  const start = process.hrtime.bigint();
  for (let n = 0; n < count; ) {
    const size = Math.min(BATCH, count - n);
    while (producer.claim(size) < size);
    for (let at = producer.place, end = at + size * WORDS; at < end; at += WORDS, n += 1) {
      slots[at] = field(n, 0);
      slots[at + 1] = field(n, 1);
      slots[at + 2] = field(n, 2);
      slots[at + 3] = field(n, 3);
      slots[at + 4] = field(n, 4);
      slots[at + 5] = field(n, 5);
      slots[at + 6] = field(n, 6);
      slots[at + 7] = field(n, 7);
    }
    producer.commit(size);
  }
  const [sum] = await answer;
  return { ns: Number(process.hrtime.bigint() - start) / count, sum };
}

async function throughPort(worker, count) {
  const answer = once(worker, 'message');
  worker.postMessage({ count });
  const start = process.hrtime.bigint();
  for (let n = 0; n < count; n += 1) {
    worker.postMessage({
      price: field(n, 0),
      quantity: field(n, 1),
      side: field(n, 2),
      id: field(n, 3),
      at: field(n, 4),
      bid: field(n, 5),
      ask: field(n, 6),
      sequence: field(n, 7),
    });
  }
  const [sum] = await answer;
  return { ns: Number(process.hrtime.bigint() - start) / count, sum };
}

/**
 * Measures both in the order A B B A per round, after a round that warms up, each on `records`
 * records. `module` is the URL of
 * the built src/native/shared-ring.js. Returns ns per record of each round and the checksum.
 */
export async function threadRing({ module, rounds = 31, records = 204_800 }) {
  const { createSharedRing, SharedRingProducer } = await import(module);
  const memory = createSharedRing({ capacity: CAPACITY, words: WORDS });
  const worker = new Worker(WORKER, {
    eval: true,
    workerData: { module, memory, batch: BATCH },
  });
  try {
    await once(worker, 'message');
    const producer = new SharedRingProducer(memory);
    const ns = [];
    const peerNs = [];
    let checksum = 0;
    for (let round = -1; round < rounds; round += 1) {
      const a1 = await throughRing(worker, producer, records);
      const b1 = await throughPort(worker, records);
      const b2 = await throughPort(worker, records);
      const a2 = await throughRing(worker, producer, records);
      for (const { sum } of [a1, b2, a2]) {
        if (sum !== b1.sum) throw new Error(`checksums differ: ${sum}, not ${b1.sum}`);
      }
      checksum = a1.sum;
      if (round < 0) continue;
      ns.push((a1.ns + a2.ns) / 2);
      peerNs.push((b1.ns + b2.ns) / 2);
    }
    return { ns, peerNs, checksum };
  } finally {
    await worker.terminate();
  }
}
