import { err, type Json, ok, type Result } from '../../core/index.ts';

/** Version of the messages; both sides must speak the same. */
const CONTROL_VERSION = 1;

/** Largest request, bytes, its line break included. */
export const MAX_REQUEST_BYTES = 4096;

/** Largest reply, bytes, its line break included. */
export const MAX_REPLY_BYTES = 1_048_576;

/** Longest reason a person may give, UTF-16 code units. */
export const MAX_REASON_LENGTH = 200;

/** The commands that a running service takes. */
export const CONTROL_KINDS = [
  'status',
  'pause',
  'reduce',
  'emergency',
  'restore',
  'cancel-restore',
] as const;

/** What a running service is asked to do. */
export interface ControlCommand {
  readonly kind: (typeof CONTROL_KINDS)[number];
  /** Why, in a person's words, for the audit; null when none was given. */
  readonly reason: string | null;
}

/** Why a command was not carried out. */
export type ControlRefusal =
  /** Safety does not allow it. */
  | 'refused'
  /** It was allowed and went wrong. */
  | 'failed'
  /** The request cannot be understood. */
  | 'bad-request'
  /** Too many connections at once. */
  | 'busy';

/** The answer to a command. */
export type ControlReply =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly code: ControlRefusal; readonly message: string };

const REFUSALS: readonly string[] = ['refused', 'failed', 'bad-request', 'busy'];

type Fields = Readonly<Record<string, unknown>>;

const parseObject = (line: string): Result<Fields, string> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return err('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return err('it is not a JSON object');
  }
  return ok(value as Fields);
};

const checkVersion = (fields: Fields): string | null =>
  fields['version'] === CONTROL_VERSION
    ? null
    : `its version is ${JSON.stringify(fields['version'])}, this side speaks ${CONTROL_VERSION}`;

/** Writes a command as one line. Requires a reason of at most `MAX_REASON_LENGTH`. */
export const encodeCommand = (command: ControlCommand): string =>
  `${JSON.stringify({ version: CONTROL_VERSION, ...command })}\n`;

/** Reads a command from a line. Errors: what is wrong with it, in words. */
export function decodeCommand(line: string): Result<ControlCommand, string> {
  const parsed = parseObject(line);
  if (!parsed.ok) return parsed;
  const wrongVersion = checkVersion(parsed.value);
  if (wrongVersion !== null) return err(wrongVersion);
  const { version: _, kind, reason, ...rest } = parsed.value;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) return err(`it has the unknown key ${JSON.stringify(unknown[0])}`);
  const known = CONTROL_KINDS.find((each) => each === kind);
  if (known === undefined) {
    return err(`its kind is ${JSON.stringify(kind)}; known are ${CONTROL_KINDS.join(', ')}`);
  }
  if (reason === null || reason === undefined) return ok({ kind: known, reason: null });
  if (typeof reason !== 'string' || reason.length > MAX_REASON_LENGTH) {
    return err(`its reason is not a text of at most ${MAX_REASON_LENGTH} characters`);
  }
  return ok({ kind: known, reason });
}

/** Writes a reply as one line; bigints become decimal strings. */
export function encodeReply(reply: ControlReply): string {
  const asText = (_key: string, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value;
  return `${JSON.stringify({ version: CONTROL_VERSION, ...reply }, asText)}\n`;
}

/** Reads a reply from a line. Errors: what is wrong with it, in words. */
export function decodeReply(line: string): Result<ControlReply, string> {
  const parsed = parseObject(line);
  if (!parsed.ok) return parsed;
  const wrongVersion = checkVersion(parsed.value);
  if (wrongVersion !== null) return err(wrongVersion);
  const { ok: success, result, code, message } = parsed.value;
  if (success === true && result !== undefined) return ok({ ok: true, result: result as Json });
  if (success === false && typeof code === 'string' && REFUSALS.includes(code)) {
    const text = typeof message === 'string' ? message : '';
    return ok({ ok: false, code: code as ControlRefusal, message: text });
  }
  return err('it is neither a result nor a refusal');
}
