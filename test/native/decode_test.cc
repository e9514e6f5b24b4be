#include <cstring>
#include <string>
#include <string_view>

#include "core/grid.h"
#include "decode/binance.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::string_view kDepth =
    R"({"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,)"
    R"("s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,)"
    R"("b":[["58710.20","0.014"],["61496.50","0.010"]],"a":[["61800.30","1.072"]]}})";
constexpr std::string_view kSpotDepth =
    R"({"stream":"x","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCSPOT","U":50093239189,)"
    R"("u":50093239202,"b":[],"a":[["61837.64000000","1.54698000"],["61839.85000000","0.00000000"]]}})";
constexpr std::string_view kTrade =
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT",)"
    R"("t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}})";
constexpr std::string_view kSpotTrade =
    R"({"e":"trade","E":1723161255343,"s":"BTCSPOT","t":3735683259,"p":"61837.63000000",)"
    R"("q":"0.02000000","T":1723161255342,"m":true,"M":true})";
constexpr std::string_view kTicker =
    R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT",)"
    R"("b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}})";
constexpr std::string_view kSpotTicker =
    R"({"u":50093239212,"s":"BTCSPOT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"})";
constexpr std::string_view kSnapshot =
    R"({"lastUpdateId":5123107852948,"E":1723161256501,"T":1723161256493,)"
    R"("bids":[["61800.20","2.909"],["61800.10","0.696"]],"asks":[["61800.30","1.072"]]})";
constexpr std::string_view kAll[] = {kDepth,  kSpotDepth,  kTrade,   kSpotTrade,
                                     kTicker, kSpotTicker, kSnapshot};

struct Fixture {
  Instruments instruments;
  BinanceDecoder decoder{instruments};
  MarketMessage m{};
  Fixture() {
    instruments.add("BTCUSDT", 7, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    instruments.add("BTCSPOT", 7, 1'000'000, 1'000, SequenceRule::kBinanceSpot);
  }
  /// What stands behind the message: other text must never become a part of it.
  std::string behind = std::string(kDecodePadding, '0');
  /// Decodes a copy whose padding ends exactly at its allocation, so that ASan sees a read past it.
  Status decode(std::string_view text, int symbol = -1) {
    auto* copy = new char[1 + text.size() + kDecodePadding];
    std::memcpy(copy + 1, text.data(), text.size());
    std::memcpy(copy + 1 + text.size(), behind.data(), kDecodePadding);
    const Status status = decoder.decode(copy + 1, text.size(), symbol, &m);
    delete[] copy;
    return status;
  }
};

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out(text);
  const std::size_t at = out.find(from);
  if (at == std::string::npos) {
    test::fail(__FILE__, __LINE__, "the text does not hold " + std::string(from));
  } else {
    out.replace(at, from.size(), to);
  }
  return out;
}

}  // namespace

BOT4_TEST("a futures depth update becomes exact levels and all three ids") {
  Fixture f;
  EXPECT_EQ(f.decode(kDepth), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kDepth);
  EXPECT_EQ(f.m.symbol, 0);
  EXPECT_EQ(f.m.event_ms, std::int64_t{1723161256299});
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1723161256298});
  EXPECT_EQ(f.m.first_id, std::int64_t{5123107832006});
  EXPECT_EQ(f.m.last_id, std::int64_t{5123107837557});
  EXPECT_EQ(f.m.previous_id, std::int64_t{5123107831937});
  EXPECT_EQ(f.m.bid_count, 2);
  EXPECT_EQ(f.m.ask_count, 1);
  EXPECT_EQ(f.m.bids[0].ticks, std::int64_t{587102});
  EXPECT_EQ(f.m.bids[0].lots, std::int64_t{14});
  EXPECT_EQ(f.m.asks[0].ticks, std::int64_t{618003});
  EXPECT_EQ(f.m.asks[0].lots, std::int64_t{1072});
}

