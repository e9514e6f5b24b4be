#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "book/composite.h"
#include "core/aligned_buffer.h"
#include "core/instruments.h"
#include "engine/arena_layout.h"

namespace bot4 {

/// Instruments of one underlying whose books make one best bid and offer.
struct CompositeSpec {
  std::vector<int> instruments;  ///< 2 to CompositeBook::kMaxVenues, none in two composites.
  std::int64_t max_age_ns = 0;   ///< Older depth does not count.
};

/// A symbol's seat in a composite.
struct CompositeSeat {
  CompositeBook* book = nullptr;  ///< null: in none.
  int member = -1;
};

/// The composites of one engine: its symbols quote into them, the arena shows them.
///
/// Determinism: a function of the quotes and of the times asked for.
/// Cost:        publish O(members); no allocation after `add`.
class Composites {
 public:
  /// `arena` must outlive it.
  Composites(AlignedBuffer& arena, const ArenaLayout& layout) noexcept
      : states_(arena.at<CompositeState>(layout.composites)), room_(layout.composite_count) {}

  /// Adds a composite of symbols with these specs; none: a place that stays empty. Its members in
  /// their order take the seats it returns, which live as long as this. Requires room.
  std::vector<CompositeSeat> add(const std::vector<int>& symbols, const Instruments& specs,
                                 std::int64_t max_age_ns);

  /// Writes what each composite is at `now_ns` into the arena.
  void publish(std::int64_t now_ns) noexcept;

 private:
  struct Entry {
    CompositeBook book;
    std::vector<int> symbols;
  };

  CompositeState* states_;
  std::uint32_t room_;
  std::deque<Entry> entries_;  // A deque: seats point into it.
};

}  // namespace bot4
