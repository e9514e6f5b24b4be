// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are samples of source code
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { effectsOf } from './effects.ts';
import { listFaults, pathsOfList, unusedHeaders } from './native-files.ts';
import { directionFault, mayBeIncluded } from './rooms.ts';
import { includesOf, modulesOf, strip } from './source-text.ts';

describe('stripping a source', () => {
  it.each([
    ['a // b', 'a     '],
    ['a /* b */ c', 'a         c'],
    ["'/*' + a + '*/'", "'  ' + a + '  '"],
    ['"//" + a', '"  " + a'],
    ["'it\\'s // ' + a", "'         ' + a"],
    ['`// ${ a /* x */ } //` + b', '`   ${ a         }   ` + b'],
    ['`${ { a: `x${b}` } }` + c', '`${ { a: ` ${b}` } }` + c'],
    ['/[/*]\'"/.test(a) // b', '/      /.test(a)     '],
    ['return /\\/\\*/g', 'return /    /g'],
    ['a / b // c', 'a / b     '],
    ['(a) / b / c', '(a) / b / c'],
    ["// it's\na", '       \na'],
    ["'open\na // b", "'    \na     "],
  ])('leaves of %j what is code', (source, bare) => {
    expect(strip(source).bare).toBe(bare);
  });

  it.each([
    ["x = 1'000; // it's", "x = 1'000;        "],
    ['R"a(/* " // )a" + b', 'R"            " + b'],
    ["'\"' + \"/*\" + '\\'' // a", "' ' + \"  \" + '  '     "],
    ['a / b / c', 'a / b / c'],
  ])('knows the texts of C++: %j', (source, bare) => {
    expect(strip(source, 'cpp').bare).toBe(bare);
  });

  it.each([
    ['src', 'ts', /\.tsx?$/],
    ['native', 'cpp', /\.(h|cc)$/],
  ] as const)('keeps every character of %s in its place', (folder, language, ending) => {
    const top = join(import.meta.dirname, '../..', folder);
    const files = readdirSync(top, { recursive: true }).filter((name) => ending.test(String(name)));
    expect(files.length).toBeGreaterThan(40);
    for (const name of files) {
      const source = readFileSync(join(top, String(name)), 'utf8');
      const { code, bare } = strip(source, language);
      expect([code.length, bare.length]).toEqual([source.length, source.length]);
      const count = (pattern: RegExp): number => bare.match(pattern)?.length ?? 0;
      expect([name, count(/\n/g)]).toEqual([name, source.split('\n').length - 1]);
      expect([name, count(/[{]/g)]).toEqual([name, count(/[}]/g)]);
    }
  });
});

describe('the modules of a source', () => {
  it.each([
    ["import a from './a.ts';", './a.ts', null],
    ["import './a.ts';", './a.ts', null],
    ["import * as a from './a.ts';", './a.ts', null],
    ["import { a, type B, c as d } from './a.ts';", './a.ts', ['a', 'B', 'c']],
    ["import type {\n  A,\n} from './a.ts';", './a.ts', ['A']],
    ["export * from './a.ts';", './a.ts', null],
    ["export { a } from './a.ts';", './a.ts', ['a']],
    ["await import('./a.ts')", './a.ts', null],
    ["require('fs')", 'fs', null],
    ["type A = import('pg').Pool", 'pg', null],
  ])('are found in %j', (source, specifier, names) => {
    expect(modulesOf(source)).toEqual([{ specifier, names }]);
  });

  it.each(["// import './a.ts'", '/* from "a" */', `const sql = "select 1 from 'a'";`])(
    'are none in %j',
    (source) => {
      expect(modulesOf(source)).toEqual([]);
    },
  );

  it('are found behind a text that looks like a comment', () => {
    expect(modulesOf(`const a = '/*';\nimport fs from 'fs';\nconst b = '*/';`)).toHaveLength(1);
  });

  it('of C++ are its includes', () => {
    expect(includesOf('#include "a/b.h"\n# include <vector>\n// #include "c.h"')).toEqual([
      'a/b.h',
      'vector',
    ]);
  });
});

