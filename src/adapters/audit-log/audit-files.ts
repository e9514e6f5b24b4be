import { join } from 'node:path';

/** Where the parts of an audit log are. */
export interface AuditPaths {
  /** One entry a line, canonical JSON. */
  readonly log: string;
  /** The last durable head. */
  readonly anchor: string;
  /** 32 random bytes, hexadecimal, that authenticate each entry. */
  readonly key: string;
}

/** The files of the audit log of a data directory: `<dataDir>/audit/{audit.jsonl,anchor.json,key}`. */
export function auditPaths(dataDir: string): AuditPaths {
  const directory = join(dataDir, 'audit');
  return {
    log: join(directory, 'audit.jsonl'),
    anchor: join(directory, 'anchor.json'),
    key: join(directory, 'key'),
  };
}
