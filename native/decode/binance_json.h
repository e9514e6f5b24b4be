#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"

namespace bot4 {

struct BinanceFields;
class JsonParser;

/// Decodes Binance messages of any valid JSON shape through simdjson's on-demand parser: fields in
/// any order, unknown ones checked to be JSON and skipped. It defines what a message means; the
/// exact-shape decoders are a faster way to the same event.
///
/// Of an envelope only "stream" and "data" are read, and a field of a message before "data" is
/// refused. A message's fields stand once, and those of its kind have their type.
///
/// Cost: one pass for structure and one for content; memory is allocated when a message is longer
///       than any before it and than 64 KiB.
class BinanceJson {
 public:
  /// `instruments` must outlive the decoder.
  explicit BinanceJson(const Instruments& instruments);
  BinanceJson(const BinanceJson&) = delete;
  BinanceJson& operator=(const BinanceJson&) = delete;
  ~BinanceJson();

  /// As `BinanceDecoder::decode`. Requires -1 <= frame_symbol < number of instruments, and
  /// `kDecodePadding` readable bytes behind the message.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept;

 private:
  Status finish(const BinanceFields& fields, MarketMessage& m) noexcept;
  Status finish_book(const BinanceFields& fields, MarketMessage& m) noexcept;
  Status finish_ticker(const BinanceFields& fields, MarketMessage& m) const noexcept;
  Status finish_trade(const BinanceFields& fields, MarketMessage& m) const noexcept;
  Status finish_mark(const BinanceFields& fields, MarketMessage& m) const noexcept;
  Status finish_forced_order(const BinanceFields& fields, MarketMessage& m) const noexcept;
  Status to_grid(Level* levels, int count, MarketMessage& m) const noexcept;

  const Instruments& instruments_;
  std::unique_ptr<JsonParser> parser_;  // Keeps simdjson out of this header.
  std::unique_ptr<Level[]> bids_;
  std::unique_ptr<Level[]> asks_;
};

}  // namespace bot4