describe('a room without effects', () => {
  const PATH = 'src/risk/limits.ts';

  it.each([
    'Date.now()',
    'new Date()',
    'new Date',
    'const at = new Date;',
    'Date()',
    'const Clock = Date;',
    'performance.now()',
    'Math.random()',
    'crypto.randomUUID()',
    'crypto.subtle',
    'randomInt(3)',
    'setTimeout(f, 1)',
    'queue(setImmediate)',
    'Atomics.wait(a, 0, 0)',
    "fetch('http://a')",
    'const get = fetch;',
    "new WebSocket('ws://a')",
    'new EventSource(url)',
    "console.log('x')",
    'process.env.HOME',
    'process.uptime()',
    'process.hrtime.bigint()',
    'process?.exit()',
    "process['env']",
    'const { env } = process;',
    'globalThis.setTimeout',
    "eval('1')",
    'import(name)',
    'import(`./a.ts`)',
    '`${Date.now()}`',
    "const a = '/*'; Date.now(); const b = '*/';",
  ])('may not write %j', (source) => {
    expect(effectsOf(PATH, source)).not.toEqual([]);
  });

  it.each([
    "import { readFileSync } from 'node:fs';",
    "import { readFileSync } from 'fs';",
    "import fs from 'fs/promises';",
    "import 'node:fs';",
    "import { connect } from 'node:http2';",
    "import { lookup } from 'node:dns';",
    "import { cpus } from 'node:os';",
    "import { setTimeout as wait } from 'node:timers/promises';",
    "import { createRequire } from 'node:module';",
    "import { createHash, randomInt } from 'node:crypto';",
    "import * as crypto from 'node:crypto';",
    "import type { Pool } from 'pg';",
    "import fastify from 'fastify';",
    "const fs = require('fs');",
    "const fs = await import('node:fs');",
    "export { readFileSync } from 'node:fs';",
  ])('may not take %j', (source) => {
    expect(effectsOf(PATH, source)).not.toEqual([]);
  });

  it.each([
    '// Date.now() and setTimeout',
    "const text = 'Date.now() by fetch(url)';",
    'new Date(Number(at)).toISOString()',
    'Date.UTC(2026, 0, 1)',
    'const p99 = process.eventLoopDelayP99Ms;',
    'view.process.env',
    'venue.fetch(1); clock.performance.now; this.#process.exit',
    'market.console.log',
    "import { createHash, createHmac } from 'node:crypto';",
    "import { ok } from '../core/index.ts';",
    "await import('../core/index.ts')",
  ])('may write %j', (source) => {
    expect(effectsOf(PATH, source)).toEqual([]);
  });

  it('alone loads the addon from native/load.ts', () => {
    const source = "import { createRequire } from 'node:module';";
    expect(effectsOf('src/native/load.ts', source)).toEqual([]);
    expect(effectsOf('src/native/engine.ts', source)).toEqual(['createRequire of node:module']);
  });
});

describe('the directions of imports', () => {
  it.each([
    ['src/core/a.ts', 'src/model/index.ts'],
    ['src/strategy/a.ts', 'src/risk/index.ts'],
    ['src/app/a.ts', 'src/risk/limits.ts'],
    ['src/app/a.ts', 'src/cli/main.ts'],
    ['src/app/a.ts', 'src/adapters/control/client.ts'],
    ['src/app/trader/a.ts', 'src/adapters/dashboard/page/index.ts'],
    ['src/adapters/control/a.ts', 'src/adapters/journal/index.ts'],
    ['src/adapters/control/a.ts', 'src/risk/index.ts'],
    ['src/cli/a.ts', 'src/adapters/control/index.ts'],
    ['src/cli/a.ts', 'src/risk/index.ts'],
  ])('from %s to %s is closed', (from, to) => {
    expect(directionFault(from, to)).not.toBeNull();
  });

  it.each([
    ['src/app/a.ts', 'src/adapters/control/index.ts'],
    ['src/app/trader/a.ts', 'src/app/paper.ts'],
    ['src/app/a.ts', 'src/risk/index.ts'],
    ['src/app/a.ts', 'src/core/config/index.ts'],
    ['src/adapters/control/a.ts', 'src/execution/ports.ts'],
    ['src/adapters/dashboard/page/a.ts', 'src/adapters/dashboard/b.ts'],
  ])('from %s to %s is open', (from, to) => {
    expect(directionFault(from, to)).toBeNull();
  });

  it.each([
    ['book/a.h', 'napi.h', false],
    ['binding/a.cc', 'napi.h', true],
    ['engine/a.cc', 'binding/session.h', false],
    ['engine/a.cc', 'kernels/decision.h', false],
    ['engine/a.cc', 'kernels/table.h', true],
    ['core/a.cc', 'book/b.h', false],
    ['match/a.cc', 'vector', true],
  ])('in C++ %s includes %s: %s', (path, target, open) => {
    expect(mayBeIncluded(path, target)).toBe(open);
  });
});

describe('the files of the native engine', () => {
  it('that are in no list, not there or listed twice are found', () => {
    const listed = pathsOfList('# Comment\nnative/a.cc\nnative/gone.cc\nnative/a.cc\n');
    expect(listFaults(listed, ['native/a.cc', 'native/new.cc'])).toEqual([
      'native/new.cc is in no list',
      'native/gone.cc does not exist',
      'native/a.cc is listed twice',
    ]);
  });

  it('whose headers nobody includes are found', () => {
    const files = [
      { path: 'a/a.cc', text: '#include "a/used.h"\n// #include "a/old.h"' },
      { path: 'a/used.h', text: '' },
      { path: 'a/old.h', text: '#include "a/old.h"' },
    ];
    expect(unusedHeaders(files)).toEqual(['a/old.h']);
  });
});
