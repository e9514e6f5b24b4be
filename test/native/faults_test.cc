// A feed that loses, doubles, swaps, cuts and delays messages: a synchronised book is always the
// venue's book at the same update id, and it always becomes synchronised again.
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding/session.h"
#include "native/testing.h"

using namespace bot4;

namespace {

using Half = std::map<std::int64_t, std::int64_t>;

std::uint64_t fingerprint(const Half& bids, const Half& asks) {
  StateHash hash;
  for (auto level = bids.rbegin(); level != bids.rend(); ++level) {
    hash.fold(level->first);
    hash.fold(level->second);
  }
  hash.fold(std::int64_t{-1});
  for (const auto& [ticks, lots] : asks) {
    hash.fold(ticks);
    hash.fold(lots);
  }
  return hash.digest();
}

std::uint64_t fingerprint(const L2Book& book) {
  StateHash hash;
  const auto fold = [&](std::int64_t ticks, std::int64_t lots) {
    hash.fold(ticks);
    hash.fold(lots);
    return true;
  };
  book.visit(Side::kBuy, fold);
  hash.fold(std::int64_t{-1});
  book.visit(Side::kSell, fold);
  return hash.digest();
}

/// The venue's truth, which writes its own messages.
class Venue {
 public:
  explicit Venue(std::uint64_t seed) : random_(seed) {
    for (std::int64_t i = 0; i < 30; ++i) {
      bids_[mid_ - 1 - i] = 1 + random_.below(500);
      asks_[mid_ + 1 + i] = 1 + random_.below(500);
    }
    remember();
  }

  /// Changes the book and returns the update that says so.
  std::string change() {
    const std::int64_t previous = id_;
    const std::int64_t step = random_.below(3) - 1;
    std::string bids, asks;
    const auto put = [this](Half& half, std::string& text, std::int64_t ticks, std::int64_t lots) {
      if (lots == 0) half.erase(ticks); else half[ticks] = lots;
      text += (text.empty() ? "[\"" : ",[\"") + price(ticks) + "\",\"" + quantity(lots) + "\"]";
    };
    mid_ += step;
    for (std::int64_t t = mid_; t <= mid_ + 1 && bids_.count(t) != 0; ++t) put(bids_, bids, t, 0);
    for (std::int64_t t = mid_; t >= mid_ - 1 && asks_.count(t) != 0; --t) put(asks_, asks, t, 0);
    for (std::int64_t k = 1 + random_.below(4); k > 0; --k) {
      put(bids_, bids, mid_ - 1 - random_.below(40), random_.below(4) == 0 ? 0 : 1 + random_.below(500));
      put(asks_, asks, mid_ + 1 + random_.below(40), random_.below(4) == 0 ? 0 : 1 + random_.below(500));
    }
    put(bids_, bids, mid_ - 1, 1 + random_.below(500));
    put(asks_, asks, mid_ + 1, 1 + random_.below(500));
    id_ += 1 + random_.below(5);
    remember();
    return "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"A\",\"U\":" + std::to_string(previous + 1) +
           ",\"u\":" + std::to_string(id_) + ",\"pu\":" + std::to_string(previous) + ",\"b\":[" + bids +
           "],\"a\":[" + asks + "]}";
  }

  std::string ticker() const {
    return "{\"e\":\"bookTicker\",\"u\":" + std::to_string(id_) + ",\"s\":\"A\",\"b\":\"" +
           price(bids_.rbegin()->first) + "\",\"B\":\"" + quantity(bids_.rbegin()->second) +
           "\",\"a\":\"" + price(asks_.begin()->first) + "\",\"A\":\"" +
           quantity(asks_.begin()->second) + "\"}";
  }

  std::string snapshot() const {
    std::string bids, asks;
    for (const auto& [ticks, lots] : bids_) {
      bids += (bids.empty() ? "[\"" : ",[\"") + price(ticks) + "\",\"" + quantity(lots) + "\"]";
    }
    for (const auto& [ticks, lots] : asks_) {
      asks += (asks.empty() ? "[\"" : ",[\"") + price(ticks) + "\",\"" + quantity(lots) + "\"]";
    }
    return "{\"lastUpdateId\":" + std::to_string(id_) + ",\"bids\":[" + bids + "],\"asks\":[" + asks +
           "]}";
  }

