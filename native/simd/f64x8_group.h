#pragma once
// N vectors of eight lanes side by side: one operation after the other, each for all N, so that the
// latencies of N independent chains overlap. Same operations, same names, same bits as F64x8.
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

template <int N>
struct F64x8Group {
  F64x8 v[N];
  static F64x8Group set1(double x) {
    F64x8Group out;
    for (int i = 0; i < N; ++i) out.v[i] = F64x8::set1(x);
    return out;
  }
  static F64x8Group zero() { return set1(0.0); }
};

template <int N>
struct M8Group {
  M8 m[N];
};

#define BOT4_EACH(Out, part, expression)                       \
  Out<N> out;                                                  \
  for (int i = 0; i < N; ++i) out.part[i] = expression;        \
  return out;
#define BOT4_BINARY(Out, part, name, In, in)                   \
  template <int N>                                             \
  inline Out<N> name(const In<N>& a, const In<N>& b) {         \
    BOT4_EACH(Out, part, name(a.in[i], b.in[i]))               \
  }
BOT4_BINARY(F64x8Group, v, add, F64x8Group, v)
BOT4_BINARY(F64x8Group, v, sub, F64x8Group, v)
BOT4_BINARY(F64x8Group, v, mul, F64x8Group, v)
BOT4_BINARY(F64x8Group, v, div, F64x8Group, v)
BOT4_BINARY(F64x8Group, v, minimum, F64x8Group, v)
BOT4_BINARY(F64x8Group, v, maximum, F64x8Group, v)
BOT4_BINARY(M8Group, m, less, F64x8Group, v)
BOT4_BINARY(M8Group, m, less_equal, F64x8Group, v)
BOT4_BINARY(M8Group, m, equal, F64x8Group, v)
BOT4_BINARY(M8Group, m, both, M8Group, m)
BOT4_BINARY(M8Group, m, either, M8Group, m)
#undef BOT4_BINARY

template <int N>
inline F64x8Group<N> negate(const F64x8Group<N>& a) {
  BOT4_EACH(F64x8Group, v, negate(a.v[i]))
}
template <int N>
inline F64x8Group<N> floor(const F64x8Group<N>& a) {
  BOT4_EACH(F64x8Group, v, floor(a.v[i]))
}
template <int N>
inline F64x8Group<N> fma(const F64x8Group<N>& a, const F64x8Group<N>& b,
                         const F64x8Group<N>& c) {
  BOT4_EACH(F64x8Group, v, fma(a.v[i], b.v[i], c.v[i]))
}
template <int N>
inline F64x8Group<N> add_where(const M8Group<N>& m, const F64x8Group<N>& a,
                               const F64x8Group<N>& b) {
  BOT4_EACH(F64x8Group, v, add_where(m.m[i], a.v[i], b.v[i]))
}
template <int N>
inline F64x8Group<N> select(const M8Group<N>& m, const F64x8Group<N>& yes,
                            const F64x8Group<N>& no) {
  BOT4_EACH(F64x8Group, v, select(m.m[i], yes.v[i], no.v[i]))
}
template <int N>
inline F64x8Group<N> scale_by_power(const F64x8Group<N>& x, const F64x8Group<N>& k,
                                    const F64x8Group<N>& magic_k) {
  BOT4_EACH(F64x8Group, v, scale_by_power(x.v[i], k.v[i], magic_k.v[i]))
}
#undef BOT4_EACH

}  // namespace
}  // namespace bot4::BOT4_TARGET
