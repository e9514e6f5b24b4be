import { describe, expect, it } from 'vitest';
import { parseE8 } from '../../src/model/index.ts';
import { RISK_LIMITS, riskLimits } from '../../src/risk/index.ts';
import { usdt } from '../portfolio/sample-account.ts';

describe('risk limits', () => {
  it('have defaults within their own bounds', () => {
    for (const limit of RISK_LIMITS) {
      const [min, standard, max] =
        limit.kind === 'money'
          ? [parseE8(limit.min)!, parseE8(limit.default)!, parseE8(limit.max)!]
          : [limit.min, limit.default, limit.max];
      expect(min <= standard && standard <= max, limit.name).toBe(true);
    }
    expect(riskLimits({}).ok).toBe(true);
  });

  it('take amounts as decimal strings, exactly', () => {
    const limits = riskLimits({ maxOrderNotional: '1234.56789012' });
    expect(limits.ok && limits.value.maxOrderNotional).toBe(usdt('1234.56789012'));
  });

  it('report every fault at once with value and allowed range', () => {
    const limits = riskLimits({
      maxOrderNotional: 5000,
      maxGrossNotional: '0.5',
      maxLeverage: 100,
      orderBurst: 2.5,
      maxOrdersPerSecond: Number.NaN,
      maxLeverag: 3,
    });
    expect(!limits.ok && limits.error.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      'maxOrderNotional: maxOrderNotional = 5000 is no amount; allowed: 1 to 1000000000 quote currency, as a decimal string',
      'maxGrossNotional: maxGrossNotional = 0.50000000 is out of range; allowed: 1 to 10000000000 quote currency, as a decimal string',
      'maxLeverage: maxLeverage = 100 is not allowed; allowed: 0.01 to 20 x equity',
      'maxOrdersPerSecond: maxOrdersPerSecond = NaN is not allowed; allowed: 0.01 to 1000 1/s',
      'orderBurst: orderBurst = 2.5 is not allowed; allowed: 1 to 1000 orders, whole numbers',
      expect.stringContaining('maxLeverag is no limit of risk; allowed: maxPositionNotional'),
    ]);
  });

  it('accept each bound itself and refuse what lies just beyond', () => {
    for (const limit of RISK_LIMITS) {
      if (limit.kind === 'money') continue;
      const step = limit.kind === 'integer' ? 1 : 1e-6;
      expect(riskLimits({ [limit.name]: limit.min }).ok, limit.name).toBe(true);
      expect(riskLimits({ [limit.name]: limit.max }).ok, limit.name).toBe(true);
      expect(riskLimits({ [limit.name]: limit.min - step }).ok, limit.name).toBe(false);
      expect(riskLimits({ [limit.name]: limit.max + step }).ok, limit.name).toBe(false);
    }
  });
});
