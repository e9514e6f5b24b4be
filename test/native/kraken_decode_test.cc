#include <string>
#include <string_view>
#include <vector>

#include "decode/kraken.h"
#include "native/venue_decoder_fixture.h"

using namespace bot4;
using test::replaced;

namespace {

constexpr std::string_view kSnapshot =
    R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":63004.9,)"
    R"("qty":0.01876947},{"price":63003.3,"qty":0.00005100}],"asks":[{"price":63005.0,"qty":2.07265551}],)"
    R"("checksum":2531248887,"timestamp":"2026-08-01T02:53:53.398143Z"}]})";
constexpr std::string_view kUpdate =
    R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":63381.0,"qty":0.00000000},)"
    R"({"price":63376.4,"qty":0.00005100}],"asks":[],"checksum":3726153463,"timestamp":"2026-08-02T03:35:51.660084Z"}]})";
constexpr std::string_view kTrades =
    R"({"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.2,"qty":0.00027625,)"
    R"("ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"},{"symbol":"ETH/USD",)"
    R"("side":"sell","price":2910.55,"qty":0.00012460,"ord_type":"market","trade_id":10218209,)"
    R"("timestamp":"2023-10-06T17:35:56.123456Z"}]})";
constexpr std::string_view kHeartbeat = R"({"channel":"heartbeat"})";
constexpr std::string_view kAll[] = {kSnapshot, kUpdate, kTrades, kHeartbeat};

struct Fixture : test::VenueDecoderFixture<KrakenDecoder> {
  Fixture() {
    instruments.add("BTC/USD", 7, 1'000'000, 1, SequenceRule::kBinanceSpot);  // Another venue's.
    instruments.add("BTC/USD", 7, 10'000'000, 1, SequenceRule::kKrakenChecksum);
    instruments.add("ETH/USD", 7, 1'000'000, 1, SequenceRule::kKrakenChecksum);
  }
};

std::string recording(const char* name) {
  std::string path = __FILE__;
  path.resize(path.rfind("/test/"));
  return path + "/../shared/market/kraken_v2_raw/" + name;
}

}  // namespace

BOT4_TEST("a book snapshot becomes exact levels with the venue's checksum and no ids") {
  Fixture f;
  EXPECT_EQ(f.decode(kSnapshot), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kSnapshot);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.bid_count, 2);
  EXPECT_EQ(f.m.ask_count, 1);
  EXPECT_EQ(f.m.bids[0].ticks, std::int64_t{630049});
  EXPECT_EQ(f.m.bids[1].lots, std::int64_t{5100});
  EXPECT_EQ(f.m.asks[0].lots, std::int64_t{207265551});
  EXPECT_EQ(f.m.checksum, std::int64_t{2531248887});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1785552833398});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1785552833398});
  EXPECT_EQ(f.m.first_id, std::int64_t{0});
  EXPECT_EQ(f.m.last_id, std::int64_t{0});
  EXPECT_EQ(f.m.previous_id, std::int64_t{-1});
  EXPECT_EQ(f.m.sequence, std::int64_t{-1});
  EXPECT(!f.decoder.next(&f.m));
}

BOT4_TEST("a book update is a depth message whose zero quantities remove levels") {
  Fixture f;
  EXPECT_EQ(f.decode(kUpdate, 1), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kDepth);
  EXPECT_EQ(f.m.bid_count, 2);
  EXPECT_EQ(f.m.ask_count, 0);
  EXPECT_EQ(f.m.bids[0].ticks, std::int64_t{633810});
  EXPECT_EQ(f.m.bids[0].lots, std::int64_t{0});
  EXPECT_EQ(f.m.checksum, std::int64_t{3726153463});
  EXPECT_EQ(f.m.rounded, 0);
}

BOT4_TEST("each trade of a frame is an event of its own, with the taker's side and its own time") {
  Fixture f;
  EXPECT_EQ(f.decode(kTrades), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.ticks, std::int64_t{1059442});
  EXPECT_EQ(f.m.lots, std::int64_t{27625});
  EXPECT_EQ(f.m.aggressor, Side::kBuy);
  EXPECT(f.m.aggressor_given);
  EXPECT_EQ(f.m.trade_id, std::int64_t{10218208});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1696613755440});
  EXPECT(f.decoder.next(&f.m));
  EXPECT_EQ(f.m.symbol, 2);
  EXPECT_EQ(f.m.ticks, std::int64_t{291055});
  EXPECT_EQ(f.m.aggressor, Side::kSell);
  EXPECT_EQ(f.m.trade_id, std::int64_t{10218209});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1696613756123});
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
}

