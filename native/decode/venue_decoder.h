#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/check.h"
#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"
#include "decode/binance.h"
#if __has_include("decode/kraken.h") && __has_include("decode/coinbase.h")
#include "decode/coinbase.h"
#include "decode/kraken.h"
#define BOT4_ALL_VENUES 1
#endif

namespace bot4 {

/// The decoder of one connection, by its venue: a switch, no virtual call.
class VenueDecoder {
 public:
  /// Whether this build can read a venue's messages.
  static constexpr bool knows(Venue venue) noexcept {
#ifdef BOT4_ALL_VENUES
    return venue == Venue::kBinance || venue == Venue::kKraken || venue == Venue::kCoinbase;
#else
    return venue == Venue::kBinance;
#endif
  }

  /// `instruments` must outlive the decoder. Requires a venue that `knows` knows.
  VenueDecoder(Venue venue, const Instruments& instruments) : venue_(venue) {
    BOT4_CHECK(knows(venue));
    if (venue == Venue::kBinance) binance_.emplace(instruments);
#ifdef BOT4_ALL_VENUES
    if (venue == Venue::kKraken) kraken_.emplace(instruments);
    if (venue == Venue::kCoinbase) coinbase_.emplace(instruments);
#endif
  }
  VenueDecoder(const VenueDecoder&) = delete;
  VenueDecoder& operator=(const VenueDecoder&) = delete;

  /// Decodes a frame and gives its first event; `next` gives the others. See `BinanceDecoder`.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept {
#ifdef BOT4_ALL_VENUES
    if (venue_ == Venue::kKraken) return kraken_->decode(data, length, frame_symbol, message);
    if (venue_ == Venue::kCoinbase) return coinbase_->decode(data, length, frame_symbol, message);
#endif
    return binance_->decode(data, length, frame_symbol, message);
  }

  /// The next event of the frame that `decode` took; false when there is none.
  bool next(MarketMessage* message) noexcept {
#ifdef BOT4_ALL_VENUES
    if (venue_ == Venue::kKraken) return kraken_->next(message);
    if (venue_ == Venue::kCoinbase) return coinbase_->next(message);
#endif
    return next_of(*binance_, message);
  }

  /// Messages whose shape was not the exact one, which the general decoder had to read.
  std::int64_t fallbacks() const noexcept {
#ifdef BOT4_ALL_VENUES
    if (venue_ == Venue::kKraken) return kraken_->fallbacks();
    if (venue_ == Venue::kCoinbase) return coinbase_->fallbacks();
#endif
    return fallbacks_of(*binance_);
  }

  Venue venue() const noexcept { return venue_; }

 private:
  template <typename Decoder>
  static bool next_of(Decoder& decoder, MarketMessage* message) noexcept {
    if constexpr (requires { decoder.next(message); }) return decoder.next(message);
    return false;
  }
  template <typename Decoder>
  static std::int64_t fallbacks_of(const Decoder& decoder) noexcept {
    if constexpr (requires { decoder.fallbacks(); }) return decoder.fallbacks();
    return 0;
  }

  Venue venue_;
  std::optional<BinanceDecoder> binance_;
#ifdef BOT4_ALL_VENUES
  std::optional<KrakenDecoder> kraken_;
  std::optional<CoinbaseDecoder> coinbase_;
#endif
};

}  // namespace bot4
