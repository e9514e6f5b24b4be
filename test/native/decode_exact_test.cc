// The exact-shape decoders of Binance against the general one: they accept only what it accepts,
// with the same event, and they do accept what the venue sends.
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "decode/binance.h"
#include "native/decode_compare.h"
#include "native/testing.h"

using namespace bot4;

namespace {

/// Every shape that the exact decoders know, bare and in envelopes, of spot, USD-M and COIN-M.
const std::string_view kShapes[] = {
    R"({"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"],["61496.50","0.010"],["9999.90","12.500"],["61641.50","1121.211"]],"a":[["61800.30","1.072"],["100000.00","0.000"]]}})",
    R"({"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[["0.1","10"]],"a":[["0.2","100"]]})",
    R"({"stream":"btcspot@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCSPOT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","1234567.50000000"]],"a":[["61837.64000000","1.54698000"],["9.01000000","0.00001000"]]}})",
    R"({"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1723161257440,"T":1723161257432,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1007198631260,"u":1007198631565,"pu":1007198631198,"b":[["61773.6","1001"],["61776.4","412"],["9777.7","12345678"]],"a":[]}})",
    R"({"stream":"btcusdt@depth20@100ms","data":{"e":"depthUpdate","E":1571889248277,"T":1571889248276,"s":"BTCUSDT","U":390497796,"u":390497878,"pu":390497794,"b":[["7403.80","0.002"]],"a":[["7405.90","3.340"]]}})",
    R"({"stream":"btcspot@depth5","data":{"lastUpdateId":160,"bids":[["0.02","10"]],"asks":[["0.26","100"]]}})",
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}})",
    R"({"e":"trade","E":1723161255343,"s":"BTCSPOT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true})",
    R"({"e":"trade","E":1554076800945,"s":"BTCSPOT","t":40756030,"p":"4269.90000000","q":"33.82000000","b":133829535,"a":133829504,"T":1554076800940,"m":false,"M":true})",
    R"({"e":"aggTrade","E":123456789,"a":5933014,"s":"BTCUSDT","p":"1.1","q":"100","nq":"99","f":100,"l":105,"T":123456785,"m":true,"st":1})",
    R"({"stream":"btcspot@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"BTCSPOT","a":15683430,"p":"0.35000000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523961,"m":false,"M":true}})",
    R"({"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256314}})",
    R"({"e":"bookTicker","u":400900217,"E":1568014460893,"T":1568014460891,"s":"BTCUSDT","b":"25.30000000","B":"31.21000000","a":"25.40000000","A":"40.66000000","st":1,"ps":"BTCUSDT"})",
    R"({"u":50093239212,"s":"BTCSPOT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"})",
    R"({"stream":"btcusd_perp@bookTicker","data":{"u":1007198631300,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61801.3","B":"90","a":"61801.4","A":"7","T":1723161257433,"E":1723161257440}})",
    R"({"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1562305380000,"s":"BTCUSDT","p":"11794.15000000","i":"11784.62659091","P":"11784.25641265","r":"-0.00038167","T":1562306400000}})",
    R"({"e":"markPriceUpdate","E":1591261134288,"s":"BTCUSD_PERP","p":"9636.57860000","P":"9636.57860001","i":"9636.5","r":"","T":0})",
    R"({"e":"forceOrder","E":1568014460893,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.014","p":"9910.00000000","ap":"9910.12345678","X":"FILLED","l":"0.014","z":"0.014","T":1568014460891}})",
    R"({"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":1591154240950,"o":{"s":"BTCUSD_PERP","ps":"BTCUSD","S":"BUY","o":"LIMIT","f":"IOC","q":"1","p":"9425.5","ap":"9496.5","X":"FILLED","l":"1","z":"1","T":1591154240949}}})",
    R"({"lastUpdateId":5123107852948,"E":1723161256501,"T":1723161256493,"bids":[["61800.20","2.909"],["61800.10","0.696"]],"asks":[["61800.30","1.072"]]})",
    R"({"lastUpdateId":1007198635033,"E":1723161257835,"T":1723161257823,"symbol":"BTCUSD_PERP","pair":"BTCUSD","bids":[["61804.7","35"]],"asks":[["61804.8","1"]]})"};
constexpr int kShapeCount = static_cast<int>(std::size(kShapes));

/// The instrument that a frame with this message would name: snapshots of USD-M name none. Partial
/// depth of spot is named by its stream.
int frame_of(std::string_view text) {
  return text.find("lastUpdateId") == std::string_view::npos ? -1
         : text.find("@depth5") != std::string_view::npos    ? -1
         : text.find("PERP") != std::string_view::npos       ? 2
                                                             : 0;
}

