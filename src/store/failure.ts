/** Stable names of what can go wrong with local storage. */
export type StorageFailureCode =
  | 'disk-full'
  | 'read-only'
  | 'no-permission'
  | 'missing'
  | 'io'
  | 'corrupt'
  | 'locked'
  | 'record-too-large'
  | 'timeout'
  | 'closed';

/** Why a file of the data directory could not be written or read. */
export interface StorageFailure {
  readonly code: StorageFailureCode;
  /** The file or directory it is about. */
  readonly path: string;
  /** A whole sentence for people: what was tried, what was met, what would be right. */
  readonly detail: string;
}

const CODE_OF_ERRNO: Readonly<Record<string, StorageFailureCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EROFS: 'read-only',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
};

const REMEDY: Readonly<Partial<Record<StorageFailureCode, string>>> = {
  'disk-full': 'free space on its file system or raise the quota',
  'read-only':
    'its file system is mounted read-only; remount it writable or use another --data-dir',
  'no-permission': 'the user who runs bot4 must be able to read and write it',
  missing: 'it must exist',
};

/** Turns a file system error into a `StorageFailure`; an unknown errno becomes `io`. */
export function storageFailure(cause: unknown, tried: string, path: string): StorageFailure {
  const errno = (cause as { readonly code?: unknown } | null)?.code;
  const code = (typeof errno === 'string' ? CODE_OF_ERRNO[errno] : undefined) ?? 'io';
  const remedy = REMEDY[code];
  const met = typeof errno === 'string' ? errno : String(cause);
  return {
    code,
    path,
    detail: `cannot ${tried} ${path}: ${met}${remedy === undefined ? '' : `; ${remedy}`}`,
  };
}
