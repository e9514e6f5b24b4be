import { expect, it } from 'vitest';
import { readModel } from '../../src/observe/index.ts';
import { SAMPLE_AT_MS, sampleEquityCurve, sampleView } from './sample-view.ts';

const curve = sampleEquityCurve();
const view = sampleView(SAMPLE_AT_MS, curve);
const model = readModel({ view: () => view, equity: () => curve.series() });

it('hands out the latest view with its reasons and its health at the time of asking', () => {
  const document = model.document(SAMPLE_AT_MS + 100);
  expect(document.view).toBe(view);
  expect(document.whyNotTrading).toEqual([]);
  expect(document.health.status).toBe('ok');
  expect(model.document(SAMPLE_AT_MS + 60_000).health.status).toBe('failed');
});

it('hands out the curve and the metrics', () => {
  expect(model.equity().equity.at(-1)).toBe(view.equity.equity);
  expect(model.metrics().find((family) => family.name === 'bot4_open_orders')!.readings).toEqual([
    { labels: {}, value: 5 },
  ]);
});

it('gives a document that survives JSON unchanged', () => {
  const document = model.document(SAMPLE_AT_MS);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});
