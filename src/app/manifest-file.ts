import { fileURLToPath } from 'node:url';

/** Where the performance manifest of this build stands: `bot4 bench --save` writes it. */
export const MANIFEST_FILE = fileURLToPath(new URL('../../build/manifest.json', import.meta.url));