BOT4_TEST("a spot depth update needs no pu and keeps zero quantities as removals") {
  Fixture f;
  EXPECT_EQ(f.decode(kSpotDepth), Status::kOk);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.previous_id, std::int64_t{-1});
  EXPECT_EQ(f.m.bid_count, 0);
  EXPECT_EQ(f.m.ask_count, 2);
  EXPECT_EQ(f.m.asks[0].ticks, std::int64_t{6183764});
  EXPECT_EQ(f.m.asks[0].lots, std::int64_t{154698});
  EXPECT_EQ(f.m.asks[1].lots, std::int64_t{0});
}

BOT4_TEST("trades of futures and spot give price, quantity and who took liquidity") {
  Fixture f;
  EXPECT_EQ(f.decode(kTrade), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT_EQ(f.m.trade_id, std::int64_t{5266583935});
  EXPECT_EQ(f.m.ticks, std::int64_t{618003});
  EXPECT_EQ(f.m.lots, std::int64_t{6});
  EXPECT_EQ(f.m.aggressor, Side::kBuy);
  EXPECT_EQ(f.m.transaction_ms, std::int64_t{1723161256321});
  EXPECT_EQ(f.decode(kSpotTrade), Status::kOk);
  EXPECT_EQ(f.m.symbol, 1);
  EXPECT_EQ(f.m.lots, std::int64_t{2000});
  EXPECT_EQ(f.m.aggressor, Side::kSell);
}

BOT4_TEST("tickers with and without an event name give both touches") {
  Fixture f;
  EXPECT_EQ(f.decode(kTicker), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTicker);
  EXPECT_EQ(f.m.last_id, std::int64_t{5123107839020});
  EXPECT_EQ(f.m.best_bid.ticks, std::int64_t{618002});
  EXPECT_EQ(f.m.best_ask.lots, std::int64_t{2510});
  EXPECT_EQ(f.decode(kSpotTicker), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTicker);
  EXPECT_EQ(f.m.best_bid.ticks, std::int64_t{6183763});
  EXPECT_EQ(f.m.best_bid.lots, std::int64_t{378826});
}

BOT4_TEST("a snapshot takes its symbol from the frame and is refused without one") {
  Fixture f;
  EXPECT_EQ(f.decode(kSnapshot, 0), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kSnapshot);
  EXPECT_EQ(f.m.symbol, 0);
  EXPECT_EQ(f.m.last_id, std::int64_t{5123107852948});
  EXPECT_EQ(f.m.bid_count, 2);
  EXPECT_EQ(f.decode(kSnapshot), Status::kSymbolMissing);
  const std::string named = replaced(kSnapshot, R"("bids")", R"("symbol":"BTCUSDT","pair":"BTC","bids")");
  EXPECT_EQ(f.decode(named), Status::kOk);
  EXPECT_EQ(f.m.symbol, 0);
}

BOT4_TEST("a partial book without a symbol is that of the stream in its envelope, in both forms") {
  Fixture f;
  f.instruments.edit(1).rule = SequenceRule::kBinancePartial;
  const std::string spot =
      R"({"stream":"btcspot@depth20@100ms","data":{"lastUpdateId":160,)"
      R"("bids":[["100.00","1.00000"]],"asks":[["101.00","1.00000"]]}})";
  const std::string late =
      R"({"data":{"asks":[["101.00","1.00000"]],"bids":[["100.00","1.00000"]],)"
      R"("lastUpdateId":160},"stream":"btcspot@depth20@100ms"})";
  for (const std::string& text : {spot, late}) {
    EXPECT_EQ(f.decode(text), Status::kOk);
    EXPECT_EQ(f.m.kind, MessageKind::kPartial);
    EXPECT_EQ(f.m.symbol, 1);
    EXPECT_EQ(f.decode(replaced(text, "btcspot@", "btcspo@")), Status::kSymbolMissing);
    EXPECT_EQ(f.decode(replaced(text, "btcspot@", "btcspott@")), Status::kSymbolMissing);
    EXPECT_EQ(f.decode(replaced(text, "btcspot@depth20@100ms", "btcspot")), Status::kSymbolMissing);
  }
  EXPECT_EQ(f.decoder.exact(), std::int64_t{1});
}

BOT4_TEST("fields may come in any order, even before the symbol that their grid needs") {
  Fixture f;
  EXPECT_EQ(f.decode(R"({"b":[["58710.20","0.014"]],"a":[],"pu":1,"u":3,"U":2,"s":"BTCUSDT","e":"depthUpdate"})"),
            Status::kOk);
  EXPECT_EQ(f.m.bids[0].ticks, std::int64_t{587102});
  EXPECT_EQ(f.decode(R"({"p":"1.00","q":"0.00001","t":1,"T":2,"m":true,"e":"trade","s":"BTCSPOT"})"),
            Status::kOk);
  EXPECT_EQ(f.m.ticks, std::int64_t{100});
}

BOT4_TEST("white space and unknown fields of any shape are passed over") {
  Fixture f;
  EXPECT_EQ(f.decode("  { \"e\" : \"trade\" ,\n\"E\": 1 , \"T\":2,\"s\" : \"BTCUSDT\",\"t\": 3 ,"
                     "\"p\" : \"0.10\" , \"q\":\"0.001\", \"m\" : false , \"nq\":\"1\","
                     "\"zz\":{\"a\":[1,2,{\"b\":\"\\\"}\"}],\"c\":null},\"st\":-1.5e3 }  \n"),
            Status::kOk);
  EXPECT_EQ(f.m.ticks, std::int64_t{1});
}

BOT4_TEST("a frame that names another symbol than its message is refused") {
  Fixture f;
  EXPECT_EQ(f.decode(kDepth, 0), Status::kOk);
  EXPECT_EQ(f.decode(kDepth, 1), Status::kWrongSymbol);
  EXPECT_EQ(f.decode(kDepth, 2), Status::kUnknownSymbol);
  EXPECT_EQ(f.decode(kDepth, -2), Status::kUnknownSymbol);
  EXPECT_EQ(f.decode(replaced(kDepth, "BTCUSDT", "XRPUSDT")), Status::kUnknownSymbol);
  EXPECT_EQ(f.decode(replaced(kDepth, "BTCUSDT", "BTCUSD")), Status::kUnknownSymbol);
}

BOT4_TEST("each kind of damage has its own status") {
  Fixture f;
  const auto depth = [&](std::string_view from, std::string_view to) {
    return f.decode(replaced(kDepth, from, to));
  };
  EXPECT_EQ(depth("58710.20", "58710.25"), Status::kOffGrid);
  EXPECT_EQ(depth("58710.20", "-58710.20"), Status::kNegative);
  EXPECT_EQ(depth("0.014", "-0.014"), Status::kNegative);
  EXPECT_EQ(depth("58710.20", "0.00"), Status::kNegative);
  EXPECT_EQ(depth("58710.20", "58710."), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", ".2"), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", "058710.2"), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", "5871e1"), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", ""), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", "NaN"), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", "1.123456789"), Status::kBadNumber);
  EXPECT_EQ(depth("58710.20", "99999999999.0"), Status::kNumberOverflow);
  EXPECT_EQ(depth("58710.20", "123456789012345"), Status::kNumberOverflow);
  EXPECT_EQ(depth(R"("58710.20")", "58710.20"), Status::kUnexpectedToken);
  EXPECT_EQ(depth("5123107832006", "9007199254740993"), Status::kNumberOverflow);
  EXPECT_EQ(depth("5123107832006", "51231078320061234567"), Status::kNumberOverflow);
  EXPECT_EQ(depth("5123107832006", "-1"), Status::kNegative);
  EXPECT_EQ(depth("5123107832006", "1.5"), Status::kBadNumber);
  EXPECT_EQ(depth("5123107832006", R"("1")"), Status::kUnexpectedToken);
  EXPECT_EQ(depth("5123107832006", "6123107832006"), Status::kUnexpectedToken);  // U > u
  EXPECT_EQ(depth(R"("U":5123107832006,)", ""), Status::kMissingField);
  EXPECT_EQ(depth(R"("pu":5123107831937,)", ""), Status::kMissingField);
  EXPECT_EQ(depth(R"("U":5)", R"("U":7,"U":5)"), Status::kDuplicateField);
  EXPECT_EQ(depth(R"("b":[)", R"("b":[],"b":[)"), Status::kDuplicateField);
  EXPECT_EQ(depth("depthUpdate", "kline"), Status::kUnknownEvent);
  EXPECT_EQ(depth("]]}}", "]]}}x"), Status::kTrailingBytes);
  EXPECT_EQ(depth("]]}}", "]]}"), Status::kTruncated);
  EXPECT_EQ(depth(R"("0.014"])", R"("0.014",[]])"), Status::kUnexpectedToken);
  EXPECT_EQ(depth(R"(["58710.20")", R"({"58710.20")"), Status::kUnexpectedToken);
  EXPECT_EQ(depth("BTCUSDT", "BTC\\u0055SDT"), Status::kUnexpectedToken);
  EXPECT_EQ(f.decode("\xEF\xBB\xBF" + std::string(kSnapshot), 0), Status::kUnexpectedToken);
  EXPECT_EQ(f.decode(""), Status::kTruncated);
  EXPECT_EQ(f.decode("   "), Status::kTruncated);
  EXPECT_EQ(f.decode("[]"), Status::kUnexpectedToken);
  EXPECT_EQ(f.decode("{}"), Status::kUnknownEvent);
  EXPECT_EQ(f.decode(R"({"result":null,"id":1})"), Status::kUnknownEvent);
  EXPECT_EQ(f.decode(R"({"b":[["1.0","1"]],"a":[]})"), Status::kSymbolMissing);
}

