#include <string>
#include <string_view>
#include <vector>

#include "decode/coinbase.h"
#include "native/venue_decoder_fixture.h"

using namespace bot4;
using test::replaced;

namespace {

constexpr std::string_view kSnapshot =
    R"({"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z","sequence_num":0,"events":[)"
    R"({"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"1970-01-01T00:00:00Z",)"
    R"("price_level":"68900.00","new_quantity":"1.50000000"},{"side":"bid","event_time":"1970-01-01T00:00:00Z",)"
    R"("price_level":"68899.5","new_quantity":"0.75"},{"side":"offer","event_time":"1970-01-01T00:00:00Z",)"
    R"("price_level":"68901","new_quantity":"2"}]}]})";
constexpr std::string_view kUpdate =
    R"({"channel":"l2_data","timestamp":"2026-09-26T04:15:38.40993531Z","sequence_num":17,"events":[)"
    R"({"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-09-26T04:15:38.391474Z",)"
    R"("price_level":"68900.00","new_quantity":"2.00000000"},{"side":"offer","event_time":"2026-09-26T04:15:38.392474Z",)"
    R"("price_level":"68901.00","new_quantity":"0"}]},{"type":"update","product_id":"ETH-USD","updates":[)"
    R"({"side":"offer","event_time":"2026-09-26T04:15:39Z","price_level":"2910.55","new_quantity":"3.5"}]}]})";
constexpr std::string_view kDocumentedTrades =
    R"({"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:02.789012Z","sequence_num":5,"events":[)"
    R"({"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000",)"
    R"("side":"BUY","time":"2026-04-07T14:30:02.789012Z"},{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.00",)"
    R"("size":"0.05000000","side":"SELL","time":"2026-04-07T14:30:02.800000Z"}]}]})";
constexpr std::string_view kFeedTrades =
    R"({"channel":"market_trades","timestamp":"2026-09-22T23:19:47Z","sequence_num":3,"events":[{"type":"update","trades":[)"
    R"({"product_id":"BTC-USD","trade_id":"11","price":"63001","size":"0.2","time":"2026-09-22T23:19:46.5Z","side":"SELL"},)"
    R"({"product_id":"BTC-USD","trade_id":"10","price":"63000","size":"0.1","time":"2026-09-22T23:19:46.1Z","side":"BUY"}]}]})";
constexpr std::string_view kHeartbeat =
    R"({"channel":"heartbeats","client_id":"","timestamp":"2026-04-07T14:30:10.000000Z","sequence_num":18,"events":[)"
    R"({"current_time":"2026-04-07 14:30:10.000000000+00:00","heartbeat_counter":42}]})";
constexpr std::string_view kSubscriptions =
    R"({"channel":"subscriptions","client_id":"","timestamp":"2026-04-07T14:30:00.000000Z","sequence_num":19,"events":[)"
    R"({"subscriptions":{"level2":["BTC-USD"],"market_trades":["BTC-USD","ETH-USD"]}}]})";
constexpr std::string_view kAll[] = {kSnapshot,   kUpdate,    kDocumentedTrades,
                                     kFeedTrades, kHeartbeat, kSubscriptions};

struct Fixture : test::VenueDecoderFixture<CoinbaseDecoder> {
  Fixture() {
    instruments.add("BTC-USD", 7, 10'000'000, 1, SequenceRule::kBinanceSpot);  // Another venue's.
    instruments.add("BTC-USD", 7, 1'000'000, 1, SequenceRule::kCoinbaseSequence);
    instruments.add("ETH-USD", 7, 1'000'000, 1, SequenceRule::kCoinbaseSequence);
  }
};

}  // namespace

BOT4_TEST("a level2 snapshot becomes the whole book with the connection's sequence") {
  Fixture f;
  EXPECT_EQ(f.decode(kSnapshot), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kSnapshot);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.bid_count, 2);
  EXPECT_EQ(f.m.ask_count, 1);
  EXPECT_EQ(f.m.bids[0].ticks, std::int64_t{6890000});
  EXPECT_EQ(f.m.bids[1].lots, std::int64_t{75000000});
  EXPECT_EQ(f.m.asks[0].ticks, std::int64_t{6890100});
  EXPECT_EQ(f.m.sequence, std::int64_t{0});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1775572200123});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{0});  // The venue says 1970: no time.
  EXPECT_EQ(f.m.checksum, std::int64_t{-1});
  EXPECT_EQ(f.m.previous_id, std::int64_t{-1});
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
}

