// Tells whether node_modules holds what package-lock.json asks for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return null;
  }
};

/**
 * True when every package of the lock file is installed in its version. Packages for development or
 * another platform may be missing, but not be there in another version.
 */
export function packagesInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined)
      return Boolean(entry.dev || entry.optional || entry.devOptional || entry.peer);
    return found.version === entry.version;
  });
}
