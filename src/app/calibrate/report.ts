import type {
  LatencyModels,
  MarketCalibration,
  OwnFillsCalibration,
} from '../../research/index.ts';
import type { Bot4Config } from '../config.ts';

/** What a calibration is made from. */
export interface CalibrationOptions {
  /** Absolute paths of captures; plain or gzip. */
  readonly files: readonly string[];
  /** Data directory whose journal tells of own orders; null: none. */
  readonly ownFills: string | null;
  readonly config: Bot4Config;
  /** File that the models are written to; null writes none. */
  readonly out: string | null;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One instrument's calibration and what it was made from. */
export interface InstrumentCalibration extends MarketCalibration {
  /** `venue:SYMBOL`. */
  readonly instrument: string;
  readonly files: readonly string[];
  readonly messages: number;
  /** Messages of other kinds, and unreadable ones. */
  readonly messagesPassedOver: number;
  /** Gaps of the book's updates after which it waited for a snapshot. */
  readonly bookGaps: number;
}

/** What a calibration found. */
export interface CalibrationReport {
  readonly instruments: readonly InstrumentCalibration[];
  /** null: `--own-fills` was not given. */
  readonly ownFills: OwnFillsCalibration | null;
  /** Delays as the model file has them. */
  readonly latency: LatencyModels;
  readonly writtenTo: string | null;
}
