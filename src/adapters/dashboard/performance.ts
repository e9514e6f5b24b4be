import { readFile, stat } from 'node:fs/promises';

/** A manifest beyond this is none of ours, bytes. */
const LONGEST_MANIFEST = 4 << 20;

/**
 * The part of the build's performance manifest that the page shows, as JSON; null when there is no
 * manifest or it cannot be understood.
 */
export async function performanceJson(file: string): Promise<string | null> {
  try {
    if ((await stat(file)).size > LONGEST_MANIFEST) return null;
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof read !== 'object' || read === null) return null;
    const { goals, stages, machine, quick } = read as Readonly<Record<string, unknown>>;
    if (!Array.isArray(goals) || !Array.isArray(stages)) return null;
    return JSON.stringify({ goals, stages, machine, quick });
  } catch {
    return null;
  }
}
