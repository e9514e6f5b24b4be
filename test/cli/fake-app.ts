import { loadConfig } from '../../src/app/config.ts';
import { locateDataDir } from '../../src/app/config-sources.ts';
import type { App } from '../../src/cli/index.ts';
import { BENCH } from './sample-bench.ts';
import { CALIBRATION, LISTING, QUANT } from './sample-models.ts';
import { CAPTURES, DIFFERENCE, REPLAY, RERUN } from './sample-replays.ts';
import { BACKTEST, DOCTOR, PAUSED, RUN, STATUS, TAMPERED } from './sample-reports.ts';

/** One call of the application: its function and arguments. */
export interface AppCall {
  readonly name: keyof App;
  readonly args: readonly unknown[];
}

/** An application that records what it is asked and answers with samples; configuration is real. */
export function fakeApp(over: Partial<App> = {}): { app: App; calls: AppCall[] } {
  const calls: AppCall[] = [];
  const recorded =
    <T>(name: keyof App, answer: T) =>
    (...args: unknown[]): Promise<T> => {
      calls.push({ name, args });
      return Promise.resolve(answer);
    };
  const app: App = {
    version: () => '9.8.7',
    loadConfig: (sources) => Promise.resolve(loadConfig(sources)),
    locateDataDir: (sources) => Promise.resolve(locateDataDir(sources)),
    runPaper: recorded('runPaper', RUN),
    runBacktest: recorded('runBacktest', BACKTEST),
    runReplay: recorded('runReplay', REPLAY),
    runRerun: recorded('runRerun', RERUN),
    exportCaptures: recorded('exportCaptures', CAPTURES),
    explainDiff: recorded('explainDiff', DIFFERENCE),
    runCalibration: recorded('runCalibration', CALIBRATION),
    runBench: recorded('runBench', BENCH),
    runQuant: recorded('runQuant', QUANT),
    listQuant: recorded('listQuant', LISTING),
    runDoctor: recorded('runDoctor', DOCTOR),
    verifyAudit: recorded('verifyAudit', TAMPERED),
    askStatus: recorded('askStatus', STATUS),
    askModeChange: recorded('askModeChange', PAUSED),
    ...over,
  };
  return { app, calls };
}