BOT4_TEST("each event of an update is given in turn, to the product it names") {
  Fixture f;
  EXPECT_EQ(f.decode(kUpdate), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kDepth);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.bid_count, 1);
  EXPECT_EQ(f.m.ask_count, 1);
  EXPECT_EQ(f.m.asks[0].lots, std::int64_t{0});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1790396138409});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1790396138392});
  EXPECT(f.decoder.next(&f.m));
  EXPECT_EQ(f.m.symbol, 2);
  EXPECT_EQ(f.m.bid_count, 0);
  EXPECT_EQ(f.m.ask_count, 1);
  EXPECT_EQ(f.m.asks[0].ticks, std::int64_t{291055});
  EXPECT_EQ(f.m.asks[0].lots, std::int64_t{350000000});
  EXPECT_EQ(f.m.sequence, std::int64_t{17});
  EXPECT_EQ(f.m.event_ms, std::int64_t{1790396138409});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1790396139000});
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
}

BOT4_TEST("the aggressor of a trade is the other side than the maker's that the venue gives") {
  Fixture f;
  EXPECT_EQ(f.decode(kDocumentedTrades), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT_EQ(f.m.aggressor, Side::kSell);
  EXPECT(f.m.aggressor_given);
  EXPECT_EQ(f.m.trade_id, std::int64_t{995098700});
  EXPECT_EQ(f.m.ticks, std::int64_t{6890050});
  EXPECT_EQ(f.m.lots, std::int64_t{150000});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1775572202789});
  EXPECT(f.decoder.next(&f.m));
  EXPECT_EQ(f.m.trade_id, std::int64_t{995098701});
  EXPECT_EQ(f.m.aggressor, Side::kBuy);
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
}

BOT4_TEST("trades that the feed lists newest first are given oldest first") {
  Fixture f;
  EXPECT_EQ(f.decode(kFeedTrades), Status::kOk);
  EXPECT_EQ(f.m.trade_id, std::int64_t{10});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1790119186100});
  EXPECT(f.decoder.next(&f.m));
  EXPECT_EQ(f.m.trade_id, std::int64_t{11});
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
  EXPECT(f.agree(kFeedTrades));
}

BOT4_TEST("trades of several products in one event are put in order for each product") {
  Fixture f;
  const auto trade = [](const char* product, int id) {
    return std::string(R"({"product_id":")") + product + R"(","trade_id":")" + std::to_string(id) +
           R"(","price":"9.50","size":"1","time":"2026-09-22T23:19:46Z","side":"BUY"})";
  };
  const std::string text =
      R"({"channel":"market_trades","client_id":"","timestamp":"2026-09-22T23:19:46.5Z",)"
      R"("sequence_num":3,"events":[{"type":"update","trades":[)" +
      trade("BTC-USD", 52) + "," + trade("ETH-USD", 7) + "," + trade("BTC-USD", 51) + "," +
      trade("ETH-USD", 8) + "," + trade("BTC-USD", 50) + "]}]}";
  EXPECT_EQ(f.decode(text), Status::kOk);
  std::string order;
  do {
    order += std::to_string(f.m.symbol) + ":" + std::to_string(f.m.trade_id) + " ";
  } while (f.decoder.next(&f.m));
  EXPECT_EQ(order, "1:50 2:7 1:51 2:8 1:52 ");
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
  EXPECT(f.agree(text));
}

BOT4_TEST("a trade id that is no number becomes 0") {
  Fixture f;
  EXPECT_EQ(f.decode(replaced(kFeedTrades, "\"11\"", "\"a-11\"")), Status::kOk);
  EXPECT_EQ(f.m.trade_id, std::int64_t{0});
  EXPECT_EQ(f.decode(replaced(kFeedTrades, "\"11\"", "\"99999999999999999999\"")), Status::kOk);
  EXPECT_EQ(f.m.trade_id, std::int64_t{0});
}

