/** Stable codes of what can go wrong at the bridge. */
export type NativeErrorCode =
  /** BOT4_TARGET names no target or one that this machine lacks. */
  | 'ERR_BOT4_CPU'
  /** The addon is not built. */
  | 'ERR_BOT4_ADDON_MISSING'
  /** The addon is there but could not be loaded. */
  | 'ERR_BOT4_ADDON_LOAD'
  /** An argument outside what the addon allows. */
  | 'ERR_BOT4_ARGUMENT';

/** An error of the native engine or of its loading. */
export class NativeError extends Error {
  override readonly name = 'NativeError';
  readonly code: NativeErrorCode;

  constructor(code: NativeErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Maps what loading or calling the addon threw to a `NativeError`. */
export function toNativeError(error: unknown): NativeError {
  if (error instanceof NativeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === 'ERR_BOT4_CPU' || code === 'ERR_BOT4_ARGUMENT') {
    return new NativeError(code, message, error);
  }
  if (code === 'MODULE_NOT_FOUND') {
    return new NativeError(
      'ERR_BOT4_ADDON_MISSING',
      'the native engine is not built; run: npm run build:addon',
      error,
    );
  }
  return new NativeError(
    'ERR_BOT4_ADDON_LOAD',
    `the native engine did not load: ${message}`,
    error,
  );
}
