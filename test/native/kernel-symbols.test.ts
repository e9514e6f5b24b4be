import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-kernel-symbols.sh', import.meta.url));
const objects = fileURLToPath(new URL('../../build/Release/obj.target', import.meta.url));

const check = (directory: string) => spawnSync('bash', [script, directory], { encoding: 'utf8' });

describe('the kernel objects that ship', () => {
  // An installed addon may come without the objects it was linked from.
  it.skipIf(!existsSync(objects))(
    'export one table each and nothing the linker could share',
    () => {
      const { status, stdout, stderr } = check(objects);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^\d+ kernel objects: one table each/);
    },
  );

  it('are asked for by target: a directory without them fails', () => {
    const { status, stderr } = check(fileURLToPath(new URL('.', import.meta.url)));
    expect({ status, stderr: stderr.split(' under ')[0] }).toEqual({
      status: 2,
      stderr: 'no kernel objects of sse2',
    });
  });
});
