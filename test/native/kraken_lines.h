#pragma once
// Reads the book messages of recorded Kraken v2 lines ("<receive ns> <json>"), for tests of the book
// alone: it trusts the recording's field order and knows nothing of other channels.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/market_message.h"

namespace bot4::test {

/// One recorded book message with its own storage.
struct KrakenBookLine {
  std::vector<Level> bids, asks;
  MarketMessage message{};
  std::int64_t received_ns = 0;
};

/// The digits of a decimal without its point: with `decimals` behind it, exact 10^-decimals units.
inline std::int64_t scaled(std::string_view text, int decimals) {
  std::int64_t value = 0;
  int behind = -1;
  for (const char c : text) {
    if (c == '.') {
      behind = 0;
      continue;
    }
    value = value * 10 + (c - '0');
    if (behind >= 0) ++behind;
  }
  for (int i = behind < 0 ? 0 : behind; i < decimals; ++i) value *= 10;
  return value;
}

inline std::string_view between(std::string_view text, std::string_view from, const char* until) {
  const std::size_t begin = text.find(from) + from.size();
  return text.substr(begin, text.find_first_of(until, begin) - begin);
}

inline std::vector<Level> kraken_levels(std::string_view list, int price_decimals,
                                        int quantity_decimals) {
  std::vector<Level> levels;
  for (std::size_t at = list.find("{\"price\":"); at != std::string_view::npos;
       at = list.find("{\"price\":", at + 1)) {
    const std::string_view level = list.substr(at);
    levels.push_back({scaled(between(level, "\"price\":", ","), price_decimals),
                      scaled(between(level, "\"qty\":", "}"), quantity_decimals)});
  }
  return levels;
}

/// Every book message of a gzip file, in order; empty when it cannot be read.
inline std::vector<KrakenBookLine> read_kraken(const std::string& path, int price_decimals,
                                               int quantity_decimals) {
  std::vector<KrakenBookLine> lines;
  std::FILE* pipe = popen(("zcat '" + path + "'").c_str(), "r");
  if (pipe == nullptr) return lines;
  char* buffer = nullptr;
  std::size_t capacity = 0;
  while (getline(&buffer, &capacity, pipe) > 0) {
    const std::string_view line(buffer);
    if (line.find("\"channel\":\"book\",\"type\"") == std::string_view::npos) continue;
    KrakenBookLine book;
    book.received_ns = std::strtoll(buffer, nullptr, 10);
    const bool is_snapshot = line.find("\"type\":\"snapshot\"") != std::string_view::npos;
    book.message.kind = is_snapshot ? MessageKind::kSnapshot : MessageKind::kDepth;
    book.bids = kraken_levels(between(line, "\"bids\":[", "]"), price_decimals, quantity_decimals);
    book.asks = kraken_levels(between(line, "\"asks\":[", "]"), price_decimals, quantity_decimals);
    book.message.checksum =
        std::strtoll(std::string(between(line, "\"checksum\":", ",")).c_str(), nullptr, 10);
    lines.push_back(book);
  }
  std::free(buffer);
  pclose(pipe);
  for (KrakenBookLine& book : lines) {
    book.message.bids = book.bids.data();
    book.message.asks = book.asks.data();
    book.message.bid_count = static_cast<int>(book.bids.size());
    book.message.ask_count = static_cast<int>(book.asks.size());
  }
  return lines;
}

}  // namespace bot4::test
