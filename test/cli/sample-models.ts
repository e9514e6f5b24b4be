import type { CalibrationReport, QuantListing, QuantReport } from '../../src/app/contracts.ts';

/** A model of the quantitative library that ran. */
export const QUANT: QuantReport = {
  model: 'gpd',
  source: '/losses.csv',
  columns: [{ name: 'losses', values: 500 }],
  options: { threshold: 0.02, method: 'ml' },
  result: {
    xi: 0.123456789012,
    seXi: null,
    excesses: [0.01, 0.02],
    risks: [{ p: 0.99, valueAtRisk: 0.05, expectedShortfall: null }],
  },
};

/** Two models as they describe themselves. */
export const LISTING: QuantListing = {
  models: [
    {
      name: 'gpd',
      theme: 'extremes',
      about: 'generalised Pareto distribution',
      columns: ['losses'],
      furtherColumns: null,
      options: [
        { name: 'threshold', about: 'threshold', allowed: 'a number', default: null, needed: true },
        { name: 'method', about: 'estimator', allowed: 'ml, pwm', default: 'ml', needed: false },
      ],
    },
    {
      name: 'pca',
      theme: 'regression',
      about: 'principal components',
      columns: [],
      furtherColumns: 'columns',
      options: [],
    },
  ],
};

/** A model fitted to a run's own fills alone. */
export const CALIBRATION: CalibrationReport = {
  instruments: [],
  ownFills: {
    orders: 40,
    accepted: 39,
    fills: 12,
    ordersPassedOver: 0,
    roundTrip: { medianMs: 4.5, sigma: 0.3, n: 39, percentile99Ms: 9.25 },
    tests: [
      {
        quantity: 'order to acceptance',
        distribution: 'log-normal',
        unit: 'ms',
        parameters: { logMean: 1.5, logDeviation: 0.3 },
        fittedTo: 27,
        testedOn: 12,
        statistic: 0.1875,
        pValue: 0.74,
      },
    ],
    fillProbability: [{ seconds: 1, fillProbability: 0.25, standardError: 0.07, atRisk: 39 }],
    slippage: [],
  },
  latency: { feed: null, roundTrip: { medianMs: 4.5, sigma: 0.3 } },
  writtenTo: '/work/model.json',
};