BOT4_TEST("past trades are left out, and a frame of nothing else is skipped with its sequence") {
  Fixture f;
  const std::string past = replaced(kFeedTrades, "update", "snapshot");
  EXPECT_EQ(f.decode(past), Status::kSkippedHistory);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT_EQ(f.m.sequence, std::int64_t{3});
  EXPECT(!f.decoder.next(&f.m));
  EXPECT_EQ(f.decode(replaced(past, "63001", "63001.001")), Status::kOffGrid);
  const std::string both = replaced(
      past, "}]}]}",
      R"(}]},{"type":"update","trades":[{"product_id":"ETH-USD","trade_id":"7","price":"9.5","size":"1","time":"2026-09-22T23:19:46Z","side":"BUY"}]}]})");
  EXPECT_EQ(f.decode(both), Status::kOk);
  EXPECT_EQ(f.m.symbol, 2);
  EXPECT_EQ(f.m.trade_id, std::int64_t{7});
  EXPECT(!f.decoder.next(&f.m));
}

BOT4_TEST("heartbeats, answers and frames without events carry nothing but the sequence") {
  Fixture f;
  EXPECT_EQ(f.decode(kHeartbeat), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.sequence, std::int64_t{18});
  EXPECT_EQ(f.decode(kSubscriptions), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.sequence, std::int64_t{19});
  EXPECT_EQ(f.decoder.fallbacks(), std::int64_t{0});
  EXPECT_EQ(f.decode(R"({"channel":"l2_data","sequence_num":20,"events":[]})"), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.sequence, std::int64_t{20});
  EXPECT(!f.decoder.next(&f.m));
}

BOT4_TEST("a channel that is not read is refused as no book message and keeps its sequence") {
  Fixture f;
  EXPECT_EQ(f.decode(R"({"channel":"ticker","sequence_num":12,"events":[{"tickers":[{"product_id":"BTC-USD"}]}]})"),
            Status::kUnknownEvent);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.sequence, std::int64_t{12});
  EXPECT_EQ(f.decode(R"({"type":"error","message":"authentication failure"})"), Status::kUnknownEvent);
  EXPECT_EQ(f.m.kind, MessageKind::kHeartbeat);
  EXPECT_EQ(f.m.sequence, std::int64_t{-1});
}

BOT4_TEST("any order of members and any white space give the same events, and are counted") {
  Fixture f;
  const test::Decoded exact = test::decode_all(f.decoder, kFeedTrades, -1, false);
  const std::string shuffled =
      R"({ "events":[{"trades":[{"size":"0.2","time":"2026-09-22T23:19:46.500000Z","side":"SELL","product_id":"BTC-USD",)"
      R"("trade_id":"11", "price":"63001"},{"new":{"a":[true,null]},"product_id":"BTC\u002dUSD","trade_id":"10","price":"63000",)"
      R"("size":"0.1","time":"2026-09-22T23:19:46.1Z","side":"BUY"}] , "type":"update"}],)"
      R"("sequence_num":3,"timestamp":"2026-09-22T23:19:47Z","channel":"market_trades" } )";
  const test::Decoded general = test::decode_all(f.decoder, shuffled, -1, false);
  EXPECT_EQ(general.status, Status::kOk);
  EXPECT_EQ(general.events, exact.events);
  EXPECT_EQ(f.decoder.exact_hits(), std::int64_t{1});
  EXPECT_EQ(f.decoder.fallbacks(), std::int64_t{1});
}

