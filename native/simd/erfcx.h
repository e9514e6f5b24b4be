#pragma once
#include "simd/exp.h"

namespace bot4::BOT4_TARGET {
namespace {

/// e^(x^2) erfc(x) of every lane, for x >= 0, without a branch.
///
///   u q(t), u = 1 / (x + 3), t = (x - 3) u, q the Chebyshev expansion of (x + 3) e^(x^2) erfc(x)
///   over t in [-1, 1] to degree 24, as powers: even and odd ones apart for short chains
///
/// Determinism: bit-identical on every target (every step is one IEEE operation).
/// Bound:       1e-15 relative (test/quant/implied-volatility.test.ts holds what is made of it).
/// Source:      Shepherd & Laframboise (1981), Math. Comp. 36(153); coefficients of 60 digits by
///              the discrete cosine transform at 64 nodes.
template <typename V>
[[gnu::always_inline]] inline V erfcx(V x) {
  static constexpr double kEven[] = {
      1.0740069070883398,     0.5902283571041024,     0.11952776128726766,
      -0.001212416626845832,  -0.0005483096943765837, 0.00010756149572800276,
      -1.7470579898367112e-05, 2.7653934843589293e-06, -4.0795588546379703e-07,
      4.605790019424851e-08,  -9.818356605591901e-10, -9.783136387840652e-10,
      1.6421143016942986e-10};
  static constexpr double kOdd[] = {
      -0.8833944531698834,     -0.3104672619005832,     -0.026827234624051417,
      0.003034061996058138,    -0.00027677781402214095, 3.039805158572681e-05,
      -4.7490282761035755e-06, 9.988170142910974e-07,   -2.3385368009140523e-07,
      5.11824219701207e-08,    -8.693774269035828e-09,  8.110687296189993e-10};
  const V three = V::set1(3.0);
  const V u = div(V::set1(1.0), add(x, three));
  const V t = mul(sub(x, three), u);
  const V q = mul(t, t);
  V even = V::set1(kEven[12]);
  V odd = V::set1(kOdd[11]);
  for (int i = 11; i >= 0; --i) even = multiply_add(even, q, V::set1(kEven[i]));
  for (int i = 10; i >= 0; --i) odd = multiply_add(odd, q, V::set1(kOdd[i]));
  return mul(u, multiply_add(odd, t, even));
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
