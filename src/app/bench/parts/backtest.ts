import { runBacktest } from '../../backtest.ts';
import { nextTurn, spreadOf } from '../paired.ts';
import type { PartContext } from './results.ts';

/** Changed levels of the depth messages of a load, those of its snapshots apart. */
function levelUpdates(messages: PartContext['load']['messages']): number {
  const decoder = new TextDecoder();
  let levels = 0;
  for (const { bytes } of messages) {
    const read = JSON.parse(decoder.decode(bytes)) as { readonly data?: unknown };
    const { b, a } = (read.data ?? read) as { readonly b?: unknown; readonly a?: unknown };
    if (Array.isArray(b)) levels += b.length;
    if (Array.isArray(a)) levels += a.length;
  }
  return levels;
}

/**
 * Replays the captures as `bot4 backtest` does: engine, risk, execution, queue position and latency
 * model, on one thread.
 */
export async function backtestPart(context: PartContext): Promise<void> {
  const { files, load, options, results } = context;
  const { config, signal, onLine, quick } = options;
  if (files.length === 0) {
    const why = 'no capture was named and none is recorded beside the project';
    results.figures.set('backtest', { kind: 'absent', why });
    onLine(`  ${why}`);
    return;
  }
  const levels = levelUpdates(load.messages);
  const rates: number[] = [];
  let stateHash = '';
  for (let repetition = 0; repetition < (quick ? 1 : 5); repetition += 1) {
    await nextTurn(signal);
    const report = await runBacktest({ files, config, signal, onLine: () => {} });
    rates.push((levels * 1_000) / report.elapsedMs);
    stateHash = report.stateHash;
  }
  const value = spreadOf(rates);
  results.figures.set('backtest', { kind: 'measured', value, checksum: stateHash });
  onLine(`  ${(value.median / 1e6).toFixed(2)} million level updates/s`);
}
