/** Why the database cannot be used right now, or at all. */
export interface DatabaseFailure {
  /**
   * `not-installed`: the embedded server's files are missing or unusable; `cannot-start`: it does
   * not come up; `unreachable`: no connection; `refused`: it is not this journal's database, or a
   * newer program's; `query`: a statement failed; `journal`: the journal could not be read.
   */
  readonly code: 'not-installed' | 'cannot-start' | 'unreachable' | 'refused' | 'query' | 'journal';
  /** A sentence for people. Never holds a password. */
  readonly detail: string;
}

/** Makes a failure from whatever was thrown. */
export const databaseFailure = (
  code: DatabaseFailure['code'],
  tried: string,
  cause: unknown,
): DatabaseFailure => ({
  code,
  detail: `${tried}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`,
});