BOT4_TEST("a refused frame says why, what it was and whose, and gives no event") {
  struct Case {
    std::string text;
    Status status;
    MessageKind kind;
    int symbol;
    std::int64_t sequence;
  };
  const auto book = [](std::string_view from, std::string_view to) {
    return replaced(kSnapshot, from, to);
  };
  const auto trade = [](std::string_view from, std::string_view to) {
    return replaced(kFeedTrades, from, to);
  };
  constexpr MessageKind kDepth = MessageKind::kDepth;
  constexpr MessageKind kTrade = MessageKind::kTrade;
  const Case cases[] = {
      {book("68900.00", "68900.001"), Status::kOffGrid, kDepth, 1, 0},
      {book("68900.00", "0"), Status::kNegative, kDepth, 1, 0},
      {book("68900.00", "-1"), Status::kNegative, kDepth, 1, 0},
      {book("68900.00", "1e3"), Status::kBadNumber, kDepth, 1, 0},
      {book("68900.00", ""), Status::kBadNumber, kDepth, 1, 0},
      {book("\"68900.00\"", "68900.00"), Status::kUnexpectedToken, kDepth, 1, 0},
      {book("1.50000000", "-1.5"), Status::kNegative, kDepth, 1, 0},
      {book("1.50000000", "1.500000000"), Status::kBadNumber, kDepth, 1, 0},
      {book("1.50000000", "90071992.54740992"), Status::kNumberOverflow, kDepth, 1, 0},
      {book("\"bid\"", "\"ask\""), Status::kUnexpectedToken, kDepth, 1, 0},
      {book("\"side\":\"bid\",", ""), Status::kMissingField, kDepth, 1, 0},
      {book(",\"new_quantity\":\"2\"", ""), Status::kMissingField, kDepth, 1, 0},
      {book("\"side\":\"bid\",", "\"side\":\"bid\",\"side\":\"bid\","), Status::kDuplicateField, kDepth, 1, 0},
      {book("\"type\":\"snapshot\",", ""), Status::kMissingField, kDepth, 1, 0},
      {book("snapshot", "l2update"), Status::kUnexpectedToken, kDepth, 1, 0},
      {book("1970-01-01T00:00:00Z", "1970-01-01 00:00:00Z"), Status::kUnexpectedToken, kDepth, 1, 0},
      {book("\"product_id\":\"BTC-USD\",", ""), Status::kSymbolMissing, kDepth, -1, -1},
      {book("BTC-USD", "XRP-USD"), Status::kUnknownSymbol, kDepth, -1, 0},
      {book("\"sequence_num\":0,", ""), Status::kMissingField, kDepth, 1, -1},
      {book("\"sequence_num\":0", "\"sequence_num\":-1"), Status::kNegative, kDepth, -1, -1},
      {book("\"sequence_num\":0", "\"sequence_num\":9007199254740992"), Status::kNumberOverflow, kDepth, -1, -1},
      {std::string(kSnapshot) + "{}", Status::kTrailingBytes, kDepth, 1, -1},
      // Which book of two an unread update was for is not known: the sequence must show a gap.
      {replaced(kUpdate, "2910.55", "2910.555"), Status::kOffGrid, kDepth, -1, -1},
      {trade("63001", "63001.001"), Status::kOffGrid, kTrade, 1, 3},
      {trade("\"SELL\"", "\"UNKNOWN_ORDER_SIDE\""), Status::kUnexpectedToken, kTrade, 1, 3},
      {trade("63001", "0"), Status::kNegative, kTrade, 1, 3},
      {trade("\"0.2\"", "\"0.0\""), Status::kNegative, kTrade, 1, 3},
      {trade("\"trade_id\":\"11\",", ""), Status::kMissingField, kTrade, 1, 3},
      {R"({"sequence_num":1,"events":[]})", Status::kMissingField, MessageKind::kUnknown, -1, -1},
      {"{}", Status::kMissingField, MessageKind::kUnknown, -1, -1},
      {"\xEF\xBB\xBF" + std::string(kSnapshot), Status::kUnexpectedToken, MessageKind::kUnknown, -1, -1},
      {"", Status::kTruncated, MessageKind::kUnknown, -1, -1},
  };
  Fixture f;
  EXPECT(f.decode(book("1970-01-01T00:00:00Z\"", std::string(21, '\0'))) != Status::kOk);
  for (const Case& c : cases) {
    const Status status = f.decode(c.text);
    EXPECT_EQ(status, c.status);
    EXPECT_EQ(f.m.kind, c.kind);
    EXPECT_EQ(f.m.symbol, c.symbol);
    EXPECT_EQ(f.m.sequence, c.sequence);
    if (status != c.status) std::fprintf(stderr, "  of %s\n", c.text.c_str());
    EXPECT(!f.decoder.next(&f.m));
    EXPECT(f.agree(c.text));
  }
  EXPECT_EQ(f.decode(kSnapshot, 2), Status::kWrongSymbol);
  EXPECT_EQ(f.decode(kSnapshot, 3), Status::kUnknownSymbol);
}

BOT4_TEST("a frame cut off anywhere is refused, whatever stands behind it") {
  Fixture f;
  for (const std::string_view text : kAll) {
    const test::PaddedFrame whole(text);
    for (std::size_t length = 0; length < text.size(); ++length) {
      EXPECT(f.decode(text.substr(0, length)) != Status::kOk);
      EXPECT(!f.decoder.next(&f.m));
      EXPECT(f.decoder.decode(whole.data(), length, -1, &f.m) != Status::kOk);
    }
  }
}

