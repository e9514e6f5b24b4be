import type { DashboardDocument } from '../../observe/ports.ts';

/** What the page receives: a document and when the server sent it, so that it can tell ages. */
export interface PageFrame extends DashboardDocument {
  /** Wall clock of the server, ms since the epoch. */
  readonly sentAtMs: number;
}
