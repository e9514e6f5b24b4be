import { rmSync } from 'node:fs';
import { Trader } from '../../src/app/trader/trader.ts';
import { TradingState } from '../../src/app/trader/trading-state.ts';
import { ok } from '../../src/core/index.ts';
import { ClientOrderIds } from '../../src/execution/index.ts';
import { CircuitBreaker, Engine } from '../../src/native/index.ts';
import { findStrategy } from '../../src/strategy/index.ts';
import { EventHash, InputWriter, RecordedGateway, readInputs } from './recorded-run.ts';
import {
  busySettings,
  CAMPAIGN_START,
  CampaignWorld,
  campaignConfig,
  campaignDirectory,
} from './world.ts';

const SETTINGS = busySettings(3);

/** Faults enough that every kind of input is in the recording. */
const RULES = [
  { kind: 'lose-requests', probability: 0.001 },
  { kind: 'unanswered', probability: 0.001 },
  { kind: 'duplicate-reports', probability: 0.01 },
  { kind: 'drop-frames', probability: 0.0002 },
  { kind: 'rate-limit', probability: 0.001, retryAfterMs: 300 },
] as const;

/** What a run came to: all of it a function of its inputs. */
export interface RunHashes {
  readonly inputs: number;
  readonly events: number;
  readonly stateHash: string;
  readonly eventsHash: string;
  readonly sentHash: string;
}

/** Records `count` inputs of a busy service; gives what they led to. */
export function record(path: string, seed: number, count: number): RunHashes {
  const writer = new InputWriter(path);
  const hash = new EventHash();
  const sent = new RecordedGateway();
  const world = new CampaignWorld({
    seed,
    settings: SETTINGS,
    rules: RULES,
    onEvent: (event) => hash.add(event),
    onInput: (input) => {
      if (writer.count < count) writer.write(input);
      else world.isMuted = true;
    },
    onSent: (kind, order) => sent[kind](order),
  });
  try {
    while (!world.isMuted) world.step(20);
    writer.close();
    return {
      inputs: writer.count,
      events: hash.count,
      stateHash: world.state.hash(),
      eventsHash: hash.digest(),
      sentHash: sent.sentHash(),
    };
  } finally {
    world.close();
  }
}

/** Drives a fresh service with recorded inputs; gives what they lead to. */
export function replay(path: string): RunHashes {
  const directory = campaignDirectory();
  const config = campaignConfig(directory, SETTINGS);
  rmSync(directory, { recursive: true });
  const instruments = config.instruments.map((one) => one.instrument);
  const breaker = new CircuitBreaker();
  const hash = new EventHash();
  const gateway = new RecordedGateway();
  const state = new TradingState(instruments, config.risk);
  let seq = 0n;
  const trader = new Trader(
    {
      engine: new Engine({ instruments, breaker }),
      breaker,
      state,
      log: {
        append: () => {
          seq += 1n;
          return ok(seq);
        },
      },
      onApplied: [(event) => hash.add(event)],
      onWritten: [],
      gateway,
      feed: { requestSnapshot: () => {} },
      ids: new ClientOrderIds(1),
      runEpoch: 1,
      instruments,
      strategies: new Map(
        config.instruments.map(({ instrument, strategy, parameters }) => [
          instrument.id,
          findStrategy(strategy)!.create(parameters, instrument),
        ]),
      ),
      thresholds: config.safety,
      staleAfterMs: config.staleAfterMs,
      ackTimeoutMs: config.ackTimeoutMs,
    },
    CAMPAIGN_START,
  );
  trader.record({
    kind: 'run-started',
    at: CAMPAIGN_START,
    runEpoch: 1,
    kernelTarget: trader.engine.target,
    configurationHash: config.hash,
    version: 'campaign',
  });
  let inputs = 0;
  for (const input of readInputs(path)) {
    inputs += 1;
    if (input.kind === 'frame') trader.onFrame(input.frame);
    else if (input.kind === 'timer') {
      trader.onTimer(input.at, { eventLoopStallMs: 0, clockSkewMs: null });
    } else gateway.hand(input);
  }
  return {
    inputs,
    events: hash.count,
    stateHash: state.hash(),
    eventsHash: hash.digest(),
    sentHash: gateway.sentHash(),
  };
}
