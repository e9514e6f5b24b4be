import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT_MEANINGS, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

const helpOf = async (...argv: string[]): Promise<string> => {
  const recorded = recordedIo();
  await main([...argv, '--help'], recorded.io, fakeApp().app);
  return recorded.stdout();
};

/** Names in the list of commands of a help text, `help` apart. */
const commandsIn = (help: string): readonly string[] => {
  const list = /^Commands:\n((?: {2}.*\n)+)/m.exec(help)?.[1] ?? '';
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)]
    .map((match) => match[1]!)
    .filter((n) => n !== 'help');
};

describe('docs/commands.md', () => {
  it('lists the commands that exist, and no others', async () => {
    const expected: string[] = [];
    for (const name of commandsIn(await helpOf())) {
      const below = commandsIn(await helpOf(name));
      expected.push(...(below.length === 0 ? [name] : below.map((sub) => `${name} ${sub}`)));
    }
    const table = page.slice(0, page.indexOf('Every command takes'));
    const listed = [...table.matchAll(/^\| `([a-z -]+?)(?: --.*?)?` \|/gm)].map(
      (match) => match[1]!,
    );
    expect(listed).toEqual(expected);
    expect(listed.length).toBeGreaterThan(8);
  });

  it('lists the exit codes with their meanings', () => {
    for (const [code, meaning] of EXIT_MEANINGS) expect(page).toContain(`| ${code} | ${meaning} |`);
  });
});