BOT4_TEST("a skipped field holds to the grammar of JSON") {
  Fixture f;
  const auto with = [&](std::string_view value) {
    return f.decode(replaced(kDepth, R"("e":)", R"("x":)" + std::string(value) + R"(,"e":)"));
  };
  const std::string_view good[] = {
      "{}", "[]", "[[],{}]", "[1,-2,0,-0,0.5,1e9,1E+9,1.25e-3]", "[true,false,null]", R"("")",
      R"("\" \\ \/ \b \f \n \r \t \u00e9 \uABCD")", R"({"a":{"b":[1,{"c":"d"}]},"a\"":2})",
      "[ 1 , [ ] , { } ]", R"({ "a" : 1 , "b" : [ ] })", "-0.0", "10"};
  for (const std::string_view value : good) {
    if (with(value) != Status::kOk) test::fail(__FILE__, __LINE__, "refused: " + std::string(value));
  }
  const std::string_view bad[] = {
      "[,,:]", "{1 2}", "+-..eEnul", R"("\q")", R"("\u12G4")", "[1,]", "[,1]", "[1 2]", "[1:2]",
      R"({"a":1,})", R"({"a"})", R"({"a",1})", R"({"a":})", R"({"a":1 "b":2})", "{1:2}", "{,}",
      R"({"a":1:2})", "01", "-", "-x", "+1", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "nul",
      "nulll", "True", "truefalse", "NaN", "Infinity", "[}", "{]", "[[1]}", ":", ",", "'a'", "]"};
  for (const std::string_view value : bad) {
    if (with(value) == Status::kOk) test::fail(__FILE__, __LINE__, "taken: " + std::string(value));
  }
  EXPECT_EQ(with(std::string(32, '[') + std::string(32, ']')), Status::kOk);
  EXPECT_EQ(with(std::string(33, '[') + std::string(33, ']')), Status::kTooLong);
}

