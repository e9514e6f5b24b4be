#pragma once
#include <cstdint>
#include <cstring>

namespace bot4::BOT4_TARGET {
namespace {

/// e^x for one double, x clamped to [-708, 709].
///
/// Determinism: bit-identical on every target (each step is one IEEE operation, no fused ones).
/// Bound:       1 ulp, as its source.
/// Source:      fdlibm e_exp.c (Sun Microsystems, 1993).
inline double exp_scalar(double x) {
  const double bounded = x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
  const double magic = 6755399441055744.0;  // 1.5 * 2^52: rounds to an integer in its low bits.
  const double shifted = bounded * 1.44269504088896338700 + magic;
  const double k = shifted - magic;
  const double high = bounded - k * 6.93147180369123816490e-01;
  const double low = k * 1.90821492927058770002e-10;
  const double r = high - low;
  const double t = r * r;
  const double c =
      r - t * (1.66666666666666019037e-01 +
               t * (-2.77777777770155933842e-03 +
                    t * (6.61375632143793436117e-05 +
                         t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  std::uint64_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  const std::uint64_t power_bits = (bits + 1023) << 52;
  double power;
  std::memcpy(&power, &power_bits, sizeof power);
  return y * power;
}

/// c[0] + c[1] x + ...
template <int kCount>
inline double polynomial(double x, const double (&c)[kCount]) {
  double sum = c[kCount - 1];
  for (int i = kCount - 2; i >= 0; --i) sum = sum * x + c[i];
  return sum;
}

/// The logarithm of x e^(x^2) erfc(x) for x >= 1.25, rational in 1 / x^2, without -0.5625.
inline double erfc_tail_exponent(double x) {
  const double s = 1.0 / (x * x);
  if (x < 1.0 / 0.35) {
    static constexpr double above[] = {-9.86494403484714822705e-03, -6.93858572707181764372e-01,
                            -1.05586262253232909814e+01, -6.23753324503260060396e+01,
                            -1.62396669462573470355e+02, -1.84605092906711035994e+02,
                            -8.12874355063065934246e+01, -9.81432934416914548592e+00};
    static constexpr double below[] = {1.0,
                            1.96512716674392571292e+01,
                            1.37657754143519042600e+02,
                            4.34565877475229228821e+02,
                            6.45387271733267880336e+02,
                            4.29008140027567833386e+02,
                            1.08635005541779435134e+02,
                            6.57024977031928170135e+00,
                            -6.04244152148580987438e-02};
    return polynomial(s, above) / polynomial(s, below);
  }
  static constexpr double above[] = {-9.86494292470009928597e-03, -7.99283237680523006574e-01,
                          -1.77579549177547519889e+01, -1.60636384855821916062e+02,
                          -6.37566443368389627722e+02, -1.02509513161107724954e+03,
                          -4.83519191608651397019e+02};
  static constexpr double below[] = {1.0,
                          3.03380607434824582924e+01,
                          3.25792512996573918826e+02,
                          1.53672958608443695994e+03,
                          3.19985821950859553908e+03,
                          2.55305040643316442583e+03,
                          4.74528541206955367215e+02,
                          -2.24409524465858183362e+01};
  return polynomial(s, above) / polynomial(s, below);
}

/// e^(x^2) erfc(x) for x >= 0.
///
/// Determinism: bit-identical on every target.
/// Bound:       1e-15 relative (test/quant/implied-volatility.test.ts holds what is made of it).
/// Source:      fdlibm s_erf.c below 28; its asymptotic series (Abramowitz & Stegun 7.1.23) above.
inline double erfcx(double x) {
  if (x < 0.84375) {
    static constexpr double above[] = {1.28379167095512558561e-01, -3.25042107247001499370e-01,
                            -2.84817495755985104766e-02, -5.77027029648944159157e-03,
                            -2.37630166566501626084e-05};
    static constexpr double below[] = {1.0,
                            3.97917223959155352819e-01,
                            6.50222499887672944485e-02,
                            5.08130628187576562776e-03,
                            1.32494738004321644526e-04,
                            -3.96022827877536812320e-06};
    const double z = x * x;
    const double ratio = polynomial(z, above) / polynomial(z, below);
    return (1.0 - (x + x * ratio)) * exp_scalar(z);
  }
  if (x < 1.25) {
    static constexpr double above[] = {-2.36211856075265944077e-03, 4.14856118683748331666e-01,
                            -3.72207876035701323847e-01, 3.18346619901161753674e-01,
                            -1.10894694282396677476e-01, 3.54783043256182359371e-02,
                            -2.16637559486879084300e-03};
    static constexpr double below[] = {1.0,
                            1.06420880400844228286e-01,
                            5.40397917702171048937e-01,
                            7.18286544141962662868e-02,
                            1.26171219808761642112e-01,
                            1.36370839120290507362e-02,
                            1.19844998467991074170e-02};
    const double s = x - 1.0;
    const double ratio = polynomial(s, above) / polynomial(s, below);
    return ((1.0 - 8.45062911510467529297e-01) - ratio) * exp_scalar(x * x);
  }
  if (x < 28.0) return exp_scalar(erfc_tail_exponent(x) - 0.5625) / x;
  const double s = 0.5 / (x * x);
  return 0.56418958354775628695 / x * 
         (1.0 - s * (1.0 - s * (3.0 - s * (15.0 - s * (105.0 - 945.0 * s)))));
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
