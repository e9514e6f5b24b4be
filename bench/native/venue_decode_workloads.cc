// Decoding of Kraken and Coinbase messages: exact shapes, the general form, simdjson to doubles.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "decode/coinbase.h"
#include "decode/kraken.h"
#include "venue_simdjson.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kCoinbaseFrames = 512;
constexpr std::uint64_t kBatch = 10'240;

/// Frames one after the other, each with its padding.
struct Frames {
  struct Piece {
    std::size_t at;
    std::size_t length;
  };
  std::vector<char> bytes;
  std::vector<Piece> pieces;

  void add(const std::string& text) {
    pieces.push_back({bytes.size(), text.size()});
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.insert(bytes.end(), kDecodePadding, '\0');
  }
  /// How often a batch goes through them all.
  std::uint64_t repeats() const { return (kBatch + pieces.size() - 1) / pieces.size(); }
};

/// The recorded frames of Kraken, 25 levels deep, heartbeats among them.
Frames kraken_frames(const char* directory) {
  Frames frames;
  const std::string command =
      "zcat '" + std::string(directory) + "/kraken_v2_raw/kraken_btcusd_sample.ws.gz' 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return frames;
  std::string line;
  for (int c = std::getc(pipe); c != EOF; c = std::getc(pipe)) {
    if (c != '\n') {
      line.push_back(static_cast<char>(c));
      continue;
    }
    frames.add(line.substr(line.find(' ') + 1));
    line.clear();
  }
  pclose(pipe);
  return frames;
}

/// Updates of level2 in the recorded shape: 1 to 19 levels around a price that wanders, a third of
/// them removals, mostly one event time a frame.
Frames coinbase_frames(const char*) {
  Frames frames;
  std::uint64_t state = 20260926;
  const auto below = [&state](std::int64_t n) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(n));
  };
  std::int64_t cents = 6'890'000;
  for (int i = 0; i < kCoinbaseFrames; ++i) {
    cents += below(41) - 20;
    const std::int64_t micros = i * 50'000 + below(40'000);
    char text[256];
    std::snprintf(text, sizeof text,
                  R"({"channel":"l2_data","client_id":"","timestamp":"2026-09-26T04:15:%02lld.%06lld123Z",)"
                  R"("sequence_num":%d,"events":[{"type":"update","product_id":"BTC-USD","updates":[)",
                  static_cast<long long>(micros / 1'000'000), static_cast<long long>(micros % 1'000'000),
                  1000 + i);
    std::string frame = text;
    std::int64_t event = micros;
    for (std::int64_t k = 1 + below(19); k > 0; --k) {
      if (below(4) == 0 && event > 200) event -= below(200);
      const bool bid = below(2) == 0;
      const std::int64_t price = bid ? cents - below(3000) : cents + 1 + below(3000);
      const std::int64_t size = below(3) == 0 ? 0 : 1 + below(300'000'000);
      std::string quantity = "0";
      if (size > 0) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%lld.%08lld", static_cast<long long>(size / 100'000'000),
                      static_cast<long long>(size % 100'000'000));
        quantity = digits;
      }
      std::snprintf(text, sizeof text,
                    R"({"side":"%s","event_time":"2026-09-26T04:15:%02lld.%06lldZ","price_level":"%lld.%02lld",)"
                    R"("new_quantity":"%s"})",
                    bid ? "bid" : "offer", static_cast<long long>(event / 1'000'000),
                    static_cast<long long>(event % 1'000'000), static_cast<long long>(price / 100),
                    static_cast<long long>(price % 100), quantity.c_str());
      frame += text;
      if (k > 1) frame += ',';
    }
    frames.add(frame + "]}]}");
  }
  return frames;
}

Instruments only(const char* name, std::int64_t tick_e8, SequenceRule rule) {
  Instruments list;
  list.add(name, 7, tick_e8, 1, rule);
  return list;
}

struct Kraken {
  using Decoder = KrakenDecoder;
  static constexpr double kTicks = 10;  // To the unit.
  static Frames frames(const char* directory) { return kraken_frames(directory); }
  static Instruments instruments() {
    return only("BTC/USD", 10'000'000, SequenceRule::kKrakenChecksum);
  }
  static std::int64_t proof(const MarketMessage& m) { return m.checksum; }
  static bool parse(bench::SimdjsonBook& parser, const char* data, std::size_t length,
                    bench::BookDoubles* book) {
    return parser.parse_kraken(data, length, book);
  }
};

