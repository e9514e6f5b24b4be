import { err, ok, type Result } from '../result.ts';

/** Largest configuration file that is read, bytes. */
export const MAX_CONFIG_BYTES = 1_048_576;

const BYTE_ORDER_MARKS = [
  { mark: [0xef, 0xbb, 0xbf], problem: 'it begins with a byte order mark; save it without one' },
  { mark: [0xff, 0xfe], problem: 'it is UTF-16; save it as UTF-8' },
  { mark: [0xfe, 0xff], problem: 'it is UTF-16; save it as UTF-8' },
] as const;

const decodes = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** Length of the longest beginning that holds no invalid UTF-8; a character cut short is valid. */
const validLength = (bytes: Uint8Array): number => {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (decodes(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
};

/**
 * Reads the bytes of a configuration file as UTF-8 text.
 *
 * Errors:  in words, for a file above `MAX_CONFIG_BYTES`, a byte order mark, and bytes that are not
 *          UTF-8 (with the line of the first one).
 */
export function decodeConfigText(bytes: Uint8Array): Result<string, string> {
  if (bytes.length > MAX_CONFIG_BYTES) {
    return err(`it has ${bytes.length} bytes; at most ${MAX_CONFIG_BYTES} are read`);
  }
  for (const { mark, problem } of BYTE_ORDER_MARKS) {
    if (mark.every((byte, index) => bytes[index] === byte)) return err(problem);
  }
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    const at = validLength(bytes);
    const line = bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 1);
    return err(`it is not UTF-8: byte ${at + 1}, in line ${line}, belongs to no character`);
  }
}
