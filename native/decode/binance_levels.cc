#include "decode/binance_levels.h"

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
    pattern = Scanner::kOnes * static_cast<std::uint64_t>(mark);
    scale = static_cast<std::uint64_t>(kPower10[8 - shown]);
  }
  int places;
  int tail;  ///< Bytes from the end of the whole part to the closing quote.
  char mark;  ///< What ends the whole part.
  std::uint64_t pattern;
  std::uint64_t scale;
};

/// Digits of 1..8 bytes as values, the last in the highest byte.
std::uint64_t digits(std::uint64_t text, int count) noexcept {
  return (text ^ Scanner::kZeros) << (64 - 8 * count);
}

/// The decimal at `at` with `whole` digits before its point, as an integer of 1e-8. Collects in
/// `*bad` whether a byte was no digit. Requires 1 <= whole <= 8.
inline std::uint64_t decimal(const char* at, int whole, const Shape& shape,
                             std::uint64_t* bad) noexcept {
  const std::uint64_t text = Scanner::load(at);
  const int all = whole + shape.places;
  if (all <= 8) {
    // The point is taken out of the middle.
    const std::uint64_t before = ~std::uint64_t{0} >> (64 - 8 * whole);
    const std::uint64_t joined = (text & before) | (Scanner::load(at + 1) & ~before);
    const std::uint64_t values = digits(joined, all);
    *bad |= Scanner::not_digits(values);
    return Scanner::number(values) * shape.scale;
  }
  const std::uint64_t units = digits(text, whole);
  const std::uint64_t fraction = digits(Scanner::load(at + whole + 1), shape.places);
  *bad |= Scanner::not_digits(units) | Scanner::not_digits(fraction);
  return Scanner::number(units) * 100000000 + Scanner::number(fraction) * shape.scale;
}

constexpr std::uint64_t word(const char (&text)[4]) noexcept {
  std::uint64_t value = 0;
  for (int i = 2; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(text[i]);
  return value;
}
constexpr std::uint64_t word(const char (&text)[6]) noexcept {
  std::uint64_t value = 0;
  for (int i = 4; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(text[i]);
  return value;
}
constexpr std::uint64_t kBetweenNumbers = word("\",\"");
constexpr std::uint64_t kBetweenLevels = word("\"],[\"");
constexpr std::uint64_t kBehindLevels = word("\"]]");

bool sees3(const char* at, std::uint64_t expected) noexcept {
  return (Scanner::load(at) & 0xFFFFFF) == expected;
}

/// A number whose shape is not the guessed one. Moves `*at` to the closing quote.
[[gnu::noinline]] bool other_shape(const char** at, const char* end, Shape& shape,
                                   std::uint64_t* e8) noexcept {
  if (*at >= end) return false;
  Scanner scanner(*at, static_cast<std::size_t>(end - *at));
  std::int64_t value = 0;
  int places = 0;
  if (!scanner.decimal(&value, &places) || scanner.peek() != '"') return false;
  shape.set(places);
  *e8 = static_cast<std::uint64_t>(value);
  *at = scanner.at();
  return true;
}

}  // namespace

bool read_exact_levels(Scanner& scanner, const InstrumentSpec& spec, LevelPlaces& places,
                       Level* levels, int* count, int* rounded) noexcept {
  const char* at = scanner.at();
  const char* const end = scanner.end();
  *count = 0;
  if (*at == ']') {
    scanner.move_to(at + 1);
    return true;
  }
  if (at[0] != '[' || at[1] != '"') return false;
  at += 2;
  const Grid tick = spec.tick;
  const Grid step = spec.step;
  Shape price(places.price);
  Shape quantity(places.quantity);
  int price_whole = Scanner::find_in_8(Scanner::load(at), price.pattern);
  if (price_whole == 0 || price_whole == 8) price_whole = 1;
  std::uint64_t bad = 0;
  int off_grid = 0;
  int n = 0;
  for (;; ++n) {
    if (at >= end || n == kMaxBinanceLevels) return false;
    std::uint64_t price_e8;
    std::uint64_t quantity_e8;
    // Neighbouring prices have the same number of digits: predicted, so that the quantity is found
    // without waiting for the price.
    const char* stop = at + price_whole + price.tail;
    if (at[price_whole] == price.mark && sees3(stop, kBetweenNumbers)) [[likely]] {
      price_e8 = decimal(at, price_whole, price, &bad);
      bad |= static_cast<std::uint64_t>((price_whole > 1) & (*at == '0'));
    } else {
      stop = at;
      if (!other_shape(&stop, end, price, &price_e8) || !sees3(stop, kBetweenNumbers)) return false;
      price_whole = static_cast<int>(stop - at) - price.tail;
    }
    at = stop + 3;
    const int whole = Scanner::find_in_8(Scanner::load(at), quantity.pattern);
    stop = at + whole + quantity.tail;
    if (whole - 1u < 7u && *stop == '"') [[likely]] {
      quantity_e8 = decimal(at, whole, quantity, &bad);
      bad |= static_cast<std::uint64_t>((whole > 1) & (*at == '0'));
    } else {
      stop = at;
      if (!other_shape(&stop, end, quantity, &quantity_e8)) return false;
    }
    Level& level = levels[n];
    bad |= static_cast<std::uint64_t>(!tick.divide(static_cast<std::int64_t>(price_e8), &level.ticks));
    off_grid += round_lots(step, static_cast<std::int64_t>(quantity_e8), &level.lots);
    bad |= static_cast<std::uint64_t>(level.ticks == 0);
    bad |= static_cast<std::uint64_t>((kMaxExact - level.ticks) | (kMaxExact - level.lots)) >> 63;
    at = stop + 5;
    if ((Scanner::load(stop) & 0xFFFFFFFFFFull) != kBetweenLevels) break;
  }
  if (bad != 0 || !sees3(at - 5, kBehindLevels)) return false;
  scanner.move_to(at - 2);
  places = {price.places, quantity.places};
  *count = n + 1;
  *rounded += off_grid;
  return true;
}

}  // namespace bot4
