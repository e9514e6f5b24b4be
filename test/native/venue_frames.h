#pragma once
// What the tests and fuzz targets of the venue decoders share: padded copies, a second opinion on
// what is JSON, comparison of events, and seeded mutants.
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/market_message.h"
#include "core/status.h"
#include "decode/scan.h"

namespace bot4::test {

/// A copy of a frame with just the padding that decoders ask for, so that ASan sees a read beyond
/// it. The padding goes on as if the frame did: nothing in it may be taken for a part of the frame.
class PaddedFrame {
 public:
  explicit PaddedFrame(std::string_view text) : length_(text.size()), bytes_(new char[size()]) {
    std::memcpy(bytes_.get(), text.data(), text.size());
    constexpr std::string_view kHostile = R"(0.12345678}],"asks":[],"checksum":1,"timestamp":"0"}]})";
    for (std::size_t i = 0; i < kDecodePadding; ++i) {
      bytes_[length_ + i] = kHostile[i % kHostile.size()];
    }
  }
  const char* data() const { return bytes_.get(); }
  std::size_t length() const { return length_; }

 private:
  std::size_t size() const { return length_ + kDecodePadding; }
  std::size_t length_;
  std::unique_ptr<char[]> bytes_;
};

/// Everything that a frame gave, for comparison.
struct Decoded {
  Status status = Status::kOk;
  std::string events;  ///< A line for each event, all its fields in it; of a refused frame one.
  int count = 0;
};

inline std::string describe(const MarketMessage& m) {
  std::string out;
  const auto put = [&out](std::int64_t value) { out += std::to_string(value) + ' '; };
  for (std::int64_t value :
       {static_cast<std::int64_t>(m.kind), std::int64_t{m.symbol}, m.event_ms, m.transaction_ms,
        m.first_id, m.last_id, m.previous_id, std::int64_t{m.bid_count}, std::int64_t{m.ask_count},
        m.trade_id, m.ticks, m.lots, static_cast<std::int64_t>(m.aggressor),
        std::int64_t{m.aggressor_given}, std::int64_t{m.rounded}, m.sequence, m.checksum, m.mark_e8,
        m.index_e8, m.funding_rate_e8, m.next_funding_ms, m.best_bid.ticks, m.best_ask.ticks}) {
    put(value);
  }
  for (int i = 0; i < m.bid_count; ++i) put(m.bids[i].ticks), put(m.bids[i].lots);
  for (int i = 0; i < m.ask_count; ++i) put(m.asks[i].ticks), put(m.asks[i].lots);
  return out + '\n';
}

/// Decodes a frame to its last event; `general` skips the exact form.
template <typename Decoder>
Decoded decode_all(Decoder& decoder, std::string_view text, int frame_symbol, bool general) {
  const PaddedFrame frame(text);
  MarketMessage m{};
  Decoded out;
  out.status = general ? decoder.decode_general(frame.data(), frame.length(), frame_symbol, &m)
                       : decoder.decode(frame.data(), frame.length(), frame_symbol, &m);
  if (out.status != Status::kOk) {
    out.events = std::to_string(static_cast<int>(m.kind)) + ' ' + std::to_string(m.symbol) + ' ' +
                 std::to_string(m.sequence) + (decoder.next(&m) ? " and an event" : "");
    return out;
  }
  do {
    out.events += describe(m);
    ++out.count;
  } while (decoder.next(&m));
  return out;
}

/// A second opinion: whether the text is one JSON object (RFC 8259, UTF-8 not looked at).
class JsonOracle {
 public:
  static bool is_object(std::string_view text) {
    JsonOracle oracle{text};
    oracle.space();
    if (oracle.peek() != '{' || !oracle.value(0)) return false;
    oracle.space();
    return oracle.at_ == text.size();
  }

 private:
  explicit JsonOracle(std::string_view text) : text_(text) {}
  int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
  bool take(char c) { return peek() == c ? (++at_, true) : false; }
  void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > begin;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }
  bool string() {
    if (!take('"')) return false;
    for (;;) {
      const int c = peek();
      if (c < 0x20) return false;
      ++at_;
      if (c == '"') return true;
      if (c != '\\') continue;
      const int escape = peek();
      ++at_;
      if (escape == 'u') {
        for (int i = 0; i < 4; ++i, ++at_) {
          if (peek() < 0 || std::strchr("0123456789abcdefABCDEF", peek()) == nullptr) return false;
        }
      } else if (escape <= 0 || std::strchr("\"\\/bfnrt", escape) == nullptr) {
        return false;
      }
    }
  }
  bool word(std::string_view literal) {
    if (text_.substr(at_, literal.size()) != literal) return false;
    at_ += literal.size();
    return true;
  }
  bool items(char close, int depth) {
    ++at_;
    space();
    if (take(close)) return true;
    do {
      space();
      if (close == '}') {
        if (!string()) return false;
        space();
        if (!take(':')) return false;
        space();
      }
      if (!value(depth + 1)) return false;
      space();
    } while (take(','));
    return take(close);
  }
  bool value(int depth) {
    if (depth > 64) return false;
    switch (peek()) {
      case '{': return items('}', depth);
      case '[': return items(']', depth);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// One to three seeded edits: a byte changed, deleted, inserted, a run deleted or doubled, two
/// members swapped, the end cut off.
template <typename Random>
std::string mutant(std::string_view original, Random& random) {
  constexpr std::string_view kAlphabet = "0123456789.-+eE\"{}[],: \\/truefalsnbidkyBUYSELZT\n\x01\xc3";
  std::string text(original);
  const auto index = [&random](std::size_t n) {
    return static_cast<std::size_t>(random.below(static_cast<std::int64_t>(n)));
  };
  for (std::int64_t edits = 1 + random.below(3); edits > 0 && !text.empty(); --edits) {
    const std::size_t at = index(text.size());
    const std::size_t run = 1 + index(12);
    switch (random.below(8)) {
      case 0: text[at] = kAlphabet[index(kAlphabet.size())]; break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, kAlphabet[index(kAlphabet.size())]); break;
      case 3: text.erase(at, run); break;
      case 4: text.insert(at, text.substr(at, run)); break;
      case 5: {
        const std::size_t digit = text.find_first_of("0123456789", at);
        if (digit != std::string::npos) text[digit] = static_cast<char>('0' + random.below(10));
        break;
      }
      case 6: {
        const std::size_t a = text.find(',', at);
        const std::size_t b = a == std::string::npos ? a : text.find(',', a + 1);
        const std::size_t c = b == std::string::npos ? b : text.find_first_of(",}]", b + 1);
        if (c == std::string::npos) break;
        text = text.substr(0, a) + text.substr(b, c - b) + text.substr(a, b - a) + text.substr(c);
        break;
      }
      default: random.below(8) == 0 ? text.resize(at) : text.push_back(text[at]); break;
    }
  }
  return text;
}

/// The lines of a gzipped recording, without the receive time in front; empty when it is not there.
inline std::vector<std::string> recorded_frames(const std::string& path) {
  std::vector<std::string> frames;
  FILE* pipe = ::popen(("zcat '" + path + "' 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return frames;
  std::string line;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c != '\n') {
      line.push_back(static_cast<char>(c));
      continue;
    }
    frames.push_back(line.substr(line.find(' ') + 1));
    line.clear();
  }
  ::pclose(pipe);
  return frames;
}

}  // namespace bot4::test
