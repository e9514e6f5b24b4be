// Kraken's book checksum: against the venue's own on every recorded message, and against a plain
// reference on random books.
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "book/book_checksum.h"
#include "book/book_sync.h"
#include "book/crc32.h"
#include "native/kraken_lines.h"
#include "native/testing.h"

using namespace bot4;

namespace {

/// ../shared beside the working copy, wherever the test runs.
std::string recording(const char* name) {
  const std::string here(__FILE__);
  const std::string root = here.substr(0, here.rfind("test/native/"));
  return root + "../shared/market/kraken_v2_raw/" + name;
}

/// A CRC-32 bit by bit.
std::uint32_t slow_crc32(const std::string& data) {
  std::uint32_t state = 0xFFFFFFFFu;
  for (const char c : data) {
    state ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) state = (state >> 1) ^ ((state & 1u) != 0 ? 0xEDB88320u : 0u);
  }
  return ~state;
}

std::uint32_t whole_crc32(const std::string& data) {
  return crc32_finish(crc32_update(kCrc32Start, data.data(), data.size()));
}

std::uint32_t slow_checksum(const L2Book& book, std::int64_t price_factor,
                            std::int64_t quantity_factor) {
  std::string text;
  for (const Side side : {Side::kSell, Side::kBuy}) {
    int count = 0;
    book.visit(side, [&](std::int64_t ticks, std::int64_t lots) {
      text += std::to_string(ticks * price_factor) + std::to_string(lots * quantity_factor);
      return ++count < 10;
    });
  }
  return slow_crc32(text);
}

InstrumentSpec kraken_spec(int depth) {
  Instruments list;
  list.add("BTC/USD", 7, 10'000'000, 1, SequenceRule::kKrakenChecksum, depth, 1, 8);
  return list[0];
}

MarketMessage message(MessageKind kind, const std::vector<Level>& bids,
                      const std::vector<Level>& asks, std::int64_t checksum) {
  MarketMessage m{};
  m.kind = kind;
  m.bids = bids.data();
  m.asks = asks.data();
  m.bid_count = static_cast<int>(bids.size());
  m.ask_count = static_cast<int>(asks.size());
  m.checksum = checksum;
  return m;
}

Status feed(BookSync& sync, const test::KrakenBookLine& line) {
  return line.message.kind == MessageKind::kSnapshot
             ? sync.on_snapshot(line.message, line.received_ns)
             : sync.on_depth(line.message, line.received_ns);
}

/// Whether the recordings lie beside this copy; a copy without them has the literal book below.
bool has(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::printf("     (no recording at %s)\n", path.c_str());
    return false;
  }
  std::fclose(file);
  return true;
}

void expect_recording(const char* name, int depth, std::size_t messages, std::int64_t last) {
  const std::string path = recording(name);
  if (!has(path)) return;
  const auto lines = test::read_kraken(path, 1, 8);
  EXPECT_EQ(lines.size(), messages);
  if (lines.empty()) return;
  EXPECT_EQ(lines.back().message.checksum, last);
  BookSync sync(0, kraken_spec(depth));
  for (const auto& line : lines) EXPECT_EQ(feed(sync, line), Status::kOk);
  EXPECT_EQ(sync.counters().checksum_checks, static_cast<std::int64_t>(messages));
  EXPECT_EQ(sync.counters().checksum_mismatches, std::int64_t{0});
  EXPECT_EQ(sync.book().size(Side::kBuy), std::int64_t{depth});
  EXPECT_EQ(sync.book().size(Side::kSell), std::int64_t{depth});
}

}  // namespace

BOT4_TEST("the CRC-32 is zlib's, whatever the length and however it is cut") {
  EXPECT_EQ(whole_crc32("123456789"), 0xCBF43926u);  // The check value of CRC-32/ISO-HDLC.
  EXPECT_EQ(whole_crc32(""), 0u);
  test::Random random(31);
  std::string data;
  for (int size = 0; size < 70; ++size) {
    EXPECT_EQ(whole_crc32(data), slow_crc32(data));
    const auto cut = static_cast<std::size_t>(random.below(size + 1));
    const std::uint32_t half = crc32_update(kCrc32Start, data.data(), cut);
    EXPECT_EQ(crc32_finish(crc32_update(half, data.data() + cut, data.size() - cut)),
              slow_crc32(data));
    data += static_cast<char>(random.below(256));
  }
}

