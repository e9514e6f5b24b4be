import { describe, expect, it } from 'vitest';
import { EXIT, main } from '../../src/cli/index.ts';
import { fakeApp } from './fake-app.ts';
import { recordedIo } from './recorded-io.ts';
import { CALIBRATION } from './sample-models.ts';

describe('bot4 calibrate', () => {
  it('without captures and own orders says what to name', async () => {
    const recorded = recordedIo();
    const { app, calls } = fakeApp();
    expect(await main(['calibrate'], recorded.io, app)).toBe(EXIT.usage);
    expect(recorded.stderr()).toContain('--data');
    expect(calls).toEqual([]);
  });

  it.each([
    [['--data', ''], '--data has an empty name of a file'],
    [['--data', 'a.ws', '--data', 'a.ws'], '--data names a.ws twice'],
  ])('refuses %j', async (options, why) => {
    const recorded = recordedIo();
    const { app, calls } = fakeApp();
    expect(await main(['calibrate', ...options], recorded.io, app)).toBe(EXIT.usage);
    expect(recorded.stderr()).toContain(why);
    expect(calls).toEqual([]);
  });

  it('hands on absolute paths and prints one JSON document', async () => {
    const recorded = recordedIo();
    const { app, calls } = fakeApp();
    const argv = [
      'calibrate',
      '--data',
      '/a.gz',
      '--own-fills',
      '/d',
      '--out',
      '/m.json',
      '--json',
    ];
    expect(await main(argv, recorded.io, app)).toBe(EXIT.ok);
    expect(JSON.parse(recorded.stdout())).toEqual(CALIBRATION);
    expect(calls[0]!.args[0]).toMatchObject({ files: ['/a.gz'], ownFills: '/d', out: '/m.json' });
  });

  it('shows people the delays and chances that were found', async () => {
    const recorded = recordedIo();
    expect(await main(['calibrate', '--own-fills', '/d'], recorded.io, fakeApp().app)).toBe(
      EXIT.ok,
    );
    expect(recorded.stdout()).toContain('median 4.5 ms');
    expect(recorded.stdout()).toContain('0.1875');
    expect(recorded.stdout()).toContain('Model: /work/model.json');
  });
});