BOT4_TEST("past trades that a subscription repeats are skipped, but must be sound all the same") {
  Fixture f;
  const std::string past = replaced(kTrades, "update", "snapshot");
  EXPECT_EQ(f.decode(past), Status::kSkippedHistory);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decode(replaced(past, "105944.2", "105944.25")), Status::kOffGrid);
}

BOT4_TEST("heartbeats, the venue's status and answers say only that the connection lives") {
  Fixture f;
  constexpr std::string_view kAlive[] = {
      kHeartbeat,
      R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":7204881492680171915}]})",
      R"({"method":"pong","req_id":42,"time_in":"2023-09-25T09:05:00.123456Z","time_out":"2023-09-25T09:05:00.123500Z"})",
      R"({"method":"subscribe","result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true})",
      R"({"error":"Currency pair not supported","method":"subscribe","success":false,"symbol":"X/Y"})"};
  for (const std::string_view text : kAlive) {
    EXPECT_EQ(f.decode(text), Status::kOk);
    EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
    EXPECT(!f.decoder.next(&f.m));
  }
  EXPECT_EQ(f.decoder.fallbacks(), std::int64_t{0});
}

BOT4_TEST("a channel that is not read is refused as no book message") {
  Fixture f;
  EXPECT_EQ(f.decode(R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":1.5}]})"),
            Status::kUnknownEvent);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.decode(R"({"channel":"instrument","type":"snapshot","data":{"assets":[]}})"),
            Status::kUnknownEvent);
}

BOT4_TEST("any order of members and any white space give the same events, and are counted") {
  Fixture f;
  const test::Decoded exact = test::decode_all(f.decoder, kUpdate, -1, false);
  const std::string shuffled =
      "{ \"data\": [ {\"timestamp\":\"2026-08-02T03:35:51.660084Z\",\"asks\":[] ,\n\"checksum\" : 3726153463,"
      "\"bids\":[{\"qty\":0.00000000,\"price\":63381.0},{\"x\":[1,{\"y\":null}],\"price\":63376.4 ,\"qty\":0.00005100}],"
      "\"sym\\u0062ol\":\"BTC\\/USD\",\"new\":-1.5e+3}], \"type\":\"update\",\t\"channel\":\"book\"}  ";
  const test::Decoded general = test::decode_all(f.decoder, shuffled, -1, false);
  EXPECT_EQ(general.status, Status::kOk);
  EXPECT_EQ(general.events, exact.events);
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
  EXPECT_EQ(f.decoder.fallbacks(), std::int64_t{1});
}

