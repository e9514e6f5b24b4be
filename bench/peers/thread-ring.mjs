// The ring between threads of Node against postMessage of an object: records of eight numbers from
// this thread to a worker, in batches of 32 through the ring, one message each through the port.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORDS = 8;
const BATCH = 32;
const CAPACITY = 8192;
const FIELDS = ['price', 'quantity', 'side', 'id', 'at', 'bid', 'ask', 'sequence'];

/** The field `word` of record `n`; the checksum is the sum over all of them. */
const field = (n, word) => (n & 1023) + word;

const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, batch } = workerData;
let wanted = 0, sum = 0, seen = 0, viaRing = false;
const finish = () => { const total = sum; sum = 0; seen = 0; parentPort.postMessage(total); };
import(module).then(({ SharedRingConsumer }) => {
  const consumer = new SharedRingConsumer(memory);
  const records = new Float64Array(consumer.words * batch);
  parentPort.on('message', (message) => {
    if (message.ring !== undefined) {
      while (seen < message.ring) {
        const count = consumer.pop(records);
        for (let at = 0; at < count * 8; at += 8) {
          sum += (records[at] + records[at + 1] + (records[at + 2] + records[at + 3])) +
            (records[at + 4] + records[at + 5] + (records[at + 6] + records[at + 7]));
        }
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
  const records = new Float64Array(WORDS * BATCH);
  const answer = once(worker, 'message');
  worker.postMessage({ ring: count });
  const start = process.hrtime.bigint();
  for (let n = 0; n < count; ) {
    const size = Math.min(BATCH, count - n);
    for (let i = 0, at = 0; i < size; i += 1) {
      for (let word = 0; word < WORDS; word += 1) records[at++] = field(n + i, word);
    }
    n += size;
    for (let sent = producer.push(records, size); sent < size; ) {
      records.copyWithin(0, sent * WORDS, size * WORDS);
      const rest = size - sent;
      sent += producer.push(records, rest);
    }
  }
  const [sum] = await answer;
  return { ns: Number(process.hrtime.bigint() - start) / count, sum };
}

async function throughPort(worker, count) {
  const answer = once(worker, 'message');
  worker.postMessage({ count });
  const start = process.hrtime.bigint();
  for (let n = 0; n < count; n += 1) {
    const record = {};
    for (let word = 0; word < WORDS; word += 1) record[FIELDS[word]] = field(n, word);
    worker.postMessage(record);
  }
  const [sum] = await answer;
  return { ns: Number(process.hrtime.bigint() - start) / count, sum };
}

/**
 * Requires: both counts multiples of 1024, after which the records repeat.
 *
 * Measures both in the order A B B A per round, after a round that warms up. `module` is the URL of
 * the built src/native/shared-ring.js. Returns ns per record of each round and the checksum.
 */
export async function threadRing({
  module,
  rounds = 31,
  ringRecords = 204_800,
  messages = 10_240,
}) {
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
      const a1 = await throughRing(worker, producer, ringRecords);
      const b1 = await throughPort(worker, messages);
      const b2 = await throughPort(worker, messages);
      const a2 = await throughRing(worker, producer, ringRecords);
      const expected = (b1.sum / messages) * ringRecords;
      for (const sum of [a1.sum, a2.sum, (b2.sum / messages) * ringRecords]) {
        if (sum !== expected) throw new Error(`checksums differ: ${sum}, not ${expected}`);
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
