// Prints source paths, one per line, from the lists that both build systems read:
//   list-kernels.mjs kernels            native/kernels.list, compiled once per instruction set
//   list-kernels.mjs sources binding    native/sources.list, then native/binding.list
//   list-kernels.mjs --from=bench ...   the same as seen from a folder beside native/
//   list-kernels.mjs --from=bench --workloads   the sources of the bench addon itself
//   list-kernels.mjs --napi-include     the include directory of node-addon-api
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);

if (process.argv[2] === '--napi-include') {
  process.stdout.write(resolve(require('node-addon-api').include_dir));
} else {
  const [first = '', ...rest] = process.argv.slice(2);
  const below = first.startsWith('--from=');
  const print = (path) => process.stdout.write(`${below ? '../' : ''}${path}\n`);
  for (const list of below ? rest : [first, ...rest]) {
    if (list === '--workloads') {
      const names = readdirSync(new URL('../bench/native', import.meta.url)).sort();
      for (const name of names) {
        if (name.endsWith('.cc') && !name.endsWith('_bench.cc')) print(`bench/native/${name}`);
      }
      continue;
    }
    const text = readFileSync(new URL(`../native/${list}.list`, import.meta.url), 'utf8');
    for (const line of text.split('\n')) {
      if (line !== '' && !line.startsWith('#')) print(line);
    }
  }
}