BOT4_TEST("what follows the message in its envelope completes nothing") {
  Fixture f;
  const std::string rest = replaced(kDepth, R"(,"u":5123107837557)", "");
  EXPECT_EQ(f.decode(rest), Status::kMissingField);
  EXPECT_EQ(f.decode(rest.substr(0, rest.size() - 1) + R"(,"u":5123107837557})"), Status::kMissingField);
  const std::string whole(kDepth.substr(0, kDepth.size() - 1));
  EXPECT_EQ(f.decode(whole + R"(,"u":1,"e":"trade","s":7,"b":[["x"]]})"), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kDepth);
  EXPECT_EQ(f.m.last_id, std::int64_t{5123107837557});
  EXPECT_EQ(f.decode(whole + R"(,"data":{}})"), Status::kDuplicateField);
  EXPECT_EQ(f.decode(whole + R"(,"x":01})"), Status::kUnexpectedToken);
}

BOT4_TEST("futures depth has u above pu and not below U") {
  Fixture f;
  const auto ids = [&](const char* first, const char* last, const char* previous) {
    std::string text = replaced(kDepth, "5123107832006", first);
    text = replaced(text, "5123107837557", last);
    return f.decode(replaced(text, "5123107831937", previous));
  };
  EXPECT_EQ(ids("5", "7", "4"), Status::kOk);
  EXPECT_EQ(ids("7", "7", "6"), Status::kOk);
  EXPECT_EQ(ids("5", "7", "7"), Status::kUnexpectedToken);
  EXPECT_EQ(ids("5", "7", "10"), Status::kUnexpectedToken);
  EXPECT_EQ(ids("8", "7", "4"), Status::kUnexpectedToken);
}

