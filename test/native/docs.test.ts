import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../src/native/index.ts';

const page = readFileSync(new URL('../../docs/decision-engine.md', import.meta.url), 'utf8');
const section = (title: string): string => page.split(`## ${title}\n`)[1]!.split('\n## ')[0]!;
const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1]!);

describe('docs/decision-engine.md', () => {
  it('explains every reason, in the order of the bits', () => {
    const rows = section('Why there was no intent').match(/^\| `.*$/gm)!;
    expect(rows.map((row) => codes(row)[0])).toEqual(loadAddon().reasonNames);
  });

  it('explains every status once', () => {
    const rows = section('When a book is trusted').match(/^\| `.*$/gm)!;
    const explained = rows.flatMap((row) => codes(row.split('|')[1]!));
    expect([...explained].sort()).toEqual([...loadAddon().statusNames].sort());
  });

  it('names every sync state and every feature', () => {
    const trusted = codes(section('When a book is trusted'));
    for (const state of loadAddon().syncStateNames) expect(trusted).toContain(state);
    expect(section('Features')).toContain('](features.md)');
    const features = readFileSync(new URL('../../docs/features.md', import.meta.url), 'utf8');
    const listed = features.match(/^\| `.*$/gm)!.map((row) => codes(row)[0]);
    expect(listed).toEqual(loadAddon().featureNames);
  });
});
