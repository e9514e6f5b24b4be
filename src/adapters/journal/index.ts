export { DataDirLock } from './data-dir-lock.ts';
export { type JournalDisk, systemDisk } from './disk.ts';
export { FileJournal, type FileJournalOptions } from './file-journal.ts';
export {
  type CheckpointPlace,
  JournalView,
  type RecordPlace,
  type ViewVisitor,
} from './journal-view.ts';
export { readJournalEntries } from './read-entries.ts';
export { FileRunEpochs } from './run-epochs.ts';