struct Fixture {
  Instruments instruments;
  BinanceExact exact{instruments};
  BinanceJson general{instruments};
  MarketMessage a{};
  MarketMessage b{};
  std::vector<char> bytes;
  Fixture() {
    instruments.add("BTCUSDT", 7, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    instruments.add("BTCSPOT", 7, 1'000'000, 1'000, SequenceRule::kBinanceSpot);
    instruments.add("BTCUSD_PERP", 11, 10'000'000, 100'000'000, SequenceRule::kBinanceFutures);
  }

  /// Whether the exact decoders accept; fails the test when the general one does not agree.
  bool both(std::string_view text, int symbol) {
    bytes.assign(text.begin(), text.end());
    bytes.resize(text.size() + kDecodePadding, '7');
    bytes.shrink_to_fit();
    const bool accepted = exact.decode(bytes.data(), text.size(), symbol, &a);
    if (!accepted) return false;
    const Status status = general.decode(bytes.data(), text.size(), symbol, &b);
    if (status != Status::kOk) {
      test::fail(__FILE__, __LINE__, std::string(status_name(status)) + ": " + std::string(text));
    } else if (const char* field = test::difference(a, b)) {
      test::fail(__FILE__, __LINE__, std::string(field) + " differs: " + std::string(text));
    }
    return true;
  }
};

/// The end of a JSON value that begins at `at`.
std::size_t value_end(const std::string& text, std::size_t at) {
  int depth = 0;
  for (bool quoted = false; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
  }
  return at;
}

/// A random member of a random object: [begin, end) of "key":value.
bool pick_member(const std::string& text, test::Random& random, std::size_t* begin,
                 std::size_t* end) {
  const auto from = random.below(static_cast<std::int64_t>(text.size()));
  const std::size_t at = text.find("\":", static_cast<std::size_t>(from));
  if (at == std::string::npos || at == 0) return false;
  *begin = text.rfind('"', at - 1);
  if (*begin == std::string::npos) return false;
  *end = value_end(text, at + 2);
  return true;
}

std::string mutated(std::string text, test::Random& random) {
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
  };
  const auto place = [&] { return below(text.size()); };
  const auto digit = [&] { return static_cast<char>('0' + random.below(10)); };
  static constexpr char kBytes[] = "0123456789{}[]\",:.- \\eEtTfubaspqUM";
  std::size_t begin = 0, end = 0, begin2 = 0, end2 = 0;
  switch (random.below(9)) {
    case 0: text[place()] = static_cast<char>(random.below(256)); break;
    case 1: text[place()] = kBytes[random.below(sizeof kBytes - 1)]; break;
    case 2: text.erase(place(), 1 + static_cast<std::size_t>(random.below(4))); break;
    case 3: text.insert(place(), 1, kBytes[random.below(sizeof kBytes - 1)]); break;
    case 4: {  // Another digit for a digit: often still a message.
      const std::size_t at = text.find_first_of("0123456789", place());
      if (at != std::string::npos) text[at] = digit();
      break;
    }
    case 5: {  // More or fewer digits.
      const std::size_t at = text.find_first_of("0123456789", place());
      if (at == std::string::npos) break;
      if (random.below(2) == 0) text.erase(at, 1);
      else text.insert(at, std::string(1 + below(8), digit()));
      break;
    }
    case 6:  // A field twice.
      if (!pick_member(text, random, &begin, &end)) break;
      text.insert(begin, text.substr(begin, end - begin) + ",");
      break;
    case 7:  // A field gone.
      if (!pick_member(text, random, &begin, &end)) break;
      text.erase(begin, end - begin + (text[end] == ',' ? 1 : 0));
      break;
    default:  // Two fields in each other's place.
      if (pick_member(text, random, &begin, &end) &&
          pick_member(text, random, &begin2, &end2) && end <= begin2) {
        const std::string first = text.substr(begin, end - begin);
        const std::string second = text.substr(begin2, end2 - begin2);
        text.replace(begin2, second.size(), first);
        text.replace(begin, first.size(), second);
      }
  }
  return text.empty() ? "{" : text;
}

/// The messages of a capture, or none where it is not there.
std::vector<std::string> capture(const char* name) {
  std::string root = __FILE__;
  root.erase(root.rfind("/test/native/"));
  const std::string path = root + "/../shared/market/binance_raw/" + name;
  const std::string command = "zcat '" + path + "' 2>/dev/null";
  std::vector<std::string> lines;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string line;
  for (int c = std::getc(pipe); c != EOF; c = std::getc(pipe)) {
    if (c != '\n') {
      line.push_back(static_cast<char>(c));
      continue;
    }
    lines.push_back(line.substr(line.find(' ') + 1));
    line.clear();
  }
  pclose(pipe);
  return lines;
}

}  // namespace

BOT4_TEST("every known shape is read by an exact decoder, with the general decoder's event") {
  Fixture f;
  for (const std::string_view text : kShapes) {
    if (!f.both(text, frame_of(text))) {
      test::fail(__FILE__, __LINE__, "not taken: " + std::string(text));
    }
    // Remembered places of the message before are only a guess.
    if (!f.both(kShapes[2], -1)) {
      test::fail(__FILE__, __LINE__, "not taken after " + std::string(text));
    }
  }
}

