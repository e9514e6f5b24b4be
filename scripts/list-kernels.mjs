// Prints source paths, one per line, from the lists that both build systems read:
//   list-kernels.mjs kernels            native/kernels.list, compiled once per instruction set
//   list-kernels.mjs sources binding    native/sources.list, then native/binding.list
//   list-kernels.mjs --napi-include     the include directory of node-addon-api
//   list-kernels.mjs --simdjson-include the directory of simdjson.h and simdjson.cpp
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

const require = createRequire(import.meta.url);

if (process.argv[2] === '--napi-include') {
  process.stdout.write(resolve(require('node-addon-api').include_dir));
} else if (process.argv[2] === '--simdjson-include') {
  process.stdout.write(resolve(dirname(require.resolve('@nozbe/simdjson/package.json')), 'src'));
} else {
  for (const list of process.argv.slice(2)) {
    const text = readFileSync(new URL(`../native/${list}.list`, import.meta.url), 'utf8');
    for (const line of text.split('\n')) {
      if (line !== '' && !line.startsWith('#')) process.stdout.write(`${line}\n`);
    }
  }
}