BOT4_TEST("more levels than the decoder holds are refused whole") {
  Fixture f;
  const auto book = [](int levels) {
    std::string text =
        R"({"channel":"l2_data","timestamp":"2026-08-02T03:35:51Z","sequence_num":1,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[)";
    for (int i = 0; i < levels; ++i) {
      text += (i > 0 ? "," : "") +
              std::string(R"({"side":"offer","event_time":"1970-01-01T00:00:00Z","price_level":"1.5","new_quantity":"1"})");
    }
    return text + "]}]}";
  };
  EXPECT_EQ(f.decode(book(CoinbaseDecoder::kMaxLevels)), Status::kOk);
  EXPECT_EQ(f.m.ask_count, CoinbaseDecoder::kMaxLevels);
  EXPECT_EQ(f.decode(book(CoinbaseDecoder::kMaxLevels + 1)), Status::kTooManyLevels);
}

BOT4_TEST("both forms say the same of 150,000 mutants, and accept only JSON") {
  Fixture f;
  test::Random random(20260926);
  std::int64_t accepted = 0;
  const int count = test::emulated() ? 3000 : 150'000;
  for (int i = 0; i < count; ++i) {
    const std::string text =
        test::mutant(kAll[static_cast<std::size_t>(random.below(std::ssize(kAll)))], random);
    if (!f.agree(text, static_cast<int>(random.below(3)) - 1)) {
      test::fail(__FILE__, __LINE__, "the forms differ on " + text);
      return;
    }
    accepted += f.decode(text) == Status::kOk;
  }
  EXPECT(accepted > count / 100);  // Else the mutants would show nothing of what is accepted.
  EXPECT(f.decoder.exact_hits() > count / 100);
}

BOT4_TEST("times are read to the millisecond and impossible ones refused, with and without memory") {
  struct Case {
    std::string_view text;
    std::int64_t ms;  // -1: refused.
  };
  constexpr Case kCases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00.9Z", 900},
      {"1969-12-31T23:59:59Z", 0},
      {"0001-01-01T00:00:00.000Z", 0},
      {"2024-02-29T12:34:56.789Z", 1709210096789},
      {"2024-02-29T12:34:56.7899Z", 1709210096789},
      {"2024-02-29T12:34:56Z", 1709210096000},
      {"2024-02-29T12:34:56.123456789Z", 1709210096123},
      {"2024-02-29T12:34:56.1234567890Z", -1},
      {"2024-02-29T12:34:56.Z", -1},
      {"2024-02-29T12:34:56.12a4Z", -1},
      {"2024-02-29T12:34:60Z", -1},
      {"2024-02-29T12:34:5Z", -1},
      {"2024-02-29T12:34:56", -1},
      {"2024-02-29T12:34:56+", -1},
      {"2024-02-29T12:60:00Z", -1},
      {"2024-02-29T24:00:00Z", -1},
      {"2023-02-29T00:00:00Z", -1},
      {"2100-02-29T00:00:00Z", -1},
      {"2000-02-29T00:00:00Z", 951782400000},
      {"2024-00-01T00:00:00Z", -1},
      {"2024-13-01T00:00:00Z", -1},
      {"2024-04-31T00:00:00Z", -1},
      {"9999-12-31T23:59:59.999Z", 253402300799999},
      {"2024-02-29 12:34:56Z", -1},
      {"x024-02-29T12:34:56Z", -1},
      {"", -1},
  };
  UtcReader memory;
  for (const Case& first : kCases) {
    for (const Case& second : kCases) {
      for (const Case& c : {first, second}) {
        const test::PaddedFrame padded(std::string(c.text) + '"');
        std::int64_t ms = -1;
        EXPECT_EQ(parse_utc_ms(padded.data(), c.text.size(), &ms), c.ms >= 0);
        EXPECT_EQ(ms, c.ms);
        Scanner scan(padded.data(), padded.length());
        const bool read = memory.read(scan, &ms);
        EXPECT_EQ(read, c.ms >= 0);
        if (read) EXPECT_EQ(ms, c.ms);
        if (read) EXPECT(scan.at_end());
      }
    }
  }
}

BOT4_TEST_MAIN
