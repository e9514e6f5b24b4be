import { loadAddon } from '../../native/index.ts';
import { type BenchAddon, PROJECT_ROOT } from './addon.ts';
import type { DepthStream, StreamLevel } from './depth-stream.ts';
import { depthLoad } from './load.ts';
import { nativePath } from './native-path.ts';
import { makeOrderStream } from './order-stream.ts';
import type { Runner } from './paired.ts';
import type { AbsentPair } from './report.ts';
import {
  type Now,
  namedRunner,
  nativeRunner,
  pathRunner,
  type ScriptBatch,
  scriptRunner,
} from './runners.ts';

/** What pairs are made from. */
export interface PairInputs {
  readonly addon: BenchAddon;
  readonly recordings: string;
  readonly stream: DepthStream;
  readonly now: Now;
}

/** A subject and its peer, ready to be measured; or why they cannot be. */
export type PreparedPair =
  | { readonly kind: 'ready'; readonly subject: Runner; readonly peer: Runner }
  | ({ readonly kind: 'absent' } & AbsentPair);

/** A pair by name, made when its turn comes: inputs are large. */
export interface PairSource {
  readonly subject: string;
  readonly peer: string;
  prepare(): Promise<PreparedPair>;
}

const absent = (reason: AbsentPair['reason'], why: string): PreparedPair => ({
  kind: 'absent',
  reason,
  why,
});

const notInstalled = (name: string): PreparedPair =>
  absent('not-installed', `peer not installed: ${name}`);

/** Level updates of the book pair; the snapshot's are among them. */
const BOOK_UPDATES = 100_000;
const ORDER_STEPS = 20_000;
/** Messages of the pairs over whole messages. */
const PAIR_MESSAGES = 10_000;

/** Loads a module of bench/peers. */
const peerModule = async <Module>(name: string): Promise<Module> =>
  (await import(`${PROJECT_ROOT}bench/peers/${name}.mjs`)) as Module;

/** Whether a failed import says that this very package is missing, not one that it imports. */
export const saysNotInstalled = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.startsWith(`Cannot find package '${name}'`);

/** Loads a package that only the bench wants; null where it is not installed. */
async function optionalPackage(name: string): Promise<unknown> {
  try {
    const loaded = (await import(name)) as { readonly default?: unknown };
    return loaded.default ?? loaded;
  } catch (error) {
    if (saysNotInstalled(error, name)) return null;
    throw error;
  }
}

const wordsOf = (levels: readonly StreamLevel[]): Int32Array => {
  const words = new Int32Array(levels.length * 3);
  levels.forEach(({ buy, ticks, lots }, i) => {
    words.set([buy ? 0 : 1, ticks, lots], i * 3);
  });
  return words;
};

/** The pairs of the addon itself: every name with a peer after its slash. */
function nativePairs({ addon, recordings }: PairInputs): readonly PairSource[] {
  const peers = addon.list().filter((name) => name.includes('/'));
  return peers.map((peer) => {
    const subject = peer.slice(0, peer.indexOf('/'));
    return {
      subject,
      peer,
      prepare: () => {
        const [own, other] = [subject, peer].map((name) => namedRunner(addon, name, recordings));
        const missing = (name: string): Promise<PreparedPair> =>
          Promise.resolve(absent('not-available', `not available on this machine: ${name}`));
        if (own === null || own === undefined) return missing(subject);
        if (other === null || other === undefined) return missing(peer);
        return Promise.resolve({ kind: 'ready', subject: own, peer: other } as const);
      },
    };
  });
}

interface DecisionPeers {
  single(addon: object): DecisionPair;
  batch(addon: object): DecisionPair;
}
interface DecisionPair {
  readonly operations: number;
  subject(): string;
  peer(): string;
}

/** D64 called from JavaScript against the same in JavaScript. */
const decisionPair = (which: 'single' | 'batch', now: Now): PairSource => {
  const subject = `script.decision.${which === 'batch' ? 'batch64' : 'single'}`;
  const peer = `${subject}/typed-arrays`;
  return {
    subject,
    peer,
    async prepare() {
      const made = (await peerModule<DecisionPeers>('decision'))[which](loadAddon());
      const { operations } = made;
      return {
        kind: 'ready',
        subject: scriptRunner(subject, { operations, run: () => made.subject() }, now),
        peer: scriptRunner(peer, { operations, run: () => made.peer() }, now),
      };
    },
  };
};

