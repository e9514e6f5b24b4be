import { describe, expect, it } from 'vitest';
import {
  age,
  basisPoints,
  direction,
  duration,
  fixed,
  fractionDigits,
  grouped,
  megabytes,
  milliseconds,
  percent,
  signed,
  symbolOf,
  utcDate,
  utcTime,
} from '../../../src/adapters/dashboard/page/format.ts';

describe('numbers on the page', () => {
  it.each([
    ['0', '0'],
    ['999.90', '999.90'],
    ['1000', '1,000'],
    ['-1234567.8900', '−1,234,567.8900'],
    ['100000.00', '100,000.00'],
    ['0.00012345', '0.00012345'],
  ])('group %s as %s', (text, shown) => {
    expect(grouped(text)).toBe(shown);
  });

  it('bear a plus sign only when they are a gain', () => {
    expect(signed('41.87')).toBe('+41.87');
    expect(signed('-41.87')).toBe('−41.87');
    expect(signed('0.00')).toBe('0.00');
  });

  it('know their direction, zero having none', () => {
    expect(direction('0.01')).toBe('up');
    expect(direction('-0.01')).toBe('down');
    expect(direction('0.00')).toBe('flat');
    expect(direction('-0.00')).toBe('flat');
  });

  it('count their fraction digits', () => {
    expect(fractionDigits('12')).toBe(0);
    expect(fractionDigits('-12.340')).toBe(3);
  });

  it('never show a negative zero', () => {
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(fixed(-0.006, 2)).toBe('−0.01');
    expect(percent(-0.000_001)).toBe('0.00 %');
  });

  it('carry their unit', () => {
    expect(percent(0.5631, 1)).toBe('56.3 %');
    expect(basisPoints(0.000_41)).toBe('+4.1 bp');
    expect(basisPoints(-0.000_12)).toBe('−1.2 bp');
    expect(basisPoints(0.000_000_1)).toBe('0.0 bp');
    expect(milliseconds(2.84)).toBe('2.8 ms');
    expect(milliseconds(6_400)).toBe('6,400 ms');
    expect(milliseconds(null)).toBe('–');
    expect(megabytes(187_432_960)).toBe('187.4 MB');
  });
});

describe('times on the page', () => {
  it.each([
    [0, '< 1 s'],
    [999, '< 1 s'],
    [1_000, '1 s'],
    [119_999, '119 s'],
    [120_000, '2 min'],
    [7_199_999, '119 min'],
    [7_200_000, '2 h'],
    [172_799_999, '47 h'],
    [172_800_000, '2 d'],
  ])('call an age of %d ms %s', (ms, words) => {
    expect(age(ms)).toBe(words);
  });

  it.each([
    [-5, '0 s'],
    [45_900, '45 s'],
    [725_000, '12 min 5 s'],
    [23_400_000, '6 h 30 min'],
    [273_600_000, '3 d 4 h'],
  ])('call a duration of %d ms %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('are UTC', () => {
    expect(utcTime(1_773_239_527_250)).toBe('14:32:07');
    expect(utcDate(1_773_239_527_250)).toBe('2026-03-11');
  });
});

it('shows an instrument without its venue', () => {
  expect(symbolOf('sim:BTCUSDT')).toBe('BTCUSDT');
  expect(symbolOf('BTCUSDT')).toBe('BTCUSDT');
});
