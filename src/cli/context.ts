import type { Bot4Config, ConfigSources, LoadedConfig } from '../app/config.ts';
import type {
  AuditVerification,
  BacktestOptions,
  BacktestReport,
  BenchOptions,
  BenchReport,
  CalibrationOptions,
  CalibrationReport,
  CaptureExportOptions,
  CaptureExportReport,
  DoctorReport,
  ExplainDiffOptions,
  ExplainDiffReport,
  ModeChangeReport,
  QuantListing,
  QuantReport,
  QuantRequest,
  ReplayOptions,
  ReplayReport,
  RerunOptions,
  RerunReport,
  RunOptions,
  RunSummary,
  StatusReport,
} from '../app/contracts.ts';
import type { ConfigIssue } from '../core/config/index.ts';
import type { Result } from '../core/index.ts';
import type { CliIo } from './io.ts';

/** What a person asks of a running service, apart from its status. */
export type ModeCommand = 'pause' | 'reduce' | 'emergency' | 'restore' | 'cancel-restore';

/** The functions of `src/app` that the commands call. */
export interface App {
  version(): string;
  loadConfig(sources: ConfigSources): Promise<Result<LoadedConfig, readonly ConfigIssue[]>>;
  locateDataDir(sources: ConfigSources): Promise<string>;
  runPaper(config: Bot4Config, options: RunOptions): Promise<RunSummary>;
  runBacktest(options: BacktestOptions): Promise<BacktestReport>;
  runReplay(options: ReplayOptions): Promise<ReplayReport>;
  runRerun(options: RerunOptions): Promise<RerunReport>;
  exportCaptures(options: CaptureExportOptions): Promise<CaptureExportReport>;
  explainDiff(options: ExplainDiffOptions): Promise<ExplainDiffReport>;
  runCalibration(options: CalibrationOptions): Promise<CalibrationReport>;
  runBench(options: BenchOptions): Promise<BenchReport>;
  runQuant(request: QuantRequest): Promise<QuantReport>;
  /** Every model, or the one named. */
  listQuant(name: string | null): Promise<QuantListing>;
  runDoctor(
    dataDir: string,
    config: Result<LoadedConfig, readonly ConfigIssue[]>,
  ): Promise<DoctorReport>;
  verifyAudit(dataDir: string): Promise<AuditVerification>;
  askStatus(dataDir: string, timeoutMs: number): Promise<StatusReport>;
  /** `reason` carries the id of the one cause that is meant for `restore` and `cancel-restore`. */
  askModeChange(
    dataDir: string,
    command: { readonly kind: ModeCommand; readonly reason: string | null },
    timeoutMs: number,
  ): Promise<ModeChangeReport>;
}

/** What every command works with. */
export interface CliContext {
  readonly io: CliIo;
  readonly app: App;
}