BOT4_TEST("quantities off the step are rounded down, never to nothing, and counted") {
  Fixture f;
  Instruments coarse;
  coarse.add("BTC/USD", 7, 10'000'000, 10'000, SequenceRule::kKrakenChecksum);
  KrakenDecoder decoder(coarse);
  const test::PaddedFrame frame(kSnapshot);
  EXPECT_EQ(decoder.decode(frame.data(), frame.length(), -1, &f.m), Status::kOk);
  EXPECT_EQ(f.m.rounded, 3);
  EXPECT_EQ(f.m.bids[0].lots, std::int64_t{187});
  EXPECT_EQ(f.m.bids[1].lots, std::int64_t{1});
  const test::Decoded general = test::decode_all(decoder, kSnapshot, -1, true);
  EXPECT_EQ(general.events, test::decode_all(decoder, kSnapshot, -1, false).events);
}

BOT4_TEST("a refused frame says why, what it was and whose, and gives no event") {
  struct Case {
    std::string text;
    Status status;
    MessageKind kind;
    int symbol;
  };
  const auto book = [](std::string_view from, std::string_view to) {
    return replaced(kUpdate, from, to);
  };
  const auto trade = [](std::string_view from, std::string_view to) {
    return replaced(kTrades, from, to);
  };
  constexpr MessageKind kDepth = MessageKind::kDepth;
  constexpr MessageKind kTrade = MessageKind::kTrade;
  const Case cases[] = {
      {book("63381.0", "63381.05"), Status::kOffGrid, kDepth, 1},
      {book("63381.0", "0.0"), Status::kNegative, kDepth, 1},
      {book("63381.0", "-1.0"), Status::kNegative, kDepth, 1},
      {book("0.00005100", "-0.1"), Status::kNegative, kDepth, 1},
      {book("63381.0", "6.3e4"), Status::kBadNumber, kDepth, 1},
      {book("63381.0", "\"63381.0\""), Status::kUnexpectedToken, kDepth, 1},
      {book("0.00005100", "0.000051001"), Status::kBadNumber, kDepth, 1},
      {book("0.00005100", "123456789012"), Status::kNumberOverflow, kDepth, 1},
      {book("0.00005100", "90071992.54740992"), Status::kNumberOverflow, kDepth, 1},
      {book("3726153463", "4294967296"), Status::kNumberOverflow, kDepth, 1},
      {book("\"checksum\":3726153463,", ""), Status::kMissingField, kDepth, 1},
      {book("\"asks\":[],", ""), Status::kMissingField, kDepth, 1},
      {book("\"asks\":[],", "\"asks\":[],\"asks\":[],"), Status::kDuplicateField, kDepth, 1},
      {book("\"price\":63381.0,", ""), Status::kMissingField, kDepth, 1},
      {book(",\"qty\":0.00005100", ""), Status::kMissingField, kDepth, 1},
      {book("{\"price\":63376.4", "{\"price\":1,\"price\":63376.4"), Status::kDuplicateField, kDepth, 1},
      {book("\"symbol\":\"BTC/USD\",", ""), Status::kSymbolMissing, kDepth, -1},
      {book("BTC/USD", "XRP/USD"), Status::kUnknownSymbol, kDepth, -1},
      {book("BTC/USD", "A name that is longer than any"), Status::kUnknownSymbol, kDepth, -1},
      {book("2026-08-02T", "2026-02-30T"), Status::kUnexpectedToken, kDepth, 1},
      {book("084Z", "084"), Status::kUnexpectedToken, kDepth, 1},
      {book("\"update\"", "\"delta\""), Status::kUnexpectedToken, kDepth, 1},
      {book("\"type\":\"update\",", ""), Status::kMissingField, kDepth, 1},
      {book("\"data\":[", "\"data\":[],\"more\":["), Status::kMissingField, kDepth, 1},
      {std::string(kUpdate) + "{}", Status::kTrailingBytes, kDepth, 1},
      {replaced(kSnapshot, "63004.9", "63004.95"), Status::kOffGrid, MessageKind::kSnapshot, 1},
      {trade("2910.55", "2910.555"), Status::kOffGrid, kTrade, -1},  // One of two instruments.
      {trade("\"buy\"", "\"bought\""), Status::kUnexpectedToken, kTrade, -1},
      {trade("105944.2", "0.0"), Status::kNegative, kTrade, -1},
      {trade("0.00027625", "0.0"), Status::kNegative, kTrade, -1},
      {trade("10218208", "9007199254740992"), Status::kNumberOverflow, kTrade, -1},
      {trade("\"trade_id\":10218209,", ""), Status::kMissingField, kTrade, -1},
      {R"({"type":"update","data":[]})", Status::kMissingField, MessageKind::kUnknown, -1},
      {R"({"channel":"book","channel":"trade"})", Status::kDuplicateField, MessageKind::kUnknown, -1},
      {"[]", Status::kUnexpectedToken, MessageKind::kUnknown, -1},
      {"\xEF\xBB\xBF" + std::string(kUpdate), Status::kUnexpectedToken, MessageKind::kUnknown, -1},
      {"", Status::kTruncated, MessageKind::kUnknown, -1},
  };
  Fixture f;
  for (const Case& c : cases) {
    const Status status = f.decode(c.text);
    EXPECT_EQ(status, c.status);
    EXPECT_EQ(f.m.kind, c.kind);
    EXPECT_EQ(f.m.symbol, c.symbol);
    if (status != c.status) std::fprintf(stderr, "  of %s\n", c.text.c_str());
    EXPECT(!f.decoder.next(&f.m));
    EXPECT(f.agree(c.text));
  }
  EXPECT_EQ(f.decode(kUpdate, 2), Status::kWrongSymbol);
  EXPECT_EQ(f.m.symbol, 2);
  EXPECT_EQ(f.decode(kUpdate, 3), Status::kUnknownSymbol);
  EXPECT_EQ(f.decode(kUpdate, -2), Status::kUnknownSymbol);
}

BOT4_TEST("a frame cut off anywhere is refused, whatever stands behind it") {
  Fixture f;
  for (const std::string_view text : kAll) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      EXPECT(f.decode(text.substr(0, length)) != Status::kOk);
      EXPECT(!f.decoder.next(&f.m));
    }
    // The rest of the frame itself behind the cut: nothing beyond the length may be read as part.
    for (std::size_t length = 0; length < text.size(); ++length) {
      const test::PaddedFrame whole(text);
      EXPECT(f.decoder.decode(whole.data(), length, -1, &f.m) != Status::kOk);
    }
  }
}