BOT4_TEST("a refused message says what it was, and what may have been depth is told apart") {
  Fixture f;
  const auto kind = [&](std::string_view text, Status status) {
    EXPECT_EQ(f.decode(text), status);
    return f.m.kind;
  };
  EXPECT_EQ(kind(replaced(kDepth, "58710.20", "58710.25"), Status::kOffGrid), MessageKind::kDepth);
  EXPECT_EQ(kind(kDepth.substr(0, 60), Status::kTruncated), MessageKind::kDepth);
  EXPECT_EQ(kind(kDepth.substr(0, 40), Status::kTruncated), MessageKind::kUnknown);
  EXPECT_EQ(kind("nonsense", Status::kUnexpectedToken), MessageKind::kUnknown);
  EXPECT_EQ(kind(kTrade.substr(0, 80), Status::kTruncated), MessageKind::kTrade);
  EXPECT_EQ(kind(replaced(kTrade, "61800.30", "61800.35"), Status::kOffGrid), MessageKind::kTrade);
  EXPECT_EQ(kind(replaced(kTicker, "61800.20", "0.00"), Status::kNegative), MessageKind::kTicker);
  EXPECT_EQ(kind(replaced(kSpotTicker, "61837.63000000", "0.00000000"), Status::kNegative),
            MessageKind::kTicker);
  EXPECT_EQ(kind(replaced(kSpotTicker, "61837.63000000", "0.00000001"), Status::kOffGrid),
            MessageKind::kTicker);
  EXPECT_EQ(f.decode(replaced(kSnapshot, "61800.20", "61800.25"), 0), Status::kOffGrid);
  EXPECT_EQ(f.m.kind, MessageKind::kSnapshot);
  // Levels without a name, and a snapshot with the ids of an update, may have been depth.
  EXPECT_EQ(kind(R"({"s":"BTCUSDT","b":[["0.05","1"]],"a":[]})", Status::kOffGrid),
            MessageKind::kUnknown);
  EXPECT_EQ(f.decode(replaced(kSnapshot, R"("bids")", R"("U":3,"bids")"), 0), Status::kUnexpectedToken);
  EXPECT_EQ(f.m.kind, MessageKind::kUnknown);
}