BOT4_TEST("the decoder counts what the exact shapes read and what fell back") {
  Fixture f;
  BinanceDecoder decoder(f.instruments);
  for (const std::string_view text : kShapes) {
    std::string padded = std::string(text) + std::string(kDecodePadding, ' ');
    EXPECT_EQ(decoder.decode(padded.data(), text.size(), frame_of(text), &f.a), Status::kOk);
    EXPECT(!decoder.next(&f.a));
  }
  EXPECT_EQ(decoder.exact(), std::int64_t{kShapeCount});
  EXPECT_EQ(decoder.fallbacks(), std::int64_t{0});
  std::string spaced = " " + std::string(kShapes[0]) + std::string(kDecodePadding, ' ');
  EXPECT_EQ(decoder.decode(spaced.data(), kShapes[0].size() + 1, -1, &f.a), Status::kOk);
  EXPECT_EQ(decoder.fallbacks(), std::int64_t{1});
}

BOT4_TEST("aggregate trades, marks, forced orders and partial books say what the venue said") {
  Fixture f;
  EXPECT(f.both(kShapes[4], 0));
  EXPECT_EQ(f.a.kind, MessageKind::kPartial);
  EXPECT_EQ(f.a.bids[0].ticks, std::int64_t{74038});
  EXPECT(f.both(kShapes[5], 1));
  EXPECT_EQ(f.a.kind, MessageKind::kPartial);
  EXPECT_EQ(f.a.last_id, std::int64_t{160});
  EXPECT_EQ(f.a.asks[0].ticks, std::int64_t{26});
  EXPECT(f.both(kShapes[10], -1));
  EXPECT_EQ(f.a.kind, MessageKind::kTrade);
  EXPECT_EQ(f.a.trade_id, std::int64_t{15683430});
  EXPECT_EQ(f.a.ticks, std::int64_t{35});
  EXPECT_EQ(f.a.aggressor, Side::kBuy);
  EXPECT(f.a.aggressor_given);
  EXPECT_EQ(f.a.transaction_ms, std::int64_t{1633998523961});
  EXPECT(f.both(kShapes[15], -1));
  EXPECT_EQ(f.a.kind, MessageKind::kMark);
  EXPECT_EQ(f.a.mark_e8, std::int64_t{1179415000000});
  EXPECT_EQ(f.a.index_e8, std::int64_t{1178462659091});
  EXPECT_EQ(f.a.funding_rate_e8, std::int64_t{-38167});
  EXPECT_EQ(f.a.next_funding_ms, std::int64_t{1562306400000});
  EXPECT_EQ(f.a.transaction_ms, std::int64_t{0});
  EXPECT(f.both(kShapes[16], -1));
  EXPECT_EQ(f.a.funding_rate_e8, std::int64_t{0});
  EXPECT_EQ(f.a.index_e8, std::int64_t{963650000000});
  EXPECT(f.both(kShapes[17], -1));
  EXPECT_EQ(f.a.kind, MessageKind::kLiquidation);
  EXPECT_EQ(f.a.aggressor, Side::kSell);
  EXPECT_EQ(f.a.ticks, std::int64_t{99100});
  EXPECT_EQ(f.a.lots, std::int64_t{14});
  EXPECT_EQ(f.a.transaction_ms, std::int64_t{1568014460891});
  EXPECT_EQ(f.a.event_ms, std::int64_t{1568014460893});
}

BOT4_TEST("mutated messages: what an exact decoder accepts, the general one accepts alike") {
  Fixture f;
  test::Random random(71);
  int accepted = 0;
  for (int n = 0; n < (test::emulated() ? 4000 : 200'000); ++n) {
    std::string text(kShapes[random.below(kShapeCount)]);
    const int changes = 1 + static_cast<int>(random.below(3));
    for (int k = 0; k < changes; ++k) text = mutated(text, random);
    const int frame = random.below(4) == 0 ? static_cast<int>(random.below(4)) - 1 : frame_of(text);
    accepted += f.both(text, frame) ? 1 : 0;
  }
  EXPECT(accepted > (test::emulated() ? 100 : 10'000));
}

BOT4_TEST("every recorded message is of a known shape, and both decoders agree on it") {
  struct Capture {
    const char* name;
    int symbol;
  };
  for (const Capture c : {Capture{"usdm_btcusdt_20240808.ws.gz", 0},
                          Capture{"spot_btcusdt_20240808.ws.gz", 3},
                          Capture{"cm_btcusd_perp_20240808.ws.gz", 2}}) {
    const std::vector<std::string> lines = capture(c.name);
    if (lines.empty() || test::emulated()) {
      std::printf("     %s is not read here\n", c.name);
      continue;
    }
    Fixture f;
    f.instruments.add("BTCUSDT", 7, 1'000'000, 1'000, SequenceRule::kBinanceSpot);
    int others = 0;
    for (const std::string& line : lines) {
      if (f.both(line, c.symbol)) continue;
      const Status status = f.general.decode(f.bytes.data(), line.size(), c.symbol, &f.b);
      others += status == Status::kSkippedTrade ? 0 : 1;
    }
    EXPECT_EQ(others, 0);
  }
}

BOT4_TEST_MAIN
