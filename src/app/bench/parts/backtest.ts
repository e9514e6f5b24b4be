import { runBacktest } from '../../backtest.ts';
import { nextTurn, spreadOf } from '../paired.ts';
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
    onLine(`  ${why}`);
    return;
  }
  const rates: number[] = [];
  let cold = 0;
  let stateHash = '';
  const measured = quick ? 3 : 31;
  for (let repetition = 0; repetition < WARM_UP + measured; repetition += 1) {
    await nextTurn(signal);
    const report = await runBacktest({ files, config, signal, onLine: () => {} });
    const rate = report.levelUpdatesPerCpuSecond;
    if (repetition === 0) cold = rate;
    else if (repetition >= WARM_UP) rates.push(rate);
    stateHash = report.stateHash;
  }
  const value = spreadOf(rates);
  results.figures.set('backtest', { kind: 'measured', value, checksum: stateHash });
  const millions = (rate: number): string => (rate / 1e6).toFixed(2);
  onLine(
    `  ${millions(value.median)} million level updates per processor second, the first replay ${millions(cold)}`,
  );
}
