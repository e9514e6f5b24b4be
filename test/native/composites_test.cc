// Best bids and offers over several books, and what a message that cannot be read costs a book.
#include <cmath>
#include <string>
#include <vector>

#include "binding/session.h"
#include "binding/threaded_session.h"
#include "book/book_checksum.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// Engines of four instruments: two grids of one underlying, and others.
struct Books {
  Instruments list = [] {
    Instruments instruments;
    instruments.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    instruments.add("B", 1, 1'000'000, 1'000, SequenceRule::kCoinbaseSequence);
    instruments.add("C", 1, 10'000'000, 100'000, SequenceRule::kBinancePartial);
    instruments.add("D", 1, 10'000'000, 100'000, SequenceRule::kKrakenChecksum);
    return instruments;
  }();
  ArenaLayout layout = ArenaLayout::make(4, 8, 4096, 1, 0, 1);
  AlignedBuffer arena{layout.bytes};
  Engine engine{list, arena, layout, decision_kernels(test::target())};
  std::int64_t now = 1'700'000'000'000 * kMs;

  Books() { engine.add_composite({0, 1}, 1000 * kMs); }

  Status feed(MessageKind kind, int symbol, Level bid, Level ask, std::int64_t id = 5) {
    MarketMessage m = kEmptyMessage;
    m.kind = kind;
    m.symbol = symbol;
    m.last_id = id;
    m.bids = &bid;
    m.asks = &ask;
    m.bid_count = bid.ticks > 0 ? 1 : 0;
    m.ask_count = ask.ticks > 0 ? 1 : 0;
    L2Book book;  // Kraken's checksum of it.
    if (bid.ticks > 0) book.set(Side::kBuy, bid.ticks, bid.lots);
    if (ask.ticks > 0) book.set(Side::kSell, ask.ticks, ask.lots);
    const InstrumentSpec& spec = list[symbol];
    m.checksum = BookChecksum(spec.price_factor, spec.quantity_factor).value(book);
    return engine.apply(m, now);
  }
  Status snapshot(int symbol, Level bid, Level ask) {
    return feed(MessageKind::kSnapshot, symbol, bid, ask);
  }
  const CompositeState& top(std::int64_t after = 0) {
    engine.publish_composites(now + after);
    return *arena.at<CompositeState>(layout.composites);
  }
  const SymbolState& state(int symbol) {
    return *arena.at<SymbolState>(layout.states +
                                  static_cast<std::size_t>(symbol) * sizeof(SymbolState));
  }
  bool synchronised(int symbol) {
    return engine.sync(symbol).state() == SyncState::kSynchronised;
  }
};

}  // namespace

BOT4_TEST("a composite is of proven books only, on grids of their own") {
  Books books;
  EXPECT_EQ(books.top().fresh, 0u);
  EXPECT_EQ(books.top().bid_symbol, -1);
  EXPECT_EQ(books.snapshot(0, {1000, 5}, {1002, 7}), Status::kOk);  // 100.0 / 100.2
  EXPECT_EQ(books.top().fresh, 1u);
  EXPECT_EQ(books.top().ask_e8, std::int64_t{10'020'000'000});
  EXPECT_EQ(books.snapshot(1, {10'003, 400}, {10'021, 9}), Status::kOk);  // 100.03 / 100.21
  const CompositeState& top = books.top();
  EXPECT_EQ(top.fresh, 3u);
  EXPECT_EQ(top.bid_e8, std::int64_t{10'003'000'000});
  EXPECT_EQ(top.bid_quantity_e8, std::int64_t{400'000});
  EXPECT_EQ(top.bid_symbol, 1);
  EXPECT_EQ(top.ask_symbol, 0);
  EXPECT_EQ(top.ask_quantity_e8, std::int64_t{700'000});
  EXPECT_EQ(top.locked + top.crossed, 0u);
  books.engine.refuse(1, MessageKind::kDepth, Status::kBadNumber, books.now);
  EXPECT_EQ(books.top().fresh, 1u);
  EXPECT_EQ(books.top().bid_symbol, 0);
}

BOT4_TEST("a book that is too old for its composite is stale until its next depth") {
  Books books;
  books.snapshot(0, {1000, 5}, {1002, 7});
  EXPECT_EQ(books.top(1000 * kMs).fresh, 1u);
  EXPECT_EQ(books.top(1000 * kMs + 1).fresh, 0u);
  EXPECT_EQ(books.top(1000 * kMs + 1).stale, 1u);
  EXPECT_EQ(books.top(1000 * kMs + 1).bid_e8, std::int64_t{0});
  books.now += 2000 * kMs;
  books.snapshot(0, {1001, 5}, {1003, 7});
  EXPECT_EQ(books.top().fresh, 1u);
  EXPECT_EQ(books.top().bid_e8, std::int64_t{10'010'000'000});
}

BOT4_TEST("the composite's features compare a book with it, and are zero without two sides") {
  Books books;
  books.snapshot(1, {10'000, 400}, {10'010, 9});  // 100.00 / 100.10, alone: it is the composite.
  EXPECT_EQ(books.state(1).features[kCompositeDeviation], 0.0);
  EXPECT(books.state(1).features[kCompositeSpread] > 9.99 &&
         books.state(1).features[kCompositeSpread] < 10.0);
  books.snapshot(0, {1002, 5}, {1004, 7});  // 100.2 / 100.4: crossed with the other's ask.
  EXPECT_EQ(books.top().crossed, 1u);
  const double composite = (100.2 + 100.1) * 0.5;
  const double deviation = (100.3 / composite - 1.0) * 1e4;
  EXPECT(std::abs(books.state(0).features[kCompositeDeviation] - deviation) < 1e-9);
  EXPECT(std::abs(books.state(0).features[kCompositeSpread] + 0.1 / composite * 1e4) < 1e-9);
  books.engine.refuse(0, MessageKind::kUnknown, Status::kTruncated, books.now);
  EXPECT_EQ(books.state(0).features[kCompositeDeviation], 0.0);
  EXPECT_EQ(books.state(0).features[kCompositeSpread], 0.0);
}

BOT4_TEST("a decision sees the composite of its time: other members that moved, broke or aged") {
  Books books;
  books.snapshot(0, {1000, 5}, {1004, 7});  // 100.0 / 100.4.
  books.snapshot(1, {10'000, 400}, {10'040, 9});
  EXPECT_EQ(books.state(0).features[kCompositeDeviation], 0.0);
  const auto decide = [&books](std::int64_t after) {
    books.now += after;
    MarketMessage trade = kEmptyMessage;
    trade.kind = MessageKind::kTrade;
    trade.symbol = 0;
    trade.ticks = 1004;
    trade.lots = 1;
    EXPECT_EQ(books.engine.apply(trade, books.now), Status::kOk);
    return books.state(0).features[kCompositeSpread];
  };
  const double apart = decide(kMs);
  EXPECT(std::abs(apart - 0.4 / 100.2 * 1e4) < 1e-9);
  books.snapshot(1, {10'010, 400}, {10'020, 9});  // 100.1 / 100.2.
  EXPECT(std::abs(decide(kMs) - 0.1 / 100.15 * 1e4) < 1e-9);
  EXPECT(books.state(0).features[kCompositeDeviation] > 4.0);
  books.engine.refuse(1, MessageKind::kDepth, Status::kBadNumber, books.now);
  EXPECT_EQ(decide(kMs), apart);
  EXPECT_EQ(books.state(0).features[kCompositeDeviation], 0.0);
  EXPECT_EQ(decide(2000 * kMs), 0.0);  // Its own depth is too old as well: no composite.
}

BOT4_TEST("a composite over several shards is refused with the members and their shards") {
  const std::vector<CompositeSpec> composites = {{{0, 2}, 1}, {{1, 2}, 1}};
  EXPECT_EQ(composite_fault(composites, 1), std::string());
  EXPECT_EQ(composite_fault({composites.data(), composites.data() + 1}, 2), std::string());
  const std::string fault = composite_fault(composites, 2);
  EXPECT(fault.find("composites[1] has instrument 1 on shard 1 and instrument 2 on shard 0") == 0);
}

BOT4_TEST("a refused whole part or streamed snapshot breaks its book, a requested one does not") {
  Books books;
  books.snapshot(0, {1000, 5}, {1002, 7});
  books.snapshot(1, {10'003, 400}, {10'021, 9});
  books.feed(MessageKind::kPartial, 2, {1000, 5}, {1002, 7});
  books.snapshot(3, {1000, 5}, {1002, 7});
  for (int symbol = 0; symbol < 4; ++symbol) EXPECT(books.synchronised(symbol));
  books.engine.refuse(0, MessageKind::kSnapshot, Status::kBadNumber, books.now);
  EXPECT(books.synchronised(0));
  books.engine.refuse(0, MessageKind::kTrade, Status::kBadNumber, books.now);
  EXPECT(books.synchronised(0));
  books.engine.refuse(0, MessageKind::kPartial, Status::kBadNumber, books.now);
  EXPECT(!books.synchronised(0));
  books.engine.refuse(1, MessageKind::kSnapshot, Status::kMissingField, books.now);
  EXPECT(!books.synchronised(1));
  EXPECT_EQ(books.state(1).broken_by, static_cast<std::uint32_t>(Status::kMissingField));
  books.engine.refuse(2, MessageKind::kPartial, Status::kOffGrid, books.now);
  EXPECT(!books.synchronised(2));
  books.engine.refuse(3, MessageKind::kSnapshot, Status::kTruncated, books.now);
  EXPECT(!books.synchronised(3));
}

BOT4_TEST_MAIN