struct Coinbase {
  using Decoder = CoinbaseDecoder;
  static constexpr double kTicks = 100;
  static Frames frames(const char* directory) { return coinbase_frames(directory); }
  static Instruments instruments() {
    return only("BTC-USD", 1'000'000, SequenceRule::kCoinbaseSequence);
  }
  static std::int64_t proof(const MarketMessage& m) { return m.sequence; }
  static bool parse(bench::SimdjsonBook& parser, const char* data, std::size_t length,
                    bench::BookDoubles* book) {
    return parser.parse_coinbase(data, length, book);
  }
};

template <typename Venue, bool kGeneral>
class Decode : public bench::Workload {
 public:
  explicit Decode(Frames frames) : frames_(std::move(frames)) {}
  std::uint64_t operations() const noexcept override {
    return frames_.pieces.size() * frames_.repeats();
  }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    MarketMessage m{};
    for (std::uint64_t repeat = frames_.repeats(); repeat > 0; --repeat) {
      for (const Frames::Piece& piece : frames_.pieces) {
        const char* data = frames_.bytes.data() + piece.at;
        const Status status = kGeneral ? decoder_.decode_general(data, piece.length, -1, &m)
                                       : decoder_.decode(data, piece.length, -1, &m);
        if (status != Status::kOk || m.kind == MessageKind::kHeartbeat) continue;
        fold(sum, m.bids, m.bid_count);
        fold(sum, m.asks, m.ask_count);
        sum.fold(Venue::proof(m));
      }
    }
    return sum.value();
  }

 private:
  static void fold(bench::Checksum& sum, const Level* levels, int count) {
    std::int64_t value = 0;
    for (int i = 0; i < count; ++i) value = value * 31 + levels[i].ticks * 7 + levels[i].lots;
    sum.fold(value);
  }

  Instruments instruments_ = Venue::instruments();
  typename Venue::Decoder decoder_{instruments_};
  Frames frames_;
};

/// The same frames through simdjson on-demand to doubles, rounded to ticks and lots, so that
/// the sums of exact and floating decoders agree.
template <typename Venue>
class Simdjson : public bench::Workload {
 public:
  explicit Simdjson(Frames frames) : frames_(std::move(frames)) {}
  std::uint64_t operations() const noexcept override {
    return frames_.pieces.size() * frames_.repeats();
  }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (std::uint64_t repeat = frames_.repeats(); repeat > 0; --repeat) {
      for (const Frames::Piece& piece : frames_.pieces) {
        if (!Venue::parse(parser_, frames_.bytes.data() + piece.at, piece.length, &book_)) continue;
        fold(sum, book_.bids);
        fold(sum, book_.asks);
        sum.fold(book_.proof);
      }
    }
    return sum.value();
  }

 private:
  static void fold(bench::Checksum& sum, const std::vector<bench::BookDoubles::Level>& levels) {
    std::int64_t value = 0;
    for (const bench::BookDoubles::Level& level : levels) {
      value = value * 31 + static_cast<std::int64_t>(level.price * Venue::kTicks + 0.5) * 7 +
              static_cast<std::int64_t>(level.quantity * 1e8 + 0.5);
    }
    sum.fold(value);
  }

  bench::SimdjsonBook parser_;
  bench::BookDoubles book_{};
  Frames frames_;
};

template <typename Venue, typename Kind>
std::unique_ptr<bench::Workload> make(const char* directory) {
  Frames frames = Venue::frames(directory);
  if (frames.pieces.empty()) return nullptr;
  return std::make_unique<Kind>(std::move(frames));
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kVenueDecodeWorkloads[];
const WorkloadEntry kVenueDecodeWorkloads[] = {
    {"decode.kraken", make<Kraken, Decode<Kraken, false>>},
    {"decode.kraken/simdjson", make<Kraken, Simdjson<Kraken>>},
    {"decode.kraken/general", make<Kraken, Decode<Kraken, true>>},
    {"decode.coinbase", make<Coinbase, Decode<Coinbase, false>>},
    {"decode.coinbase/simdjson", make<Coinbase, Simdjson<Coinbase>>},
    {"decode.coinbase/general", make<Coinbase, Decode<Coinbase, true>>},
    {nullptr, nullptr}};

}  // namespace bot4::bench
