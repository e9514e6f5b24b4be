#pragma once
// The requests of the workload book.l3 and what its peers fold.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/side.h"

namespace bot4::bench {

/// One request of the book of orders.
struct OrderRequest {
  std::uint64_t id;
  Side side;
  bool is_add;  ///< Else a cancel.
  std::int64_t ticks;
  std::int64_t lots;
};

/// The stream of book.l3, which a peer in another language makes for itself:
///
///   x <- x * 1664525 + 1013904223 (mod 2^32), x = 7 at first; draw(n) steps x: (x >> 8) mod n.
///
/// `live` is a list of ids, empty at first; the next id is 1. Until there are 98,000 requests:
///   1. add when live holds fewer than 1000, cancel when it holds 3000, else add when draw(2) is 0.
///   2. To add: side = draw(2) (0 buys), away = 1 + draw(draw(8) = 0 ? 400 : 20), price = 100000
///      - away for a buy and 100000 + away for a sale, lots = 1 + draw(1000); the id joins live's
///      end. The draws are made in the order side, draw(8), away, lots.
///   3. To cancel: i = draw(size of live); live[i] goes, live's last takes its place.
/// Then live is cancelled from its last to its first. Nothing crosses, so that a matching engine
/// only adds.
inline std::vector<OrderRequest> order_stream() {
  std::uint32_t x = 7;
  const auto draw = [&x](std::uint32_t n) {
    x = x * 1664525u + 1013904223u;
    return (x >> 8) % n;
  };
  std::vector<OrderRequest> requests;
  std::vector<OrderRequest> live;
  const auto cancel = [&](std::size_t i) {
    requests.push_back(live[i]);
    requests.back().is_add = false;
    live[i] = live.back();
    live.pop_back();
  };
  std::uint64_t id = 1;
  while (requests.size() < 98'000) {
    const bool add = live.size() < 1000 || (live.size() < 3000 && draw(2) == 0);
    if (!add) {
      cancel(draw(static_cast<std::uint32_t>(live.size())));
      continue;
    }
    OrderRequest request{id++, Side::kBuy, true, 0, 0};
    request.side = draw(2) == 0 ? Side::kBuy : Side::kSell;
    const std::uint32_t reach = draw(8) == 0 ? 400 : 20;
    const std::int64_t away = 1 + std::int64_t{draw(reach)};
    request.ticks = request.side == Side::kBuy ? 100'000 - away : 100'000 + away;
    request.lots = 1 + std::int64_t{draw(1000)};
    requests.push_back(request);
    live.push_back(request);
  }
  while (!live.empty()) cancel(live.size() - 1);
  return requests;
}

/// The requests are made once and shared by the peers.
inline const std::vector<OrderRequest>& order_requests() {
  static const std::vector<OrderRequest> all = order_stream();
  return all;
}

/// What every book of orders folds, so that a peer in another language can do it in 32 bits:
/// h <- (h xor v) * 2654435769 (mod 2^32) from h = 1, where v is, after every cancel, the cancelled
/// order's price * 4096 + its lots, and then, after requests 0, 1000, 2000 and so on, the best bid
/// + the best ask, an empty side counting 0.
class OrderChecksum {
 public:
  void fold(std::int64_t v) noexcept {
    state_ = (state_ ^ static_cast<std::uint32_t>(v)) * 2654435769u;
  }
  std::uint64_t value() const noexcept { return state_; }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace bot4::bench
