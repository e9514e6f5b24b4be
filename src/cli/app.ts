import type { App } from './context.ts';

/**
 * The application, each part loaded when a command first needs it: `--help` and `status` never
 * load the engine.
 */
export const lazyApp = (version: string): App => ({
  version: () => version,
  loadConfig: async (sources) => (await import('../app/config.ts')).loadConfig(sources),
  locateDataDir: async (sources) =>
    (await import('../app/config-sources.ts')).locateDataDir(sources),
  runPaper: async (config, options) => (await import('../app/paper.ts')).runPaper(config, options),
  runBacktest: async (options) => (await import('../app/backtest.ts')).runBacktest(options),
  runReplay: async (options) => (await import('../app/replay.ts')).runReplay(options),
  runRerun: async (options) => (await import('../app/rerun.ts')).runRerun(options),
  exportCaptures: async (options) =>
    (await import('../app/capture-export.ts')).exportCaptures(options),
  explainDiff: async (options) => (await import('../app/explain-diff.ts')).explainDiff(options),
  runCalibration: async (options) => (await import('../app/calibrate.ts')).runCalibration(options),
  runBench: async (options) => (await import('../app/bench.ts')).runBench(options),
  runQuant: async (request) => (await import('../app/quant.ts')).runQuant(request),
  listQuant: async (name) => (await import('../app/quant.ts')).listQuant(name),
  runDoctor: async (dataDir, config) =>
    (await import('../app/doctor.ts')).runDoctor({ dataDir, config }),
  verifyAudit: async (dataDir) =>
    (await import('../app/audit-verification.ts')).verifyAudit(dataDir),
  askStatus: async (dataDir, timeoutMs) =>
    (await import('../app/control.ts')).askStatus(dataDir, timeoutMs),
  askModeChange: async (dataDir, command, timeoutMs) =>
    (await import('../app/control.ts')).askModeChange(dataDir, command, timeoutMs),
});
