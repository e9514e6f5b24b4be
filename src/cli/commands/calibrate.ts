import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppFailure } from '../../app/contracts.ts';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { absolutePaths, textValue } from '../option-values.ts';
import { calibrationLines } from '../render/calibration-lines.ts';
import { StopWatch } from '../stop.ts';

interface CalibrateFlags {
  readonly data?: string[];
  readonly out?: string;
  readonly ownFills?: string;
}

const LONGEST_PATH = 4096;

const EXAMPLES = `
The first 70 % of the time of the captures is fitted to; every fitted distribution is tested on the
last 30 %. A small p-value says that the distribution is not that of the data; with many values it
is small for every difference there is, so compare the distances D. docs/calibration.md says more.

Examples:
  bot4 calibrate --data usdm_btcusdt.ws.gz
  bot4 calibrate --data usdm_btcusdt.ws.gz --out btcusdt.model.json
  bot4 calibrate --own-fills ~/.bot4 --out latency.model.json`;

/** Adds `bot4 calibrate`. */
export function addCalibrate(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('calibrate')
    .summary('fit the simulated market to recorded data')
    .description('Fits the simulated market to recorded venue messages and own orders.')
    .option('--data <files...>', 'captures to fit to')
    .option('--own-fills <dir>', 'data directory with own orders', textValue(LONGEST_PATH))
    .option('--out <file>', 'write the model for the simulator', textValue(LONGEST_PATH))
    .addHelpText('after', EXAMPLES);
  setAction<CalibrateFlags>(command, context, holder, async (flags, { global, output }) => {
    const { io, app } = context;
    const { data = [], out, ownFills } = flags;
    if (data.length === 0 && ownFills === undefined) {
      const remedy = 'Name captures after --data, a data directory after --own-fills, or both.';
      return output.failure(new AppFailure('usage', 'there is nothing to fit to', remedy));
    }
    if (data.some((file) => file.trim() === '')) {
      return output.failure(new AppFailure('usage', '--data has an empty name of a file'));
    }
    const twice = data.find((file, index) => data.indexOf(file) !== index);
    if (twice !== undefined) {
      return output.failure(new AppFailure('usage', `--data names ${twice} twice`));
    }
    const loaded = await app.loadConfig(configSources(io, global, []));
    if (!loaded.ok) return output.configurationRefused(loaded.error);
    const stop = new StopWatch(io, 'Stopping.');
    try {
      const report = await app.runCalibration({
        files: absolutePaths(data, io.workingDirectory),
        ownFills: ownFills === undefined ? null : resolve(io.workingDirectory, ownFills),
        config: loaded.value.config,
        out: out === undefined ? null : resolve(io.workingDirectory, out),
        onLine: output.progress,
        signal: stop.signal,
      });
      output.result(report, calibrationLines(report, output.style));
      return stop.received === null ? EXIT.ok : EXIT.interrupted;
    } finally {
      stop.close();
    }
  });
}