BOT4_TEST("more levels or trades than the decoder holds are refused whole") {
  Fixture f;
  const auto book = [](int levels) {
    std::string text = R"({"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[)";
    for (int i = 0; i < levels; ++i) text += (i > 0 ? "," : "") + std::string(R"({"price":1.5,"qty":1.0})");
    return text + R"(],"asks":[],"checksum":1,"timestamp":"2026-08-02T03:35:51Z"}]})";
  };
  EXPECT_EQ(f.decode(book(KrakenDecoder::kMaxLevels)), Status::kOk);
  EXPECT_EQ(f.m.bid_count, KrakenDecoder::kMaxLevels);
  EXPECT_EQ(f.decode(book(KrakenDecoder::kMaxLevels + 1)), Status::kTooManyLevels);
  const auto trades = [](int count) {
    std::string text = R"({"channel":"trade","type":"update","data":[)";
    for (int i = 0; i < count; ++i) {
      text += (i > 0 ? "," : "") + std::string(
          R"({"symbol":"BTC/USD","side":"buy","price":1.5,"qty":1.0,"ord_type":"limit","trade_id":7,"timestamp":"2026-08-02T03:35:51Z"})");
    }
    return text + "]}";
  };
  EXPECT_EQ(test::decode_all(f.decoder, trades(KrakenDecoder::kMaxEvents), -1, false).count,
            KrakenDecoder::kMaxEvents);
  EXPECT_EQ(f.decode(trades(KrakenDecoder::kMaxEvents + 1)), Status::kTooManyLevels);
}

BOT4_TEST("both forms read every recorded frame alike, and every book message by its exact shape") {
  for (const char* name : {"kraken_btcusd_l2.ws.gz", "kraken_btcusd_sample.ws.gz"}) {
    const std::vector<std::string> frames = test::recorded_frames(recording(name));
    if (frames.empty()) {
      std::printf("     skipped: %s is not here\n", name);
      continue;
    }
    Fixture f;
    std::int64_t books = 0;
    for (const std::string& frame : frames) {
      EXPECT(f.agree(frame));
      EXPECT_EQ(f.decode(frame), Status::kOk);
      const bool book = f.m.kind == MessageKind::kDepth || f.m.kind == MessageKind::kSnapshot;
      books += book;
      EXPECT_EQ(f.m.checksum >= 0, book);
    }
    EXPECT(books > 300);
    EXPECT_EQ(f.decoder.fallbacks(), std::int64_t{0});
  }
}

BOT4_TEST("both forms say the same of 150,000 mutants, and accept only JSON") {
  Fixture f;
  test::Random random(20260801);
  std::vector<std::string> seeds(std::begin(kAll), std::end(kAll));
  const std::vector<std::string> frames = test::recorded_frames(recording("kraken_btcusd_l2.ws.gz"));
  seeds.insert(seeds.end(), frames.begin(), frames.end());
  std::int64_t accepted = 0;
  const int count = test::emulated() ? 3000 : 150'000;
  for (int i = 0; i < count; ++i) {
    const std::string& seed = seeds[static_cast<std::size_t>(random.below(std::ssize(seeds)))];
    const std::string text = test::mutant(seed, random);
    if (!f.agree(text, static_cast<int>(random.below(3)) - 1)) {
      test::fail(__FILE__, __LINE__, "the forms differ on " + text);
      return;
    }
    accepted += f.decode(text) == Status::kOk;
  }
  EXPECT(accepted > count / 100);  // Else the mutants would show nothing of what is accepted.
  EXPECT(f.decoder.exact_hits() > count / 100);
}

BOT4_TEST_MAIN

BOT4_TEST("values that nobody asks for are read 32 levels deep, as other venues' are") {
  Fixture f;
  const auto nested = [](std::size_t levels) {
    return R"({"method":"pong","x":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(f.decode(nested(32)), Status::kOk);
  EXPECT_EQ(f.decode(nested(33)), Status::kTooLong);
}
