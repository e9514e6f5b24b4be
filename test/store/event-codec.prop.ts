import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/index.ts';
import { decodeEvent, EVENT_KINDS, encodeEvent } from '../../src/store/index.ts';
import fc from '../fast-check.ts';
import { anyEvent, arbitraryEvent } from './arbitrary-events.ts';

const normalised = (value: unknown): unknown =>
  // JSON knows no negative zero; canonical JSON writes it as 0.
  typeof value === 'number' && value === 0
    ? 0
    : Array.isArray(value)
      ? value.map(normalised)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalised(item)]))
        : value;

describe('the event codec', () => {
  it.each(EVENT_KINDS)('gives every %s back as it was, bigints included', (kind) => {
    fc.assert(
      fc.property(arbitraryEvent(kind), (event) => {
        const decoded = decodeEvent(JSON.parse(encodeEvent(event)));
        expect(decoded).toEqual({ ok: true, value: normalised(event) });
      }),
      { numRuns: 200 },
    );
  });

  it('writes the same bytes as canonical JSON', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(encodeEvent(event)).toBe(canonicalJson(event));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses an event from which any member was taken, and names the member', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(), (event, pick) => {
        const json = JSON.parse(encodeEvent(event)) as Record<string, unknown>;
        // The market is absent in older journals and where no book was fresh.
        const names = Object.keys(json).filter((key) => key !== 'kind' && key !== 'market');
        const taken = names[pick % names.length]!;
        delete json[taken];
        const decoded = decodeEvent(json);
        expect(decoded.ok).toBe(false);
        if (!decoded.ok) expect(decoded.error.detail).toBe(`event.${taken} is missing`);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses an event with a member of another type, and names path and value', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(), (event, pick) => {
        const json = JSON.parse(encodeEvent(event)) as Record<string, unknown>;
        const names = Object.keys(json).filter((key) => key !== 'kind');
        const changed = names[pick % names.length]!;
        json[changed] = null;
        const decoded = decodeEvent(json);
        expect(decoded.ok).toBe(false);
        if (!decoded.ok) expect(decoded.error.detail).toContain(`event.${changed} is null`);
      }),
      { numRuns: 500 },
    );
  });
});
