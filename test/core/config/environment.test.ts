import { describe, expect, it } from 'vitest';
import {
  environmentNameOf,
  environmentNames,
  renderIssue,
  type SettingSchema,
  settingsFromEnvironment,
} from '../../../src/core/config/index.ts';

const SCHEMA: SettingSchema = {
  type: 'object',
  properties: {
    home: { type: 'string', 'x-env': 'APP_HOME' },
    risk: { type: 'object', properties: { maxOrderNotional: { type: 'string' } } },
    names: { type: 'array', items: { type: 'string' } },
    things: { type: 'array', items: { type: 'object', properties: {} } },
  },
};

const read = (environment: Record<string, string>) =>
  settingsFromEnvironment(SCHEMA, environment, 'X_', ['X_RESERVED']);

describe('environment variables', () => {
  it.each([
    ['port', 'X_PORT'],
    ['dashboard.port', 'X_DASHBOARD_PORT'],
    ['risk.maxOrderNotional', 'X_RISK_MAX_ORDER_NOTIONAL'],
    ['simulator.feedLatencyMs', 'X_SIMULATOR_FEED_LATENCY_MS'],
  ])('of %s are called %s', (path, name) => {
    expect(environmentNameOf(path, 'X_')).toBe(name);
  });

  it('exist for every setting but lists of objects', () => {
    expect(environmentNames(SCHEMA, 'X_').map(({ name, path }) => [name, path])).toEqual([
      ['APP_HOME', 'home'],
      ['X_RISK_MAX_ORDER_NOTIONAL', 'risk.maxOrderNotional'],
      ['X_NAMES', 'names'],
    ]);
  });

  it('become settings that name their variable', () => {
    const { setting, issues } = read({ X_RISK_MAX_ORDER_NOTIONAL: '5', UNRELATED: '1' });
    expect(issues).toEqual([]);
    if (setting.content.kind !== 'object') throw new Error('no object');
    const risk = setting.content.members.get('risk')!;
    if (risk.content.kind !== 'object') throw new Error('no object');
    expect(risk.content.members.get('maxOrderNotional')).toEqual({
      origin: 'environment variable X_RISK_MAX_ORDER_NOTIONAL',
      content: { kind: 'text', text: '5' },
    });
  });

  it('count as not set when they are empty', () => {
    const { setting, issues } = read({ X_NAMES: '', X_TYPO: '' });
    expect(issues).toEqual([]);
    expect(setting.content).toEqual({ kind: 'object', members: new Map() });
  });

  it('with the prefix that mean nothing are refused, with the likely intention', () => {
    const { issues } = read({ X_RISK_MAX_ODER_NOTIONAL: '5', X_RESERVED: '1', X_OTHER_THING: '1' });
    expect(issues.map(renderIssue)).toEqual([
      'environment variable X_OTHER_THING: is not a known setting',
      'environment variable X_RISK_MAX_ODER_NOTIONAL: is not a known setting\n    did you mean X_RISK_MAX_ORDER_NOTIONAL?',
    ]);
  });
});
