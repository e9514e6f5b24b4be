import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = join(root, 'scripts', 'bot4.mjs');

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-binary-'));
  const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stderr}`);
}, 600_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const environment = (over: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  ...over,
});

const bot4 = (argv: string[], over: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...argv], {
    encoding: 'utf8',
    env: environment(over),
    timeout: 110_000,
    input: '',
  });
  return { code: status, stdout, stderr };
};

describe('the command bot4', () => {
  it('prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const argv of [['--version'], ['-V'], ['run', '--version']]) {
      expect(bot4(argv)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  it('is executable by itself, as npm links it', () => {
    const { status, stdout } = spawnSync(binary, ['--help'], {
      encoding: 'utf8',
      env: environment(),
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: bot4');
  });

  it('exits with 2 for a wrong command line', () => {
    expect(bot4([]).code).toBe(2);
    const { code, stdout, stderr } = bot4(['pasue']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Did you mean pause?');
  });

  it.each(['status', 'pause', 'reduce', 'emergency', 'restore'])(
    '%s exits with 3 when no service runs',
    (command) => {
      const { code, stdout, stderr } = bot4([command]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(`no service is running on ${join(home, '.bot4')}`);
      expect(JSON.parse(bot4([command, '--json']).stdout).error.exitCode).toBe(3);
      expect(existsSync(join(home, '.bot4'))).toBe(false);
    },
  );

  it('exits with 4 for a configuration that is refused, and names the faults', () => {
    writeFileSync(join(home, 'bad.json'), '{"dashbord": 1}');
    for (const over of [{ BOT4_CONFIG: join(home, 'bad.json') }, { BOT4_DASHBORD_PORT: '1' }]) {
      const { code, stdout, stderr } = bot4(['run', '--duration', '1s'], over);
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain('did you mean');
    }
    expect(bot4(['run', '--config', join(home, 'absent.json')]).code).toBe(4);
    expect(bot4(['backtest', '--data', 'x', '--config', home]).stderr).toContain('is a directory');
  });

  it('examines the machine as one JSON document', () => {
    const { code, stdout } = bot4(['doctor', '--json'], { BOT4_DASHBOARD_PORT: '0' });
    const report = JSON.parse(stdout);
    expect(code).toBe(report.healthy ? 0 : 1);
    expect(report.kernelTargets.supported).toContain('sse2');
  });

  it('reports an unsupported BOT4_TARGET as a failed check', () => {
    const { code, stdout } = bot4(['doctor', '--json'], { BOT4_TARGET: 'mmx' });
    expect(code).toBe(1);
    const engine = JSON.parse(stdout).checks.find(
      (check: { name: string }) => check.name === 'engine',
    );
    expect(engine).toMatchObject({ status: 'fail' });
    expect(engine.found).toContain('ERR_BOT4_CPU');
  });

  it('exits with 4 when BOT4_TARGET names a target that cannot be used', () => {
    const argv = ['run', '--duration', '1s', '--port', '0', '--data-dir', join(home, 'cpu')];
    const { code, stderr } = bot4(argv, { BOT4_TARGET: 'mmx', BOT4_DATABASE_MODE: 'none' });
    expect(code).toBe(4);
    expect(stderr).toContain('Unset BOT4_TARGET');
    expect(stderr).not.toContain('bug');
  });

  it('goes on when its reader goes away', async () => {
    const child = spawn(
      'sh',
      ['-c', `"${process.execPath}" "${binary}" --help; echo "code $?" >&2`],
      {
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toBe('code 0\n');
  });
});
