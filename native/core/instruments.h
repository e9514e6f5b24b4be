#pragma once
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/grid.h"
#include "core/market_message.h"

namespace bot4 {

/// One instrument as the native engine knows it.
struct InstrumentSpec {
  static constexpr int kMaxName = 23;
  char name[kMaxName + 1] = {};  ///< The venue's symbol, zero-terminated.
  int name_length = 0;
  Grid tick;  ///< Price grid, 1e-8 quote units.
  Grid step;  ///< Quantity grid, 1e-8 base units.
  SequenceRule rule = SequenceRule::kBinanceFutures;
  /// Most levels of a side that the venue keeps up to date (Kraken: the subscribed depth); what an
  /// update pushes beyond is gone. 0 = all.
  int depth = 0;
  int connection = 0;  ///< Index of the connection that carries its messages.
  /// What ticks and lots are multiplied by to get the digits the venue prints: the grid in units of
  /// the last printed decimal. Only checksums need it.
  std::int64_t price_factor = 1;
  std::int64_t quantity_factor = 1;

  /// Stands for the fewest decimals that show the grid.
  static constexpr int kDecimalsOfGrid = -1;

  /// The grid in units of the last of `decimals` printed decimals, or 0 when these cannot show it.
  /// Allowed: 0 to 8 decimals that the grid is a multiple of, or kDecimalsOfGrid.
  static constexpr std::int64_t digit_factor(std::int64_t grid_e8, int decimals) noexcept {
    if (grid_e8 <= 0 || decimals < kDecimalsOfGrid || decimals > 8) return 0;
    std::int64_t unit = 1;
    if (decimals == kDecimalsOfGrid) {
      while (unit < 100'000'000 && grid_e8 % (unit * 10) == 0) unit *= 10;
    } else {
      for (int i = decimals; i < 8; ++i) unit *= 10;
    }
    return grid_e8 % unit == 0 ? grid_e8 / unit : 0;
  }
};

/// The instruments of one engine by dense index and by name.
class Instruments {
 public:
  static constexpr int kMax = 256;

  /// Adds an instrument and returns its index. Two venues may use one name: the first wins a
  /// look-up by name, and frames name the index. `depth` is InstrumentSpec's; the decimals are
  /// those the venue prints prices and quantities with. Requires size() < kMax, a name that fits,
  /// depth >= 0 and decimals that InstrumentSpec::digit_factor accepts.
  int add(const char* name, int name_length, std::int64_t tick_e8, std::int64_t step_e8,
          SequenceRule rule, int depth = 0, int price_decimals = InstrumentSpec::kDecimalsOfGrid,
          int quantity_decimals = InstrumentSpec::kDecimalsOfGrid) {
    BOT4_CHECK(size() < kMax && name_length > 0 && name_length <= InstrumentSpec::kMaxName);
    InstrumentSpec spec;
    std::memcpy(spec.name, name, static_cast<std::size_t>(name_length));
    spec.name_length = name_length;
    spec.tick = Grid(tick_e8);
    spec.step = Grid(step_e8);
    spec.rule = rule;
    BOT4_CHECK(depth >= 0);
    spec.depth = depth;
    spec.price_factor = InstrumentSpec::digit_factor(tick_e8, price_decimals);
    spec.quantity_factor = InstrumentSpec::digit_factor(step_e8, quantity_decimals);
    BOT4_CHECK(spec.price_factor > 0 && spec.quantity_factor > 0);
    specs_.push_back(spec);
    return size() - 1;
  }

  int size() const noexcept { return static_cast<int>(specs_.size()); }

  /// Requires 0 <= index < size().
  const InstrumentSpec& operator[](int index) const noexcept {
    return specs_[static_cast<std::size_t>(index)];
  }

  /// Requires 0 <= index < size(). To be changed before anything is made of the list.
  InstrumentSpec& edit(int index) noexcept { return specs_[static_cast<std::size_t>(index)]; }

  /// The same list with the names of one connection only: no message of it can name another's.
  Instruments of_connection(int connection) const {
    Instruments list = *this;
    for (InstrumentSpec& spec : list.specs_) {
      if (spec.connection != connection) spec.name_length = -1;
    }
    return list;
  }

  /// The chosen instruments alone, in the order of `indices`.
  Instruments subset(const std::vector<int>& indices) const {
    Instruments list;
    for (const int index : indices) list.specs_.push_back((*this)[index]);
    return list;
  }

  /// Index of a name, or -1.
  int find(const char* name, int name_length) const noexcept {
    for (int i = 0; i < size(); ++i) {
      if (is_named(i, name, name_length)) return i;
    }
    return -1;
  }

  bool is_named(int index, const char* name, int name_length) const noexcept {
    const InstrumentSpec& spec = (*this)[index];
    return spec.name_length == name_length &&
           std::memcmp(spec.name, name, static_cast<std::size_t>(name_length)) == 0;
  }

 private:
  std::vector<InstrumentSpec> specs_;
};

}  // namespace bot4