BOT4_TEST("a recorded Kraken snapshot has the checksum the venue gave it") {
  const std::vector<Level> bids = {{630049, 1876947}, {630033, 5100},    {630026, 1602600},
                                   {630002, 5100},    {630000, 8325683}, {629970, 9705100},
                                   {629939, 5100},    {629918, 158700},  {629916, 11000000},
                                   {629889, 10000000}};
  const std::vector<Level> asks = {{630050, 207265551}, {630051, 55006860}, {630052, 79358539},
                                   {630058, 1537966},   {630059, 11835139}, {630060, 4761452},
                                   {630063, 23809955},  {630065, 79356896}, {630073, 6000000},
                                   {630084, 57100}};
  BookSync sync(0, kraken_spec(10));
  EXPECT_EQ(sync.on_snapshot(message(MessageKind::kSnapshot, bids, asks, 2531248887), 1),
            Status::kOk);
  const std::vector<Level> first_update = {{630050, 208665551}};
  EXPECT_EQ(sync.on_depth(message(MessageKind::kDepth, {}, first_update, 2532652056), 2),
            Status::kOk);
  EXPECT_EQ(sync.on_depth(message(MessageKind::kDepth, {}, first_update, 2532652057), 3),
            Status::kChecksumMismatch);
  EXPECT_EQ(sync.state(), SyncState::kBroken);
  EXPECT_EQ(sync.broken_by(), Status::kChecksumMismatch);
  EXPECT(!sync.book().two_sided());
  EXPECT_EQ(sync.on_depth(message(MessageKind::kDepth, {}, first_update, 2532652056), 4),
            Status::kStaleUpdate);
  EXPECT_EQ(sync.on_snapshot(message(MessageKind::kSnapshot, bids, asks, -1), 5),
            Status::kChecksumMismatch);  // A venue of checksums may not leave one out.
  EXPECT_EQ(sync.on_snapshot(message(MessageKind::kSnapshot, bids, asks, 2531248887), 6),
            Status::kOk);
  EXPECT_EQ(sync.counters().checksum_mismatches, std::int64_t{2});
}

BOT4_TEST("every recorded Kraken message leaves the book with the venue's checksum") {
  expect_recording("kraken_btcusd_l2.ws.gz", 10, 301, 3793782525);
  expect_recording("kraken_btcusd_sample.ws.gz", 25, 2052, 511166246);
}

BOT4_TEST("an altered quantity or checksum is found at once") {
  const std::string path = recording("kraken_btcusd_l2.ws.gz");
  if (!has(path)) return;
  const auto lines = test::read_kraken(path, 1, 8);
  int altered_quantities = 0;
  for (std::size_t at = 1; at < lines.size(); at += 3) {
    const test::KrakenBookLine& line = lines[at];
    if (line.message.kind == MessageKind::kSnapshot) continue;
    auto other = line.message;
    other.checksum ^= 1;
    BookSync right(0, kraken_spec(10)), wrong_sum(0, kraken_spec(10)), wrong_level(0, kraken_spec(10));
    for (std::size_t i = 0; i < at; ++i) {
      for (BookSync* sync : {&right, &wrong_sum, &wrong_level}) feed(*sync, lines[i]);
    }
    EXPECT_EQ(wrong_sum.on_depth(other, 1), Status::kChecksumMismatch);
    EXPECT_EQ(feed(right, line), Status::kOk);
    for (const Side side : {Side::kBuy, Side::kSell}) {
      std::vector<Level> levels = side == Side::kBuy ? line.bids : line.asks;
      if (levels.empty() || levels[0].lots == 0) continue;
      if (right.book().quantity(side, levels[0].ticks) != levels[0].lots) continue;
      levels[0].lots += 1;
      other = line.message;
      (side == Side::kBuy ? other.bids : other.asks) = levels.data();
      EXPECT_EQ(wrong_level.on_depth(other, 1), Status::kChecksumMismatch);
      ++altered_quantities;
      break;
    }
  }
  EXPECT(altered_quantities > 50);
}