  /// What the book was at an update id; 0 when there was no such id.
  std::uint64_t at(std::int64_t id) const {
    const auto found = history_.find(id);
    return found == history_.end() ? 0 : found->second;
  }

 private:
  static std::string price(std::int64_t ticks) {
    return std::to_string(ticks / 10) + "." + std::to_string(ticks % 10);
  }
  static std::string quantity(std::int64_t lots) {
    return std::to_string(lots / 1000) + "." + std::to_string(1000 + lots % 1000).substr(1);
  }
  void remember() { history_[id_] = fingerprint(bids_, asks_); }

  test::Random random_;
  std::int64_t mid_ = 600'000;
  std::int64_t id_ = 1000;
  Half bids_, asks_;
  std::unordered_map<std::int64_t, std::uint64_t> history_;
};

struct Totals {
  int checked = 0, wrong = 0, unknown = 0, breaks = 0, recoveries = 0, longest_outage = 0;
};

void feed(Session& session, const std::string& text) {
  ControlBlock& control = session.control();
  const FrameHeader header{static_cast<std::uint32_t>(text.size()), 0, control.now_ns + 1'000'000};
  std::byte* inbox = session.arena().data() + session.layout().inbox;
  std::memcpy(inbox, &header, sizeof header);
  std::memcpy(inbox + sizeof header, text.data(), text.size());
  control.inbox_read = 0;
  control.inbox_write =
      static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
  session.run();
}

/// Runs a faulty feed; a snapshot that is asked for arrives some messages later.
Totals run(SequenceRule rule, std::uint64_t seed, int messages) {
  Instruments instruments;
  instruments.add("A", 1, 10'000'000, 100'000, rule);
  Session session(instruments, 1 << 16, 8, decision_kernels(test::target()));
  Venue venue(seed);
  test::Random random(seed + 1000);
  Totals totals;
  std::deque<std::string> late;
  std::string snapshot;
  int snapshot_due = -1, outage = 0;
  for (int n = 0; n < messages; ++n) {
    std::string update = venue.change();
    const std::int64_t fault = random.below(400);
    if (fault == 0) {
      // Lost.
    } else if (fault == 1) {
      feed(session, update);
      feed(session, update);
    } else if (fault == 2) {
      late.push_back(update);  // Comes after its successor.
    } else if (fault == 3) {
      feed(session, update.substr(0, static_cast<std::size_t>(random.below(
                                         static_cast<std::int64_t>(update.size())))));
    } else {
      feed(session, update);
      while (!late.empty()) {
        feed(session, late.front());
        late.pop_front();
      }
    }
    if (random.below(3) == 0) feed(session, venue.ticker());
    if (n == snapshot_due) {
      feed(session, snapshot);
      snapshot_due = -1;
    }
    const BookSync& sync = session.engine().sync(0);
    if (sync.state() == SyncState::kSynchronised) {
      totals.recoveries += outage > 0 ? 1 : 0;
      outage = 0;
      ++totals.checked;
      const std::uint64_t truth = venue.at(sync.last_id());
      totals.unknown += truth == 0 ? 1 : 0;
      totals.wrong += fingerprint(sync.book()) == truth ? 0 : 1;
    } else {
      totals.breaks += outage == 0 ? 1 : 0;
      totals.longest_outage = std::max(totals.longest_outage, ++outage);
      if (snapshot_due < n) {  // Written now, delivered later: by then it may be too old.
        snapshot = venue.snapshot();
        snapshot_due = n + 1 + static_cast<int>(random.below(20));
      }
    }
  }
  return totals;
}

}  // namespace

BOT4_TEST("a synchronised book is the venue's book at its update id, whatever the feed does") {
  const int seeds = test::emulated() ? 1 : 10;
  for (const SequenceRule rule : {SequenceRule::kBinanceSpot, SequenceRule::kBinanceFutures}) {
    for (int seed = 1; seed <= seeds; ++seed) {
      const Totals t = run(rule, static_cast<std::uint64_t>(seed), 4000);
      EXPECT_EQ(t.wrong, 0);
      EXPECT_EQ(t.unknown, 0);
      EXPECT(t.breaks > 10);
      EXPECT(t.recoveries >= t.breaks - 1);
      EXPECT(t.longest_outage < 200);
      EXPECT(t.checked > 3000);
    }
  }
}

BOT4_TEST_MAIN
