import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigSources, loadConfig } from '../../src/app/config.ts';
import { DEFAULT_INSTRUMENTS } from '../../src/app/config-schema.ts';
import { locateDataDir } from '../../src/app/config-sources.ts';
import { renderIssue } from '../../src/core/config/index.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'bot4-config-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const sources = (over: Partial<ConfigSources> = {}): ConfigSources => ({
  file: null,
  flags: [],
  environment: {},
  workingDirectory: home,
  homeDirectory: home,
  ...over,
});

const flag = (path: string, text: string) => ({
  path,
  setting: { origin: `option ${path}`, content: { kind: 'text' as const, text } },
});

const load = (over: Partial<ConfigSources> = {}) => {
  const loaded = loadConfig(sources(over));
  if (!loaded.ok) throw new Error(loaded.error.map(renderIssue).join('\n'));
  return loaded.value;
};

const refuse = (over: Partial<ConfigSources>): string => {
  const loaded = loadConfig(sources(over));
  if (loaded.ok) throw new Error('was accepted');
  return loaded.error.map(renderIssue).join('\n');
};

let files = 0;
const writeConfig = (content: unknown): string => {
  files += 1;
  const path = join(home, `config-${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('the configuration without any source', () => {
  it('trades three instruments on the simulated venue', () => {
    const { config, file } = load();
    expect(file).toBeNull();
    expect(config.instruments.map(({ instrument, strategy }) => [instrument.id, strategy])).toEqual(
      [
        ['sim:BTCUSDT', 'avellaneda-stoikov'],
        ['sim:ETHUSDT', 'momentum-taker'],
        ['sim:SOLUSDT', 'avellaneda-stoikov'],
      ],
    );
    expect(config.instruments.map(({ instrument }) => instrument.index)).toEqual([0, 1, 2]);
    expect(config.instruments[0]!.instrument).toMatchObject({
      base: 'BTC',
      quote: 'USDT',
      tickSizeE8: 10_000_000n,
      stepSizeE8: 100_000n,
      minNotional: 500_000_000n,
    });
  });

  it('listens on loopback alone and uses the embedded database', () => {
    const { config } = load();
    expect(config.dashboard).toEqual({
      enabled: true,
      host: '127.0.0.1',
      port: 8080,
      allowedHosts: [],
    });
    expect(config.database).toEqual({ mode: 'embedded', url: null });
  });

  it('gives every strategy all of its parameters', () => {
    for (const { parameters } of load().config.instruments) {
      expect(Object.keys(parameters).length).toBeGreaterThan(5);
      expect(Object.values(parameters).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the sizes of the pools', () => {
  const pools = (over: Partial<ConfigSources> = {}) => load(over).config.machine.pools;

  it('are what the service needs, one instrument more taking 4096 orders more', () => {
    expect(pools()).toEqual({ orders: 16_384, ticks: 16_384, signals: 1024 });
    const two = writeConfig({ instruments: DEFAULT_INSTRUMENTS.slice(0, 2) });
    expect(pools({ file: two }).orders).toBe(12_288);
  });

  it('are large where pre-faulting is asked for and no size is named', () => {
    const environment = { BOT4_MACHINE_PREFAULT: 'true' };
    expect(pools({ environment })).toEqual({
      orders: 1_000_000,
      ticks: 10_000_000,
      signals: 100_000,
    });
    const named = { ...environment, BOT4_MACHINE_POOLS_TICKS: '20000' };
    expect(pools({ environment: named })).toEqual({
      orders: 1_000_000,
      ticks: 20_000,
      signals: 100_000,
    });
  });

  it('are refused where the generated market or the machine word has no room', () => {
    expect(refuse({ environment: { BOT4_MACHINE_POOLS_ORDERS: '16383' } })).toContain(
      'machine.pools.orders is 16383; allowed: at least 16384, which the orders of 3 instruments need',
    );
    expect(refuse({ environment: { BOT4_MACHINE_POOLS_TICKS: '16777217' } })).toContain(
      'a whole number from 16384 to 16777216 ticks',
    );
    expect(refuse({ environment: { BOT4_MACHINE_POOLS_SIGNALS: '1.5' } })).toContain(
      'a whole number from 64 to 1048576 signals',
    );
  });
});

describe('faults of the simulated venue', () => {
  const withFaults = (...faults: object[]) => ({ file: writeConfig({ simulator: { faults } }) });

  it('are none unless the file names some', () => {
    expect(load().config.simulator.faults).toEqual({ rules: [] });
    const faults = [
      { kind: 'unanswered', probability: 0.05 },
      { kind: 'maintenance', perHour: 2, durationMs: 30_000 },
    ];
    const [first, second] = load(withFaults(...faults)).config.simulator.faults.rules;
    expect(first).toMatchObject({ kind: 'unanswered', probability: 0.05 });
    expect(first).not.toHaveProperty('durationMs');
    expect(second).toMatchObject(faults[1]!);
  });

  it('begin at given times, and halt one symbol by its name', () => {
    const fault = { kind: 'halt', atMs: [5_000, 60_000], durationMs: 2_000, symbol: 'ETHUSDT' };
    const [rule] = load(withFaults(fault)).config.simulator.faults.rules;
    expect(rule).toMatchObject({ ...fault, symbol: 1 });
    expect(rule).not.toHaveProperty('perHour');
  });

  it.each([
    [{ kind: 'halt', atMs: [1], symbol: 'XRPUSDT' }, /\.symbol.*"XRPUSDT".*BTCUSDT, ETHUSDT/s],
    [{ kind: 'ban', atMs: [1], symbol: 'BTCUSDT' }, /\.symbol.*"ban".*only with the kind "halt"/s],
    [{ kind: 'ban', atMs: [9, 5] }, /\.atMs\[1\].*is 5, after 9.*more than the time before/s],
    [{ kind: 'ban', atMs: [9], perHour: 2 }, /\.perHour.*is 2, but atMs.*either atMs or/s],
    [{ kind: 'ban', atMs: [-1] }, /\.atMs\[0\].*-1/s],
    [{ kind: 'ban', atMs: 5 }, /\.atMs.*5/s],
  ])('are refused by key, value and what is allowed: %j', (fault, what) => {
    expect(refuse(withFaults(fault))).toMatch(what);
  });

  it('are refused by place and reason when they make no sense', () => {
    expect(refuse(withFaults({ kind: 'halt' }))).toMatch(/simulator\.faults\[0\].*needs/);
    expect(refuse(withFaults({ kind: 'halts', perHour: 1 }))).toMatch(
      /simulator\.faults\[0\]\.kind/,
    );
  });
});

describe('the data directory', () => {
  it('is ~/.bot4, or bot4 in an absolute $XDG_STATE_HOME', () => {
    expect(load().config.dataDir).toBe(join(home, '.bot4'));
    expect(load({ environment: { XDG_STATE_HOME: '/state' } }).config.dataDir).toBe('/state/bot4');
    expect(load({ environment: { XDG_STATE_HOME: 'state' } }).config.dataDir).toBe(
      join(home, '.bot4'),
    );
  });

  it('comes from option, variable and file in this order', () => {
    const file = writeConfig({ dataDir: 'from-file' });
    const environment = { BOT4_DATA: 'from-variable' };
    const flags = [flag('dataDir', '/from-option')];
    expect(load({ file, environment, flags }).config.dataDir).toBe('/from-option');
    expect(load({ file, environment }).config.dataDir).toBe(join(home, 'from-variable'));
    expect(load({ file, workingDirectory: '/' }).config.dataDir).toBe(join(home, 'from-file'));
  });

  it('may begin with ~/', () => {
    expect(load({ environment: { BOT4_DATA: '~/here' } }).config.dataDir).toBe(join(home, 'here'));
  });

  it('holds the file that is read where none is named', () => {
    const dataDir = join(home, 'with-file');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'bot4.json'), '{"dashboard": {"port": 1234}}');
    const { config, file } = load({ environment: { BOT4_DATA: dataDir } });
    expect(file).toBe(join(dataDir, 'bot4.json'));
    expect(config.dashboard.port).toBe(1234);
  });

  it('is found without a sound configuration, so that pausing never depends on one', () => {
    const broken = writeConfig('{ this is not JSON');
    const wrong = writeConfig({ dataDir: '/srv/bot4', risk: { maxLeverage: 'much' } });
    expect(locateDataDir(sources({ file: broken }))).toBe(join(home, '.bot4'));
    expect(locateDataDir(sources({ file: wrong }))).toBe('/srv/bot4');
    expect(locateDataDir(sources({ file: join(home, 'absent') }))).toBe(join(home, '.bot4'));
    expect(locateDataDir(sources({ file: broken, environment: { BOT4_DATA: '/x' } }))).toBe('/x');
  });
});

describe('the configuration file', () => {
  it('is the one of --config, then the one of BOT4_CONFIG', () => {
    const one = writeConfig({ staleAfterMs: 100 });
    const two = writeConfig({ staleAfterMs: 200 });
    const environment = { BOT4_CONFIG: two };
    expect(load({ environment }).config.staleAfterMs).toBe(200);
    expect(load({ environment, file: one }).config.staleAfterMs).toBe(100);
  });

  it('must exist where it was named', () => {
    expect(refuse({ file: 'absent.json' })).toBe(
      `${join(home, 'absent.json')}: there is no such file`,
    );
    expect(refuse({ environment: { BOT4_CONFIG: '/absent/bot4.json' } })).toContain(
      'there is no such file',
    );
  });

  it('may be reached through a symbolic link, but not be a directory or a device', () => {
    const file = writeConfig({ staleAfterMs: 300 });
    const link = join(home, 'link.json');
    symlinkSync(file, link);
    expect(load({ file: link }).config.staleAfterMs).toBe(300);
    expect(refuse({ file: home })).toContain('it is a directory, not a file');
    expect(refuse({ file: '/dev/zero' })).toContain('it is not a regular file');
  });

  it('above 1 MiB is refused without being read', () => {
    const file = writeConfig(`{}${' '.repeat(1_048_576)}`);
    expect(refuse({ file })).toContain('it has 1048578 bytes; at most 1048576 are read');
  });

  it('may name its schema', () => {
    expect(load({ file: writeConfig({ $schema: './bot4.schema.json' }) }).config).toBeDefined();
    expect(refuse({ file: writeConfig({ risk: { $schema: 'x' } }) })).toContain('risk.$schema');
  });
});

describe('precedence', () => {
  it('is option over variable over file over default', () => {
    const file = writeConfig({ dashboard: { port: 1, host: '::1' }, ackTimeoutMs: 51 });
    const environment = { BOT4_DASHBOARD_PORT: '2', BOT4_ACK_TIMEOUT_MS: '52' };
    const flags = [flag('dashboard.port', '3')];
    const { config, origins } = load({ file, environment, flags });
    expect(config.dashboard).toMatchObject({ port: 3, host: '::1', enabled: true });
    expect(config.ackTimeoutMs).toBe(52);
    expect(config.staleAfterMs).toBe(500);
    expect(origins.get('dashboard.port')).toBe('option dashboard.port');
    expect(origins.get('ackTimeoutMs')).toBe('environment variable BOT4_ACK_TIMEOUT_MS');
    expect(origins.get('dashboard.host')).toBe(`${file}:1:31`);
  });
});

describe('the database', () => {
  const url = 'postgresql://bot4:secret@db:5432/bot4';

  it('is the server of DATABASE_URL where that is set', () => {
    expect(load({ environment: { DATABASE_URL: url } }).config.database).toEqual({
      mode: 'url',
      url,
    });
  });

  it('stays the chosen one where a mode is given', () => {
    const environment = { DATABASE_URL: url, BOT4_DATABASE_MODE: 'none' };
    expect(load({ environment }).config.database).toEqual({ mode: 'none', url: null });
    expect(
      load({
        file: writeConfig({ database: { mode: 'embedded' } }),
        environment: { DATABASE_URL: url },
      }).config.database.mode,
    ).toBe('embedded');
  });

  it('of mode url needs a URL', () => {
    expect(refuse({ environment: { BOT4_DATABASE_MODE: 'url' } })).toContain('DATABASE_URL');
  });

  it('never shows its password', () => {
    const text = refuse({ environment: { DATABASE_URL: 'mysql://bot4:secret@db/bot4' } });
    expect(text).toContain('environment variable DATABASE_URL: database.url');
    expect(text).not.toContain('secret');
  });
});

describe('settings that contradict each other', () => {
  const btc = {
    symbol: 'BTCUSDT',
    tickSize: '0.10',
    stepSize: '0.001',
    strategy: 'avellaneda-stoikov',
    market: { startPrice: '60000' },
  };

  it.each([
    [
      { risk: { maxOrderNotional: '30000' } },
      'risk.maxOrderNotional is "30000"; allowed: at most risk.maxPositionNotional, which is 25000',
    ],
    [
      { risk: { maxPositionNotional: '90000' } },
      'risk.maxPositionNotional is "90000"; allowed: at most risk.maxGrossNotional, which is 75000',
    ],
    [
      { simulator: { makerFee: '0.0006' } },
      'simulator.makerFee is "0.0006"; allowed: at most simulator.takerFee, which is 0.0005',
    ],
    [
      { instruments: [btc, btc] },
      'instruments[1].symbol is "BTCUSDT", like instruments[0].symbol; allowed: each symbol once',
    ],
    [
      { instruments: [{ ...btc, minNotional: '20000' }] },
      'instruments[0].minNotional is "20000"; allowed: at most risk.maxOrderNotional',
    ],
    [
      { instruments: [{ ...btc, stepSize: '0.00000001' }] },
      'instruments[0].stepSize is "0.00000001"; allowed: a step that makes tickSize * stepSize a multiple of 0.00000001',
    ],
    [
      { instruments: [{ ...btc, market: { startPrice: '60000.05' } }] },
      'instruments[0].market.startPrice is "60000.05"; allowed: a multiple of tickSize 0.10',
    ],
    [{ instruments: [{ ...btc, market: { startPrice: '5' } }] }, 'of at least 100 ticks'],
    [
      { safety: { flattenCollarBps: 51 } },
      'safety.flattenCollarBps is 51; allowed: at most 50, half of risk.priceCollarBps, which is 100',
    ],
    [
      { risk: { priceCollarBps: 60 } },
      'safety.flattenCollarBps is 50; allowed: at most 30, half of risk.priceCollarBps, which is 60',
    ],
    [
      { engine: { pin: [0] } },
      'engine.pin names 1 CPU; allowed: an empty list while engine.threads is 0',
    ],
    [
      { engine: { threads: 2, pin: [0] } },
      'engine.pin names 1 CPU; allowed: one for each of the 2 threads',
    ],
    [
      { engine: { threads: 2, pin: [1, 1] } },
      'engine.pin names 2 CPUs, one of them twice; allowed: a CPU of its own for each thread',
    ],
    [
      { engine: { threads: 16, pin: [0, 1] } },
      'engine.pin names 2 CPUs; allowed: one for each of the 3 threads',
    ],
  ])('are refused: %j', (content, message) => {
    expect(refuse({ file: writeConfig(content) })).toContain(message);
  });

  it('point to the place of the contradiction where the other side is a default', () => {
    const file = writeConfig({ risk: { maxGrossNotional: '20000' } });
    expect(refuse({ file })).toBe(
      `${file}:1:29: risk.maxPositionNotional is "25000"; allowed: at most risk.maxGrossNotional, which is 20000`,
    );
  });

  it('name what a list of faults holds', () => {
    expect(refuse({ file: writeConfig({ simulator: { faults: {} } }) })).toContain(
      'simulator.faults is an object; allowed: a list of at most 32 items, each an object',
    );
  });

  it('let a permanent impact be exactly twice any impact rate, and no more', () => {
    for (let tenthsOfBps = 1; tenthsOfBps <= 250; tenthsOfBps += 1) {
      const impactRate = (tenthsOfBps / 100_000).toFixed(5);
      const simulator = { impactModel: 'almgren-chriss', impactRate };
      const most = tenthsOfBps / 5;
      const exactly = writeConfig({ simulator: { ...simulator, impactPermanentBps: most } });
      expect(load({ file: exactly }).config.simulator.impact.permanentE8).toBe(
        BigInt(tenthsOfBps) * 2_000n,
      );
      const above = Number((most + 0.1).toFixed(1));
      const more = writeConfig({ simulator: { ...simulator, impactPermanentBps: above } });
      expect(refuse({ file: more })).toContain(`which is ${most} bps`);
    }
  });

  it('leave a reducing order exactly half of the collar of risk', () => {
    const file = writeConfig({ risk: { priceCollarBps: 61 }, safety: { flattenCollarBps: 30.5 } });
    const { safety, risk } = load({ file }).config;
    expect([safety.flattenCollarBps, risk.priceCollarBps]).toEqual([30.5, 61]);
  });

  it('are all reported at once', () => {
    const content = {
      risk: { maxOrderNotional: '30000', maxGrossNotional: '1000' },
      simulator: { makerFee: '0.01' },
    };
    expect(refuse({ file: writeConfig(content) }).split('\n')).toHaveLength(3);
  });
});

describe('the hash of the configuration', () => {
  it('tells apart what trades differently, and nothing else', () => {
    const { hash } = load().config;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(load({ environment: { BOT4_DATA: '/elsewhere' } }).config.hash).toBe(hash);
    expect(load({ environment: { BOT4_DASHBOARD_PORT: '1' } }).config.hash).toBe(hash);
    expect(load({ environment: { BOT4_STALE_AFTER_MS: '500' } }).config.hash).toBe(hash);
    expect(load({ environment: { BOT4_STALE_AFTER_MS: '501' } }).config.hash).not.toBe(hash);
    expect(load({ environment: { BOT4_SIMULATOR_SEED: '2' } }).config.hash).not.toBe(hash);
  });
});