BOT4_TEST("the order ids that spot trades used to carry are passed over, wherever they stand") {
  Fixture f;
  const std::string ids = R"("b":88,"a":50,)";
  EXPECT_EQ(f.decode(replaced(kSpotTrade, R"("T":)", ids + R"("T":)")), Status::kOk);
  EXPECT_EQ(f.m.kind, MessageKind::kTrade);
  EXPECT_EQ(f.m.lots, std::int64_t{2000});
  EXPECT_EQ(f.decode(replaced(kSpotTrade, R"("e":)", ids + R"("e":)")), Status::kOk);
  EXPECT_EQ(f.decode(replaced(kSpotTrade, R"("T":)", R"("b":88,"a":05,"T":)")), Status::kUnexpectedToken);
  EXPECT_EQ(f.decode(replaced(kDepth, R"("a":[)", R"("a":50,"x":[)")), Status::kUnexpectedToken);
  EXPECT_EQ(f.decode(R"({"a":50,"e":"depthUpdate","s":"BTCSPOT","U":1,"u":2,"b":[]})"),
            Status::kUnexpectedToken);
}

BOT4_TEST("trades outside the market are skipped by name, never taken") {
  Fixture f;
  const std::string fund = replaced(kTrade, "MARKET", "INSURANCE_FUND");
  EXPECT_EQ(f.decode(replaced(fund, "61800.30", "61800.35")), Status::kSkippedTrade);  // Off the grid.
  EXPECT_EQ(f.decode(replaced(kTrade, "MARKET", "INSURANCE_FUND")), Status::kSkippedTrade);
  EXPECT_EQ(f.decode(replaced(kTrade, "61800.30", "0")), Status::kSkippedTrade);
  EXPECT_EQ(f.decode(replaced(kTrade, "0.006", "0.000")), Status::kSkippedTrade);
  EXPECT_EQ(f.m.symbol, 0);
}

BOT4_TEST("quantities off the step are rounded down, never to zero, and counted") {
  Fixture f;
  EXPECT_EQ(f.decode(replaced(kDepth, "0.014", "0.01459")), Status::kOk);
  EXPECT_EQ(f.m.bids[0].lots, std::int64_t{14});
  EXPECT_EQ(f.m.rounded, 1);
  EXPECT_EQ(f.decode(replaced(kDepth, "0.014", "0.00000001")), Status::kOk);
  EXPECT_EQ(f.m.bids[0].lots, std::int64_t{1});
  EXPECT_EQ(f.m.rounded, 1);
  EXPECT_EQ(f.decode(kDepth), Status::kOk);
  EXPECT_EQ(f.m.rounded, 0);
}

BOT4_TEST("a side with more levels than the decoder holds is refused") {
  Fixture f;
  std::string levels;
  for (int i = 0; i < BinanceDecoder::kMaxLevels; ++i) {
    levels += (i == 0 ? "" : ",");
    levels += R"(["1.0","1"])";
  }
  const std::string head = R"({"lastUpdateId":5,"asks":[],"bids":[)";
  EXPECT_EQ(f.decode(head + levels + "]}", 0), Status::kOk);
  EXPECT_EQ(f.m.bid_count, BinanceDecoder::kMaxLevels);
  EXPECT_EQ(f.decode(head + levels + R"(,["1.0","1"]]})", 0), Status::kTooManyLevels);
}

BOT4_TEST("deep nesting and nested envelopes are refused, not followed") {
  Fixture f;
  std::string deep(100000, '[');
  EXPECT_EQ(f.decode(R"({"x":)" + deep), Status::kTruncated);
  EXPECT_EQ(f.decode(R"({"x":)" + deep + std::string(100000, ']') + "}"), Status::kTooLong);
  std::string envelopes;
  for (int i = 0; i < 50000; ++i) envelopes += R"({"data":)";
  EXPECT_EQ(f.decode(envelopes), Status::kTruncated);
  EXPECT_EQ(f.decode(envelopes + std::string(50000, '}')), Status::kDuplicateField);
  EXPECT_EQ(f.decode(R"({"x":[}]})"), Status::kUnexpectedToken);
}

