export { hashState, stateHash } from './checkpoint.ts';
export { crc32c } from './crc32c.ts';
export { decodeEvent, EVENT_KINDS, type EventShapeFailure, encodeEvent } from './event-codec.ts';
export { type StorageFailure, type StorageFailureCode, storageFailure } from './failure.ts';
export type { Journal, JournalReader, ProjectionStatus, Recovery } from './ports.ts';
export {
  type Checkpoint,
  decodeRecord,
  encodeCheckpoint,
  encodeEntry,
  encodeSealed,
  type JournalRecord,
  type RecordFailure,
} from './record.ts';
