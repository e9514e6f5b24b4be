#include "decode/binance_levels.h"

#include <bit>

#include "decode/binance_fields.h"

namespace bot4 {
namespace {

/// Where the point and the end of a decimal stand when it shows `places`.
struct Shape {
  explicit Shape(int shown) noexcept { set(shown); }
  void set(int shown) noexcept {
    places = shown;
    tail = shown == 0 ? 0 : shown + 1;
    mark = shown == 0 ? '"' : '.';
  }
  int places;
  int tail;   ///< Bytes from the end of the whole part to the closing quote.
  char mark;  ///< What ends the whole part.
};

/// A side whose numbers change their shape more often is left to the general decoder.
constexpr int kMaxRelearned = 64;
constexpr std::uint64_t kAllBytes = ~std::uint64_t{0};
/// The last n of eight bytes in memory.
constexpr std::uint64_t kLast[9] = {0,
                                    kAllBytes << 56,
                                    kAllBytes << 48,
                                    kAllBytes << 40,
                                    kAllBytes << 32,
                                    kAllBytes << 24,
                                    kAllBytes << 16,
                                    kAllBytes << 8,
                                    kAllBytes};
/// The first n of eight bytes in memory.
constexpr std::uint64_t kFirst[9] = {0,
                                     kAllBytes >> 56,
                                     kAllBytes >> 48,
                                     kAllBytes >> 40,
                                     kAllBytes >> 32,
                                     kAllBytes >> 24,
                                     kAllBytes >> 16,
                                     kAllBytes >> 8,
                                     kAllBytes};
/// The least whole part of n digits that does not begin with a zero it needs not.
constexpr std::int64_t kLeast[9] = {0, 0, 10, 100, 1000, 10000, 100000, 1000000, 10000000};

constexpr std::uint64_t word(const char* text, int length) noexcept {
  std::uint64_t value = 0;
  for (int i = length - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(text[i]);
  return value;
}
constexpr std::uint64_t kBetweenNumbers = word("\",\"", 3);
constexpr std::uint64_t kBetweenLevels = word("\"],[\"", 5);
constexpr std::uint64_t kBehindLevels = word("\"]]", 3);

bool sees3(const char* at, std::uint64_t expected) noexcept {
  return (Scanner::load(at) & 0xFFFFFF) == expected;
}

__m128i both(std::uint64_t low, std::uint64_t high) noexcept {
  return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}

/// Eight bytes from each of two places.
__m128i load_two(const char* low, const char* high) noexcept {
  const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(low));
  const __m128i second = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(high));
  return _mm_unpacklo_epi64(first, second);
}

/// The digits' values of a decimal whose whole part ends at `point`: eight of the whole part and
/// eight places, with zeros for those that it does not show.
__m128i digits(const char* point, __m128i shown) noexcept {
  const __m128i text = load_two(point - 8, point + 1);
  return _mm_and_si128(_mm_xor_si128(text, _mm_set1_epi8('0')), shown);
}

/// Sixteen digits' values to four numbers of four digits.
__m128i by_four(__m128i values) noexcept {
  const __m128i first = _mm_and_si128(values, _mm_set1_epi16(0x00FF));
  const __m128i second = _mm_srli_epi16(values, 8);
  const __m128i pairs = _mm_add_epi16(_mm_mullo_epi16(first, _mm_set1_epi16(10)), second);
  return _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
}

/// Eight digits of whole part (low half) and eight places (high half).
struct Amount {
  explicit Amount(std::uint64_t halves) noexcept
      : whole(static_cast<std::int64_t>(halves & 0xFFFFFFFF)),
        e8(whole * 100000000 + static_cast<std::int64_t>(halves >> 32)) {}
  std::int64_t whole;
  std::int64_t e8;
};

/// Both amounts of a level.
struct Pair {
  Pair(__m128i price_digits, __m128i quantity_digits) noexcept
      : Pair(_mm_madd_epi16(_mm_packs_epi32(by_four(price_digits), by_four(quantity_digits)),
                            _mm_set1_epi32(10000 | 1 << 16))) {}
  explicit Pair(__m128i eights) noexcept
      : price(static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights))),
        quantity(static_cast<std::uint64_t>(
            _mm_cvtsi128_si64(_mm_unpackhi_epi64(eights, eights)))) {}
  Amount price;
  Amount quantity;
};

/// Whether every byte is a digit's value.
bool all_digits(__m128i values) noexcept {
  const __m128i above = _mm_cmpgt_epi8(values, _mm_set1_epi8(9));
  return _mm_movemask_epi8(_mm_or_si128(above, values)) == 0;  // 0x80 and above compare as less.
}

