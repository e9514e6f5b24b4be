import type { ClientConfig } from 'pg';
import { err, ok, type Result } from '../../core/index.ts';
import type { DatabaseFailure } from './failure.ts';

/** A PostgreSQL server to connect to: our own or somebody's. */
export interface DatabaseServer {
  /** Where it is, without a password. */
  readonly target: string;
  /** Sees to it that the server runs, as far as that is ours; gives how to connect. */
  ready(): Promise<Result<ClientConfig, DatabaseFailure>>;
  /** Stops it, if it is ours. Returns within its limit. */
  stop(): Promise<void>;
}

/** A server that somebody else runs, named by a URL (`DATABASE_URL`). */
export class ExternalServer implements DatabaseServer {
  readonly target: string;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
    this.target = withoutPassword(url);
  }

  async ready(): Promise<Result<ClientConfig, DatabaseFailure>> {
    if (!URL.canParse(this.#url) || !/^postgres(ql)?:$/.test(new URL(this.#url).protocol)) {
      const detail = `${this.target} is not a URL like postgres://user:password@host:5432/database`;
      return err({ code: 'refused', detail });
    }
    return ok({ connectionString: this.#url });
  }

  async stop(): Promise<void> {}
}

/** A database URL as it may be shown: the password and the parameters are left out. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the database URL';
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
