import { describe, it } from 'vitest';
import { gpdFit, gpdRisk, hill, quantileSorted } from '../../src/quant/index.ts';
import { Comparison, type Json, load, series } from './fixture.ts';
import { must } from './statistics-result.ts';

const fixture = load('gpd_pot');

describe.skipIf(fixture === null)(
  'generalised Pareto over a threshold, as three R packages',
  () => {
    if (fixture === null) return;
    const { input, expected, tolerance } = fixture;
    const comparison = new Comparison('gpd_pot', fixture);
    const x = series(input.x);
    const xi = { abs: tolerance.xi_abs };
    const beta = { rel: tolerance.beta_rel };
    const nllh = { abs: tolerance.nllh_abs };
    const fit = must(gpdFit(x, { threshold: input.threshold }));

    it('agrees on the fit by maximum likelihood', () => {
      comparison.compare('/ml/xi', fit.xi, xi);
      comparison.compare('/ml/beta', fit.beta, beta);
      comparison.compare('/ml/se/0', fit.seXi, xi);
      comparison.compare('/ml/se/1', fit.seBeta, beta);
      comparison.compare('/ml/nllh', fit.negativeLogLikelihood, nllh);
      comparison.compare('/ml/n_exceed', fit.exceedances);
      comparison.compare('/ml/p_less_thresh', fit.shareBelow, { abs: 1e-12 });
      comparison.compare('/ismev/mle_scale_shape/0', fit.beta, beta);
      comparison.compare('/ismev/mle_scale_shape/1', fit.xi, xi);
      comparison.compare('/ismev/se/0', fit.seBeta, beta);
      comparison.compare('/ismev/se/1', fit.seXi, xi);
      comparison.compare('/ismev/nllh', fit.negativeLogLikelihood, nllh);
      comparison.compare('/evd/scale', fit.beta, beta);
      comparison.compare('/evd/shape', fit.xi, xi);
      comparison.compare('/evd/dev', 2 * fit.negativeLogLikelihood!, {
        abs: 2 * tolerance.nllh_abs,
      });
    });

    it('agrees on the fit by probability-weighted moments', () => {
      const pwm = must(gpdFit(x, { threshold: input.threshold, method: 'pwm' }));
      comparison.compare('/pwm/xi', pwm.xi, { abs: 1e-9 });
      comparison.compare('/pwm/beta', pwm.beta, { rel: 1e-9 });
    });

    it('agrees on value at risk and expected shortfall', () => {
      for (const [i, row] of expected.risk.entries()) {
        const risk = must(gpdRisk(fit, row[0]));
        comparison.compare(`/risk/${i}/0`, risk.p);
        comparison.compare(`/risk/${i}/1`, risk.valueAtRisk, { rel: tolerance.var_rel });
        comparison.compare(`/risk/${i}/2`, risk.expectedShortfall, { rel: tolerance.es_rel });
      }
      const { scale, shape } = expected.evd;
      for (const [i, row] of expected.risk_formula_at_evd_fit.entries()) {
        const risk = must(gpdRisk({ ...fit, xi: shape, beta: scale }, row.p));
        comparison.compare(`/risk_formula_at_evd_fit/${i}/p`, risk.p);
        comparison.compare(`/risk_formula_at_evd_fit/${i}/VaR`, risk.valueAtRisk, { rel: 1e-10 });
        comparison.compare(`/risk_formula_at_evd_fit/${i}/ES`, risk.expectedShortfall, {
          rel: 1e-10,
        });
      }
    });

    it('agrees at other thresholds and on the Hill index', () => {
      const sorted = x.slice().sort();
      for (const [name, row] of Object.entries<Json>(expected.other_thresholds)) {
        const at = `/other_thresholds/${name}`;
        const u = quantileSorted(sorted, Number.parseFloat(name) / 100);
        comparison.compare(`${at}/u`, u, { rel: 1e-12 });
        const other = must(gpdFit(x, { threshold: row.u }));
        comparison.compare(`${at}/n_exceed`, other.exceedances);
        comparison.compare(`${at}/xi`, other.xi, xi);
        comparison.compare(`${at}/beta`, other.beta, beta);
      }
      for (const key of Object.keys(expected).filter((name) => name.startsWith('hill_k'))) {
        comparison.compare(`/${key}`, must(hill(x, Number(key.slice(6)))).tailIndex, {
          rel: 1e-10,
        });
      }
    });
  },
);