/// Finds out how many places a number shows that is not as guessed.
[[gnu::noinline]] bool learn(const char* at, const char* end, Shape* shape, int* whole) noexcept {
  if (at >= end) return false;
  Scanner scanner(at, static_cast<std::size_t>(end - at));
  std::int64_t value = 0;
  int places = 0;
  if (!scanner.decimal(&value, &places) || scanner.peek() != '"') return false;
  shape->set(places);
  *whole = static_cast<int>(scanner.at() - at) - shape->tail;
  return true;
}

/// Reads levels from behind the first opening quote. Neighbouring prices have the same number of
/// digits: that is predicted, so that the quantity is found without waiting for the price.
bool read_levels(Scanner& scanner, const InstrumentSpec& spec, LevelPlaces& places, Level* levels,
                 int* count, int* rounded) noexcept {
  const char* at = scanner.at();
  const char* const end = scanner.end();
  const Grid tick = spec.tick;
  const Grid step = spec.step;
  Shape price(places.price);
  Shape quantity(places.quantity);
  int price_whole = places.price_whole;
  __m128i mark = _mm_set1_epi8(quantity.mark);
  __m128i price_shown = both(kLast[price_whole], kFirst[price.places]);
  __m128i greatest_digit = _mm_setzero_si128();
  std::int64_t below_zero = 0;
  std::int64_t all_bits = 0;
  bool on_tick = true;
  int off_step = 0;
  int n = 0;
  int relearned = 0;
  for (;; ++n) {
    if (at >= end || n == kMaxBinanceLevels) return false;
    const char* between = at + price_whole + price.tail;
    const char* second = between + 3;
    const __m128i text = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, mark)));
    int whole = std::countr_zero(found | 0x100u);
    const char* stop = second + whole + quantity.tail;
    const bool as_guessed = at[price_whole] == price.mark && sees3(between, kBetweenNumbers) &&
                            whole != 0 && second[whole] == quantity.mark && *stop == '"';
    if (!as_guessed) [[unlikely]] {
      if (++relearned > kMaxRelearned || !learn(at, end, &price, &price_whole)) return false;
      between = at + price_whole + price.tail;
      second = between + 3;
      if (!sees3(between, kBetweenNumbers) || !learn(second, end, &quantity, &whole)) return false;
      stop = second + whole + quantity.tail;
      mark = _mm_set1_epi8(quantity.mark);
      price_shown = both(kLast[price_whole], kFirst[price.places]);
    }
    const __m128i quantity_shown = both(kLast[whole], kFirst[quantity.places]);
    const __m128i price_digits = digits(at + price_whole, price_shown);
    const __m128i quantity_digits = digits(second + whole, quantity_shown);
    greatest_digit = _mm_max_epu8(greatest_digit, _mm_max_epu8(price_digits, quantity_digits));
    const Pair e8(price_digits, quantity_digits);
    Level& level = levels[n];
    on_tick &= tick.divide_exactly(e8.price.e8, &level.ticks);
    if (!step.divide_exactly(e8.quantity.e8, &level.lots)) [[unlikely]] {
      off_step += round_lots(step, e8.quantity.e8, &level.lots);
    }
    below_zero |= (e8.price.whole - kLeast[price_whole]) |
                  (e8.quantity.whole - kLeast[whole]) | (level.ticks - 1);
    all_bits |= level.ticks | level.lots;
    at = stop + 5;
    if ((Scanner::load(stop) & 0xFFFFFFFFFFull) != kBetweenLevels) break;
  }
  if (!on_tick || below_zero < 0 || all_bits > kMaxExact || !all_digits(greatest_digit) ||
      !sees3(at - 5, kBehindLevels)) {
    return false;
  }
  scanner.move_to(at - 2);
  places = {price.places, quantity.places, price_whole};
  *count = n + 1;
  *rounded += off_step;
  return true;
}

}  // namespace

bool read_exact_levels(Scanner& scanner, const InstrumentSpec& spec, LevelPlaces& places,
                       Level* levels, int* count, int* rounded) noexcept {
  *count = 0;
  if (scanner.accept("]")) return true;
  if (!scanner.accept("[\"")) return false;
  const char* const start = scanner.at();
  if (read_levels(scanner, spec, places, levels, count, rounded)) [[likely]] return true;
  // Numbers that were shown without places before may show some now, and look like other text.
  if (places.price != 0 && places.quantity != 0) return false;
  places = LevelPlaces{};
  scanner.move_to(start);
  return read_levels(scanner, spec, places, levels, count, rounded);
}

}  // namespace bot4