BOT4_TEST("every proper prefix of every message is refused, whatever stands behind it") {
  Fixture f;
  for (const std::string_view text : kAll) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      for (const char fill : {'0', '}', ']', '"', ',', '\0'}) {
        f.behind.assign(kDecodePadding, fill);
        EXPECT(f.decode(text.substr(0, length), text == kSnapshot ? 0 : -1) != Status::kOk);
      }
      f.behind = std::string(text.substr(length)) + std::string(kDecodePadding, ' ');
      EXPECT(f.decode(text.substr(0, length), text == kSnapshot ? 0 : -1) != Status::kOk);
    }
    EXPECT_EQ(f.decode(text, text == kSnapshot ? 0 : -1), Status::kOk);
  }
}

BOT4_TEST("flipped, dropped and doubled bytes never give a level off the bounds") {
  Fixture f;
  test::Random random(11);
  int accepted = 0;
  for (int n = 0; n < (test::emulated() ? 2000 : 60000); ++n) {
    std::string text(kAll[random.below(7)]);
    const int changes = 1 + static_cast<int>(random.below(3));
    for (int k = 0; k < changes; ++k) {
      const auto at = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())));
      switch (random.below(4)) {
        case 0: text[at] = static_cast<char>(text[at] ^ (1 << random.below(8))); break;
        case 1: text[at] = "0123456789{}[]\",:.-"[random.below(19)]; break;
        case 2: text.erase(at, 1 + static_cast<std::size_t>(random.below(4))); break;
        default: text.insert(at, text.substr(at, 1 + static_cast<std::size_t>(random.below(9))));
      }
      if (text.empty()) text = "{";
    }
    if (f.decode(text, static_cast<int>(random.below(3)) - 1) != Status::kOk) continue;
    ++accepted;
    const MarketMessage& m = f.m;
    EXPECT(m.symbol == 0 || m.symbol == 1);
    if (m.kind == MessageKind::kTrade) {
      EXPECT(m.ticks > 0 && m.ticks <= kMaxExact && m.lots > 0 && m.lots <= kMaxExact);
    } else if (m.kind == MessageKind::kTicker) {
      EXPECT(m.best_bid.ticks > 0 && m.best_ask.ticks > 0 && m.best_bid.lots >= 0);
    } else {
      for (int i = 0; i < m.bid_count; ++i) {
        EXPECT(m.bids[i].ticks > 0 && m.bids[i].ticks <= kMaxExact && m.bids[i].lots >= 0);
      }
    }
  }
  EXPECT(accepted > 50);  // Changed digits are still messages.
}

BOT4_TEST("a grid divides exactly like 64-bit division") {
  test::Random random(12);
  const std::int64_t grids[] = {1, 2, 3, 7, 10, 1000, 4096, 100000, 1000000, 10000000, 100000000,
                                250000000, 1ll << 40, 9007199254740993};
  for (const std::int64_t g : grids) {
    const Grid grid(g);
    for (int n = 0; n < 3000; ++n) {
      std::int64_t amount = static_cast<std::int64_t>(random.next() >> (1 + random.below(60)));
      if (n % 2 == 0) amount = amount / g * g;
      std::int64_t units = -1;
      EXPECT_EQ(grid.divide(amount, &units), amount % g == 0);
      EXPECT_EQ(units, amount / g);
      EXPECT_EQ(grid.divide_exactly(amount, &units), amount % g == 0);
      if (amount % g == 0) EXPECT_EQ(units, amount / g);
    }
    std::int64_t units = -1;
    EXPECT_EQ(grid.divide(INT64_MAX, &units), INT64_MAX % g == 0);
    EXPECT_EQ(units, INT64_MAX / g);
  }
}

BOT4_TEST_MAIN
