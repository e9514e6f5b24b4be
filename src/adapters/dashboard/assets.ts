import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { err, ok, type Result } from '../../core/index.ts';

/** One file of the page, ready to send. */
export interface Asset {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

/** The built page by URL path. */
export type PageAssets = ReadonlyMap<string, Asset>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the whole built page into memory, so that no request ever touches the file system.
 *
 * Errors: the reason in words, when the folder lacks `index.html` or cannot be read.
 */
export async function loadPage(directory: string): Promise<Result<PageAssets, string>> {
  const assets = new Map<string, Asset>();
  try {
    assets.set('/', await load(join(directory, 'index.html'), 'no-cache'));
    for (const name of await readdir(join(directory, 'assets'))) {
      if (CONTENT_TYPES[extname(name)] === undefined) continue;
      // Vite puts a hash of the content into each name, so that a name never changes its meaning.
      const path = join(directory, 'assets', name);
      assets.set(`/assets/${name}`, await load(path, 'public, max-age=31536000, immutable'));
    }
  } catch (error) {
    return err((error as Error).message);
  }
  return ok(assets);
}

async function load(path: string, cacheControl: string): Promise<Asset> {
  const plain = await readFile(path);
  const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  return {
    contentType: CONTENT_TYPES[extname(path)]!,
    cacheControl,
    etag: `"${digest}"`,
    plain,
    gzip: gzipSync(plain, { level: 9 }),
  };
}