BOT4_TEST("most lost updates are found by a later checksum, and every snapshot heals the book") {
  const std::string path = recording("kraken_btcusd_l2.ws.gz");
  if (!has(path)) return;
  const auto lines = test::read_kraken(path, 1, 8);
  int lost_updates = 0, found = 0;
  for (std::size_t lost = 1; lost < lines.size(); lost += 3) {
    if (lines[lost].message.kind == MessageKind::kSnapshot) continue;
    BookSync sync(0, kraken_spec(10));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i == lost) continue;
      const Status status = feed(sync, lines[i]);
      if (lines[i].message.kind == MessageKind::kSnapshot) EXPECT_EQ(status, Status::kOk);
    }
    ++lost_updates;
    found += sync.counters().checksum_mismatches > 0 ? 1 : 0;
  }
  EXPECT(found * 4 > lost_updates * 3);  // The rest were overwritten by the very next message.
  std::printf("     (%d of %d lost updates found)\n", found, lost_updates);
}

BOT4_TEST("the incremental checksum equals the whole one on random books") {
  for (const auto& [price_factor, quantity_factor] :
       {std::pair<std::int64_t, std::int64_t>{1, 1}, {5, 1000}, {100, 25}}) {
    test::Random random(32 + static_cast<std::uint64_t>(price_factor));
    L2Book book;
    BookChecksum checksum(price_factor, quantity_factor);
    std::int64_t mid = 1000;
    for (int n = 0; n < 40000; ++n) {
      for (std::int64_t k = random.below(3); k > 0; --k) {
        const Side side = random.below(2) == 0 ? Side::kBuy : Side::kSell;
        const std::int64_t away = 1 + random.below(random.below(4) == 0 ? 200 : 12);
        const std::int64_t ticks = mid + (side == Side::kBuy ? -away : away);
        book.set(side, ticks, random.below(2) == 0 ? 0 : random.below(3000));
        checksum.touch(side, ticks);
      }
      if (random.below(500) == 0) {
        book.clear();
        checksum.reset();
        mid = 500 + random.below(100000);
      }
      EXPECT_EQ(checksum.value(book), slow_checksum(book, price_factor, quantity_factor));
    }
  }
}

BOT4_TEST("levels beyond the subscribed depth are dropped, by updates and by snapshots") {
  InstrumentSpec spec = kraken_spec(3);
  spec.rule = SequenceRule::kCoinbaseSequence;
  BookSync sync(0, spec);
  const std::vector<Level> bids = {{100, 1}, {99, 2}, {98, 3}, {97, 4}};
  const std::vector<Level> asks = {{101, 1}, {102, 2}};
  EXPECT_EQ(sync.on_snapshot(message(MessageKind::kSnapshot, bids, asks, -1), 1), Status::kOk);
  EXPECT_EQ(sync.book().size(Side::kBuy), std::int64_t{3});
  EXPECT_EQ(sync.book().worst(Side::kBuy), std::int64_t{98});
  const std::vector<Level> more = {{103, 3}, {70000000, 5}, {104, 4}};
  EXPECT_EQ(sync.on_depth(message(MessageKind::kDepth, {}, more, -1), 2), Status::kOk);
  EXPECT_EQ(sync.book().size(Side::kSell), std::int64_t{3});
  EXPECT_EQ(sync.book().worst(Side::kSell), std::int64_t{103});
}

BOT4_TEST("digits follow the decimals the venue prints, and decimals that cannot show a grid are none") {
  EXPECT_EQ(InstrumentSpec::digit_factor(10'000'000, 1), std::int64_t{1});
  EXPECT_EQ(InstrumentSpec::digit_factor(50'000'000, 1), std::int64_t{5});
  EXPECT_EQ(InstrumentSpec::digit_factor(100'000'000, 1), std::int64_t{10});
  EXPECT_EQ(InstrumentSpec::digit_factor(1, 8), std::int64_t{1});
  EXPECT_EQ(InstrumentSpec::digit_factor(1, 7), std::int64_t{0});
  EXPECT_EQ(InstrumentSpec::digit_factor(1, 9), std::int64_t{0});
  EXPECT_EQ(InstrumentSpec::digit_factor(25'000'000, InstrumentSpec::kDecimalsOfGrid),
            std::int64_t{25});
  EXPECT_EQ(InstrumentSpec::digit_factor(100'000'000'000, InstrumentSpec::kDecimalsOfGrid),
            std::int64_t{1000});
}

BOT4_TEST_MAIN