const textsOf = (stream: DepthStream): readonly string[] => {
  const behind = stream.snapshotAt + 1;
  return stream.messages.slice(0, behind + PAIR_MESSAGES);
};

/** JSON.parse and Number on the updates that the native decoder reads. */
const decodePair = ({ addon, stream, now }: PairInputs): PairSource => {
  const [subject, peer] = ['stream.decode20', 'stream.decode20/json-parse'];
  return {
    subject,
    peer,
    async prepare() {
      const messages = textsOf(stream).slice(stream.snapshotAt + 1);
      const module = await peerModule<{ parse(texts: readonly string[]): ScriptBatch }>(
        'depth-messages',
      );
      const path = nativePath(addon, depthLoad({ ...stream, messages }));
      return {
        kind: 'ready',
        subject: pathRunner(addon, subject, path, 'decode'),
        peer: scriptRunner(peer, module.parse(messages), now),
      };
    },
  };
};

/**
 * The stream's bytes, WebSocket frames and all, to a proven book and its best prices, against
 * ccxt.pro's own handler, which gets the text of each message.
 */
const pathPair = ({ addon, stream, now }: PairInputs): PairSource => {
  const [subject, peer] = ['stream.path20', 'stream.path20/ccxt.pro'];
  return {
    subject,
    peer,
    async prepare() {
      const ccxt = await optionalPackage('ccxt');
      if (ccxt === null) return notInstalled('ccxt');
      const messages = textsOf(stream);
      const module = await peerModule<{
        ccxtPath(ccxt: unknown, texts: readonly string[], snapshotAt: number): ScriptBatch;
      }>('depth-messages');
      const path = nativePath(addon, depthLoad({ ...stream, messages }));
      const native = pathRunner(addon, subject, path, 'framed-book');
      const batch = module.ccxtPath(ccxt, messages, stream.snapshotAt);
      // The native batch holds the snapshot and the update before it; ccxt gets them untimed.
      return {
        kind: 'ready',
        subject: { ...native, operations: batch.operations, run: () => native.run() },
        peer: scriptRunner(peer, batch, now),
      };
    },
  };
};

/** The L2 book against ccxt's. */
const bookPair = ({ addon, stream, now }: PairInputs): PairSource => {
  const [subject, peer] = ['stream.book', 'stream.book/ccxt'];
  return {
    subject,
    peer,
    async prepare() {
      const ccxt = await optionalPackage('ccxt');
      if (ccxt === null) return notInstalled('ccxt');
      const levels = [...stream.snapshotLevels, ...stream.updateLevels.slice(0, BOOK_UPDATES)];
      const words = wordsOf(levels);
      const module = await peerModule<{ book(ccxt: unknown, words: Int32Array): ScriptBatch }>(
        'ccxt-book',
      );
      return {
        kind: 'ready',
        subject: nativeRunner(addon, subject, addon.createBook(words)),
        peer: scriptRunner(peer, module.book(ccxt, words), now),
      };
    },
  };
};

/** The L3 book against npm's. */
const ordersPair = ({ addon, now }: PairInputs): PairSource => {
  const [subject, peer] = ['stream.orders', 'stream.orders/nodejs-order-book'];
  return {
    subject,
    peer,
    async prepare() {
      const words = makeOrderStream(ORDER_STEPS);
      const native = addon.createOrders(words);
      const library = await optionalPackage('nodejs-order-book');
      if (library === null) return notInstalled('nodejs-order-book');
      const module = await peerModule<{ orders(library: unknown, words: Int32Array): ScriptBatch }>(
        'order-book',
      );
      return {
        kind: 'ready',
        subject: nativeRunner(addon, subject, native),
        peer: scriptRunner(peer, module.orders(library, words), now),
      };
    },
  };
};

/** Every pair that can be named; those of other languages first. */
export const pairSources = (inputs: PairInputs): readonly PairSource[] => [
  decisionPair('batch', inputs.now),
  decisionPair('single', inputs.now),
  decodePair(inputs),
  pathPair(inputs),
  bookPair(inputs),
  ordersPair(inputs),
  ...nativePairs(inputs),
];
