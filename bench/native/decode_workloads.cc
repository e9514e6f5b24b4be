// Decoding of Binance messages: exact shapes, the general decoder, and simdjson to doubles.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "decode/binance.h"
#include "decode_simdjson.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kDepthMessages = 512;
constexpr int kDepthRepeats = 20;  // 10,240 messages a batch: a stream that fits the L2 cache.

/// Messages one after the other, each with its padding.
struct Messages {
  std::vector<char> bytes;
  std::vector<bench::Piece> pieces;

  void add(const std::string& text) {
    pieces.push_back({bytes.size(), text.size()});
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.insert(bytes.end(), kDecodePadding, '\0');
  }
};

class Noise {
 public:
  std::int64_t below(std::int64_t n) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t state_ = 20240808;
};

/// One side of `levels` levels: prices of one place shown with two, quantities of three places of
/// which most have one whole digit, some two or three and some are removals, as recorded.
std::string side(Noise& noise, std::int64_t tenths, int direction, int levels) {
  std::string out;
  for (int i = 0; i < levels; ++i) {
    tenths += direction * (1 + noise.below(20));
    const std::int64_t kind = noise.below(10);
    const std::int64_t lots = kind == 0   ? 0
                              : kind == 1 ? 10000 + noise.below(90000)
                              : kind == 2 ? 100000 + noise.below(400000)
                                          : noise.below(10000);
    char text[64];
    std::snprintf(text, sizeof text, "%s[\"%lld.%lld0\",\"%lld.%03lld\"]", i == 0 ? "" : ",",
                  static_cast<long long>(tenths / 10), static_cast<long long>(tenths % 10),
                  static_cast<long long>(lots / 1000), static_cast<long long>(lots % 1000));
    out += text;
  }
  return out;
}

/// Futures depth updates of twenty levels, ten a side, in the recorded shape.
Messages depth_stream() {
  Messages messages;
  Noise noise;
  std::int64_t id = 5123107832006;
  std::int64_t tenths = 618000;
  for (int i = 0; i < kDepthMessages; ++i) {
    tenths += noise.below(21) - 10;
    const std::int64_t first = id + 1 + noise.below(90);
    const std::int64_t last = first + noise.below(6000);
    const long long time = 1723161256299 + i * 30;
    char head[256];
    std::snprintf(head, sizeof head,
                  "{\"stream\":\"btcusdt@depth@0ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":%lld,\"T\":%lld,"
                  "\"s\":\"BTCUSDT\",\"U\":%lld,\"u\":%lld,\"pu\":%lld,\"b\":[",
                  time, time - 1, static_cast<long long>(first), static_cast<long long>(last),
                  static_cast<long long>(id));
    id = last;
    messages.add(head + side(noise, tenths, -1, 10) + "],\"a\":[" + side(noise, tenths, 1, 10) + "]}}");
  }
  return messages;
}

/// The messages of a capture, without the times they were received at.
Messages capture(const char* directory, const char* name) {
  Messages messages;
  const std::string command = "zcat '" + std::string(directory) + "/" + name + "' 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return messages;
  std::string line;
  for (int c = std::getc(pipe); c != EOF; c = std::getc(pipe)) {
    if (c != '\n') {
      line.push_back(static_cast<char>(c));
      continue;
    }
    const std::size_t space = line.find(' ');
    if (space != std::string::npos) messages.add(line.substr(space + 1));
    line.clear();
  }
  pclose(pipe);
  return messages;
}

Instruments btcusdt() {
  Instruments list;
  list.add("BTCUSDT", 7, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  return list;
}

void fold_levels(bench::Checksum& sum, const Level* levels, int count) {
  std::int64_t value = 0;
  for (int i = 0; i < count; ++i) value = value * 31 + levels[i].ticks * 7 + levels[i].lots;
  sum.fold(value);
}

/// Decodes a stream over and over; `Decoder` is the whole decoder or the general one alone.
template <typename Decoder, bool kFoldLevels>
class Decode : public bench::Workload {
 public:
  Decode(Messages messages, int repeats) : messages_(std::move(messages)), repeats_(repeats) {}

  std::uint64_t operations() const noexcept override {
    return messages_.pieces.size() * static_cast<std::uint64_t>(repeats_);
  }

  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    MarketMessage m{};
    for (int repeat = 0; repeat < repeats_; ++repeat) {
      for (const bench::Piece& piece : messages_.pieces) {
        const Status status = decoder_.decode(messages_.bytes.data() + piece.at, piece.length, 0, &m);
        if (kFoldLevels) {
          fold_levels(sum, m.bids, m.bid_count);
          fold_levels(sum, m.asks, m.ask_count);
          sum.fold(m.last_id);
        } else {
          sum.fold(static_cast<std::int64_t>(status) + m.ticks + m.lots + m.best_bid.ticks + m.last_id);
        }
      }
    }
    return sum.value();
  }

 private:
  Instruments instruments_ = btcusdt();
  Decoder decoder_{instruments_};
  Messages messages_;
  int repeats_;
};

/// The same stream through simdjson's on-demand parser to doubles, fields in the order they come.
class Simdjson : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override {
    return std::uint64_t{kDepthMessages} * kDepthRepeats;
  }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (int repeat = 0; repeat < kDepthRepeats; ++repeat) {
      for (const bench::Piece& piece : messages_.pieces) {
        bench::DepthDoubles depth;
        if (!parser_.parse(messages_.bytes.data() + piece.at, piece.length, &depth)) return 0;
        fold(sum, depth.bids, depth.bid_count);
        fold(sum, depth.asks, depth.ask_count);
        sum.fold(depth.last_id);
      }
    }
    return sum.value();
  }

 private:
  /// Rounded to ticks and lots, so that the sums of exact and floating decoders agree.
  static void fold(bench::Checksum& sum, const double (*levels)[2], int count) {
    std::int64_t value = 0;
    for (int i = 0; i < count; ++i) {
      value = value * 31 + static_cast<std::int64_t>(levels[i][0] * 10 + 0.5) * 7 +
              static_cast<std::int64_t>(levels[i][1] * 1000 + 0.5);
    }
    sum.fold(value);
  }

  Messages messages_ = depth_stream();
  bench::SimdjsonDepth parser_;
};

template <typename Decoder>
std::unique_ptr<bench::Workload> depth20(const char*) {
  return std::make_unique<Decode<Decoder, true>>(depth_stream(), kDepthRepeats);
}

std::unique_ptr<bench::Workload> depth20_simdjson(const char*) {
  return std::make_unique<Simdjson>();
}

template <typename Decoder>
std::unique_ptr<bench::Workload> mix(const char* directory) {
  Messages messages = capture(directory, "binance_raw/usdm_btcusdt_20240808.ws.gz");
  if (messages.pieces.size() < 10'000) return nullptr;
  return std::make_unique<Decode<Decoder, false>>(std::move(messages), 1);
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kDecodeWorkloads[];
const WorkloadEntry kDecodeWorkloads[] = {{"decode.depth20", depth20<BinanceDecoder>},
                                          {"decode.depth20/simdjson", depth20_simdjson},
                                          {"decode.depth20/general", depth20<BinanceJson>},
                                          {"decode.mix", mix<BinanceDecoder>},
                                          {"decode.mix/general", mix<BinanceJson>},
                                          {nullptr, nullptr}};

}  // namespace bot4::bench
