// Tells whether a build step has to run: by size and time of its inputs, and where these moved (as
// after a checkout) by their content.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

const filesBelow = (path, skip) => {
  if (skip.some((part) => path.endsWith(part))) return [];
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [{ path, stat }];
  if (!stat.isDirectory()) return [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name), skip));
};

/** All input files of a step with their size and time. */
export const inputsOf = (root, step) =>
  step.inputs
    .flatMap((input) => filesBelow(join(root, input), step.skip ?? []))
    .map(({ path, stat }) => ({ path, stat, name: relative(root, path) }));

const surfaceOf = (inputs) => {
  const hash = createHash('sha256');
  for (const { name, stat } of inputs) hash.update(`${name}\0${stat.size}\0${stat.mtimeMs}\n`);
  return hash.digest('hex');
};

const contentOf = (inputs) => {
  const hash = createHash('sha256');
  for (const { path, name } of inputs) {
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
};

/** What a step was last built from; an empty object where nothing is known. */
export function readStamps(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** Notes what a step was built from. A directory that cannot be written only costs time later. */
export function writeStamp(file, name, inputs) {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const stamps = {
      ...readStamps(file),
      [name]: { surface: surfaceOf(inputs), content: contentOf(inputs) },
    };
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(stamps, null, 2));
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    if (error.code === undefined) throw error;
  }
}

/**
 * True when the outputs of a step are there and made from its present inputs. Outputs without a
 * stamp (made by `npm install`) count when they are newer than every input.
 */
export function isFresh(root, stampFile, step) {
  const outputs = step.outputs.map((output) => join(root, output));
  if (!outputs.every((output) => existsSync(output))) return false;
  const inputs = inputsOf(root, step);
  const stamp = readStamps(stampFile)[step.name];
  if (stamp === undefined) {
    const oldestOutput = Math.min(...outputs.map((output) => statSync(output).mtimeMs));
    return inputs.every(({ stat }) => stat.mtimeMs <= oldestOutput);
  }
  if (stamp.surface === surfaceOf(inputs)) return true;
  if (stamp.content !== contentOf(inputs)) return false;
  writeStamp(stampFile, step.name, inputs);
  return true;
}
