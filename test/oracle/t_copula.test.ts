import { describe, expect, it } from 'vitest';
import {
  copulaLogDensity,
  fitGaussianCopula,
  fitTCopula,
  kendallMatrix,
  type Matrix,
  pseudoObservations,
  type TCopulaFit,
  tailDependence,
} from '../../src/quant/index.ts';
import { value } from '../quant/results.ts';
import { Comparison, type Json, load, series } from './fixture.ts';

const fixture = load('t_copula');

const matrix = (rows: Json): Matrix => ({
  data: series(rows.flat()),
  rows: rows.length,
  columns: rows[0].length,
});

const rowsOf = ({ data, columns }: Matrix, rows: number): number[][] =>
  Array.from({ length: rows }, (_, t) => [...data.subarray(t * columns, (t + 1) * columns)]);

describe.skipIf(fixture === null)('the t copula', () => {
  if (fixture === null) return;
  const { input, expected, tolerance } = fixture;
  const to = new Comparison('t_copula', fixture);
  const x = matrix(input.X);
  const leading = (m: Matrix, columns: number): Matrix => ({
    data: Float64Array.from(rowsOf(m, m.rows).flatMap((row) => row.slice(0, columns))),
    rows: m.rows,
    columns,
  });
  const u = pseudoObservations(x);
  const near = {
    rho: { abs: tolerance.rho_abs },
    nu: { rel: tolerance.nu_rel },
    loglik: { abs: tolerance.fit_loglik_abs },
  };

  it('ranks and measures concordance as the reference', () => {
    to.compare('/pobs_first5', rowsOf(u, expected.pobs_first5.length), { abs: 1e-12 });
    const kendall = { data: value(kendallMatrix(x)), rows: x.columns, columns: x.columns };
    to.compare('/kendall', rowsOf(kendall, x.columns), { abs: 1e-12 });
  });

  it('evaluates densities, likelihoods and tail dependence', () => {
    const points = matrix(input.points);
    const pair = leading(u, 2);
    expected.eval.forEach(({ rho, nu }: Json, at: number) => {
      const copula = { correlation: Float64Array.of(1, rho, rho, 1), nu };
      const path = `/eval/${at}`;
      const density = value(copulaLogDensity(points, copula));
      to.compare(`${path}/logdens_pts`, [...density], { abs: tolerance.logdens_abs });
      const sum = value(copulaLogDensity(pair, copula)).reduce((all, value) => all + value, 0);
      to.compare(`${path}/loglik_on_U12`, sum, { abs: tolerance.loglik_abs });
      to.compare(`${path}/tail_dep`, tailDependence(rho, nu), { abs: tolerance.tail_dep_abs });
      to.leaveOut(`${path}/rho`, 'coefficients that go in, not results');
      to.leaveOut(`${path}/nu`, 'coefficients that go in, not results');
    });
  });

  it('meets the pseudo-likelihood fits', () => {
    const two: TCopulaFit = value(fitTCopula(leading(x, 2)));
    to.compare('/fit2d/coef/rho', two.correlation[1], near.rho);
    to.compare('/fit2d/coef/nu', two.nu, near.nu);
    to.compare('/fit2d/loglik', two.logLikelihood, near.loglik);
    const { rho, nu } = expected.fit2d.coef;
    to.compare('/fit2d/tail_dep', tailDependence(rho, nu), { abs: tolerance.tail_dep_abs });
    expect(two.tailDependence[1]).toBe(tailDependence(two.correlation[1]!, two.nu));
    const gauss = value(fitGaussianCopula(leading(x, 2)));
    to.compare('/gauss2d/rho', gauss.correlation[1], near.rho);
    to.compare('/gauss2d/loglik', gauss.logLikelihood, near.loglik);
    const three = value(fitTCopula(leading(x, 3)));
    to.compare('/fit3d/rho12', three.correlation[1], near.rho);
    to.compare('/fit3d/rho13', three.correlation[2], near.rho);
    to.compare('/fit3d/rho23', three.correlation[5], near.rho);
    to.compare('/fit3d/nu', three.nu, near.nu);
    to.compare('/fit3d/loglik', three.logLikelihood, near.loglik);
  });
});
