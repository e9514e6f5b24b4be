#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"
#include "decode/binance.h"
#include "decode/coinbase.h"
#include "decode/kraken.h"

namespace bot4 {

/// The decoder of one connection, by its venue: a switch, no virtual call.
class VenueDecoder {
 public:
  /// `instruments` must outlive the decoder.
  VenueDecoder(Venue venue, const Instruments& instruments) : venue_(venue) {
    if (venue == Venue::kBinance) binance_.emplace(instruments);
    if (venue == Venue::kKraken) kraken_.emplace(instruments);
    if (venue == Venue::kCoinbase) coinbase_.emplace(instruments);
  }
  VenueDecoder(const VenueDecoder&) = delete;
  VenueDecoder& operator=(const VenueDecoder&) = delete;

  /// Decodes a frame and gives its first event; `next` gives the others. See `BinanceDecoder`.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept {
    if (venue_ == Venue::kKraken) return kraken_->decode(data, length, frame_symbol, message);
    if (venue_ == Venue::kCoinbase) return coinbase_->decode(data, length, frame_symbol, message);
    return binance_->decode(data, length, frame_symbol, message);
  }

  /// The next event of the frame that `decode` took; false when there is none.
  bool next(MarketMessage* message) noexcept {
    if (venue_ == Venue::kKraken) return kraken_->next(message);
    if (venue_ == Venue::kCoinbase) return coinbase_->next(message);
    return binance_->next(message);
  }

  /// Messages whose shape was not the exact one, which the general decoder had to read.
  std::int64_t fallbacks() const noexcept {
    if (venue_ == Venue::kKraken) return kraken_->fallbacks();
    if (venue_ == Venue::kCoinbase) return coinbase_->fallbacks();
    return binance_->fallbacks();
  }

  Venue venue() const noexcept { return venue_; }

 private:
  Venue venue_;
  std::optional<BinanceDecoder> binance_;
  std::optional<KrakenDecoder> kraken_;
  std::optional<CoinbaseDecoder> coinbase_;
};

}  // namespace bot4
