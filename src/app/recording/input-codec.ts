import { err, eventTime, ok } from '../../core/index.ts';
import type { VenueAccount, VenueNotice, VenueUnavailable } from '../../execution/index.ts';
import type { MarketFrame } from '../../market/index.ts';
import type { VenueReport } from '../../model/index.ts';
import type { SafetyCommand } from '../../safety/index.ts';
import { decodeEvent, encodeEvent } from '../../store/index.ts';
import type { DecisionContext } from '../decisions/context.ts';
import type { AccountAnswer, InputSink, RunHeader, RunInput } from './run-inputs.ts';

const LINE_BREAK = 10;
const SPACE = 32;

/** Bigints and maps, which JSON has no words for, as objects with one member. */
const tagged = (_name: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  return value instanceof Map ? { $map: [...value] } : value;
};

const untagged = (_name: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bigint' in value) return BigInt(value.$bigint as string);
  return '$map' in value ? new Map(value.$map as [unknown, unknown][]) : value;
};

const answerText = (answer: AccountAnswer): string =>
  answer.ok ? `+ ${JSON.stringify(answer.value, tagged)}` : `- ${JSON.stringify(answer.error)}`;

function writeFrame({ symbol, seconds, nanoseconds, bytes }: MarketFrame, sink: InputSink): void {
  // A line break in a message would end its line: such a one is written in base64.
  if (bytes.indexOf(LINE_BREAK) < 0) {
    sink.line(`F ${symbol} ${seconds} ${nanoseconds} `, bytes);
    return;
  }
  sink.line(`B ${symbol} ${seconds} ${nanoseconds} ${Buffer.from(bytes).toString('base64')}`);
}

function lineOf(input: Exclude<RunInput, { readonly kind: 'frame' }>): string {
  switch (input.kind) {
    case 'header':
      return `H ${JSON.stringify(input.header)}`;
    case 'timer': {
      const { eventLoopStallMs, clockSkewMs } = input.outside;
      return `T ${input.now} ${eventLoopStallMs} ${clockSkewMs ?? '-'}`;
    }
    case 'report':
      return `R ${encodeEvent(input.report)}`;
    case 'answer':
      return `A ${input.question} ${answerText(input.answer)}`;
    case 'notice':
      return `N ${JSON.stringify(input.notice, tagged)}`;
    case 'command':
      return `C ${input.at} ${JSON.stringify(input.command)}`;
    case 'stop':
      return `S ${input.at}`;
    case 'event':
      return `E ${encodeEvent(input.event)}`;
    case 'decision':
      return `D ${JSON.stringify(input.context)}`;
    case 'end':
      return `Z ${input.stateHash} ${input.engineHash}`;
    case 'ended-early':
      return `X ${JSON.stringify(input.reason)}`;
  }
}

/** Writes one input as a line; the letter at its beginning says what it is. */
export function writeInput(input: RunInput, sink: InputSink): void {
  if (input.kind === 'frame') writeFrame(input.frame, sink);
  else sink.line(lineOf(input));
}

/** A line that is no input, in words. */
export class InputFormatError extends Error {
  override readonly name = 'InputFormatError';
}

function readFrame(line: Buffer, encoded: boolean): RunInput {
  let at = 2;
  const number = (): number => {
    const end = line.indexOf(SPACE, at);
    const text = line.toString('latin1', at, Math.max(at, end));
    if (!/^-?\d{1,15}$/.test(text)) {
      throw new InputFormatError('a frame begins with three whole numbers');
    }
    at = end + 1;
    return Number(text);
  };
  const [symbol, seconds, nanoseconds] = [number(), number(), number()];
  const rest = line.subarray(at);
  const bytes = encoded ? Buffer.from(rest.toString('latin1'), 'base64') : rest;
  return { kind: 'frame', frame: { symbol, seconds, nanoseconds, bytes } };
}

function readEvent(text: string) {
  const decoded = decodeEvent(JSON.parse(text));
  if (!decoded.ok) throw new InputFormatError(decoded.error.detail);
  return decoded.value;
}

function readTimer(text: string): RunInput {
  const [now = '', stall = '', skew = ''] = text.split(' ');
  const clockSkewMs = skew === '-' ? null : Number(skew);
  const outside = { eventLoopStallMs: Number(stall), clockSkewMs };
  return { kind: 'timer', now: eventTime(BigInt(now)), outside };
}

function readAnswer(text: string): RunInput {
  const [, number = '', sign = '', json = ''] = /^(\d+) ([+-]) (.*)$/s.exec(text) ?? [];
  const answer: AccountAnswer =
    sign === '+'
      ? ok(JSON.parse(json, untagged) as VenueAccount)
      : err(JSON.parse(json) as VenueUnavailable);
  return { kind: 'answer', question: Number(number), answer };
}

function readText(letter: string, text: string): RunInput {
  switch (letter) {
    case 'H':
      return { kind: 'header', header: JSON.parse(text) as RunHeader };
    case 'T':
      return readTimer(text);
    case 'R':
      return { kind: 'report', report: readEvent(text) as VenueReport };
    case 'N':
      return { kind: 'notice', notice: JSON.parse(text, untagged) as VenueNotice };
    case 'A':
      return readAnswer(text);
    case 'C': {
      const space = text.indexOf(' ');
      const command = JSON.parse(text.slice(space + 1)) as SafetyCommand;
      return { kind: 'command', at: eventTime(BigInt(text.slice(0, space))), command };
    }
    case 'S':
      return { kind: 'stop', at: eventTime(BigInt(text)) };
    case 'E':
      return { kind: 'event', event: readEvent(text) };
    case 'D':
      return { kind: 'decision', context: JSON.parse(text) as DecisionContext };
    case 'Z': {
      const [stateHash = '', engineHash = ''] = text.split(' ');
      return { kind: 'end', stateHash, engineHash };
    }
    case 'X':
      return { kind: 'ended-early', reason: JSON.parse(text) as string };
    default:
      throw new InputFormatError(`"${letter}" is no kind of input`);
  }
}

/**
 * Reads a line back. A frame's bytes are a part of `line`.
 *
 * Errors: throws `InputFormatError` for a line that `writeInput` does not write.
 */
export function readInput(line: Buffer): RunInput {
  const letter = String.fromCharCode(line[0] ?? SPACE);
  try {
    if (letter === 'F' || letter === 'B') return readFrame(line, letter === 'B');
    return readText(letter, line.toString('utf8', 2));
  } catch (error) {
    if (error instanceof InputFormatError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputFormatError(`an input of kind "${letter}" cannot be read: ${why}`);
  }
}
