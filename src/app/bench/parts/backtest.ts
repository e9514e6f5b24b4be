import { runBacktest } from '../../backtest.ts';
import { FULL_ROUNDS, nextTurn, spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** Replays before measuring: what follows is the steady state of a long backtest or of many. */
const WARM_UP = 8;

/**
 * Replays the captures as `bot4 backtest` does: engine, risk, execution, queue position and latency
 * model. Rates are level updates a second of processor time, all threads together, so that what
 * unpacks on another core counts, too. The first replay of a process, which compiles as it goes, is
 * told apart.
 */
export async function backtestPart(context: PartContext): Promise<void> {
  const { files, options, results } = context;
  const { config, signal, onLine, quick } = options;
  if (files.length === 0) {
    const why = 'no capture was named and none is recorded beside the project';
    results.figures.set('backtest', { kind: 'absent', why });
    results.figures.set('backtest.first', { kind: 'absent', why });
    onLine(`  ${why}`);
    return;
  }
  const rates: number[] = [];
  const wallRates: number[] = [];
  let [first, firstWall] = [0, 0];
  let stateHash = '';
  const measured = quick ? 3 : FULL_ROUNDS;
  for (let repetition = 0; repetition < WARM_UP + measured; repetition += 1) {
    await nextTurn(signal);
    const report = await runBacktest({ files, config, signal, onLine: () => {} });
    const rate = report.levelUpdatesPerCpuSecond;
    const wallRate = report.levelUpdatesPerSecond;
    if (repetition === 0) [first, firstWall] = [rate, wallRate];
    if (repetition >= WARM_UP) {
      rates.push(rate);
      wallRates.push(wallRate);
    }
    stateHash = report.stateHash;
  }
  const value = spreadOf(rates);
  const millions = (rate: number): string => (rate / 1e6).toFixed(2);
  results.figures.set('backtest', {
    ...{ kind: 'measured', value, checksum: stateHash },
    note:
      `after ${WARM_UP} replays in the same process; ` +
      `${millions(spreadOf(wallRates).median)} million a second of wall time`,
  });
  results.figures.set('backtest.first', {
    ...{ kind: 'measured', value: { median: first, low5: first, high95: first, n: 1 } },
    ...{ checksum: stateHash, full: 1 },
    note: `one replay, compiling as it goes; ${millions(firstWall)} million a second of wall time`,
  });
  onLine(
    `  ${millions(value.median)} million level updates per processor second, the first replay ${millions(first)}`,
  );
}
